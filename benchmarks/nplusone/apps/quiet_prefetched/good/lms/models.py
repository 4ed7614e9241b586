from django.db import models


class Teacher(models.Model):
    name = models.CharField(max_length=40)


class Course(models.Model):
    title = models.CharField(max_length=40)
    teacher = models.ForeignKey(Teacher, on_delete=models.CASCADE)

    def lesson_titles(self):
        return [lesson.title for lesson in self.lessons.all()]

    @property
    def is_empty(self):
        return not self.lessons.exists()

    def size(self):
        return self.lessons.count()


class Lesson(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    title = models.CharField(max_length=40)
    draft = models.BooleanField(default=False)
    room = models.ForeignKey("Room", null=True, on_delete=models.SET_NULL)


class Room(models.Model):
    label = models.CharField(max_length=10)
