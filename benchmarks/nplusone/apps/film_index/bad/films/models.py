from django.db import models


class Director(models.Model):
    name = models.CharField(max_length=60)
    living = models.BooleanField(default=True)


class Film(models.Model):
    title = models.CharField(max_length=100)
    year = models.PositiveSmallIntegerField()
    director = models.ForeignKey("Director", on_delete=models.CASCADE)
