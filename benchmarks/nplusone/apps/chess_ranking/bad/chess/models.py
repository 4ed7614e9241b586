from django.db import models


class Club(models.Model):
    name = models.CharField(max_length=60)
    founded = models.IntegerField()


class Player(models.Model):
    nick = models.CharField(max_length=30)
    rating = models.IntegerField(default=1200)
    club = models.ForeignKey(Club, on_delete=models.PROTECT, related_name="players")
