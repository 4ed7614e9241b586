from django.db import models


class Tag(models.Model):
    name = models.CharField(max_length=20, unique=True)


class Item(models.Model):
    guid = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=40)
    tags = models.ManyToManyField(Tag)
    reads = models.IntegerField(default=0)
