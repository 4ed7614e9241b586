from django.db import models


class Room(models.Model):
    name = models.CharField(max_length=40)


class Painter(models.Model):
    name = models.CharField(max_length=80)


class Work(models.Model):
    title = models.CharField(max_length=120)
    painter = models.ForeignKey(Painter, on_delete=models.PROTECT)
    room = models.ForeignKey(Room, on_delete=models.SET_NULL, null=True, related_name="works")
