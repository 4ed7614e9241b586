from rest_framework import serializers

from .models import Course


class CourseSerializer(serializers.ModelSerializer):
    lecturer = serializers.SerializerMethodField()
    students = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields = ["title", "lecturer", "students"]

    def get_lecturer(self, course):
        return course.lecturer.name.upper()

    def get_students(self, course):
        return course.enrolled
