from django.db import models


class Film(models.Model):
    title = models.CharField(max_length=50)
    minutes = models.IntegerField()
