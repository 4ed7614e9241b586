from django.db import models


class Lecturer(models.Model):
    name = models.CharField(max_length=50)


class Course(models.Model):
    title = models.CharField(max_length=50)
    lecturer = models.ForeignKey(Lecturer, models.PROTECT)
    hidden = models.BooleanField(default=False)


class Enrolment(models.Model):
    course = models.ForeignKey(Course, models.CASCADE)
    student = models.CharField(max_length=50)
