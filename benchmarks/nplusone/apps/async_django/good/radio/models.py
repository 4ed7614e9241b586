from django.db import models


class Station(models.Model):
    name = models.CharField(max_length=40)
    listeners = models.IntegerField(default=0)


class Song(models.Model):
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="songs")
    title = models.CharField(max_length=40)
