from django.db import models


class Teacher(models.Model):
    surname = models.CharField(max_length=50)


class Classroom(models.Model):
    label = models.CharField(max_length=10)
    seats = models.PositiveIntegerField(default=30)
    teacher = models.OneToOneField(Teacher, models.PROTECT, null=True)


class Pupil(models.Model):
    name = models.CharField(max_length=50)
    classroom = models.ForeignKey(Classroom, models.CASCADE, related_name="pupils")
