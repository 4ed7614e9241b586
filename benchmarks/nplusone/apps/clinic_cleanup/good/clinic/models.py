from django.db import models


class Visit(models.Model):
    class Status(models.TextChoices):
        PLANNED = "p"
        MISSED = "m"

    day = models.DateField()
    status = models.CharField(max_length=1, choices=Status.choices, default=Status.PLANNED)


class Draft(models.Model):
    text = models.TextField()
    stale = models.BooleanField(default=True)
