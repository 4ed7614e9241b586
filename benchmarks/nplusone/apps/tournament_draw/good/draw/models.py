from django.db import models


class Team(models.Model):
    name = models.CharField(max_length=40)


class Tournament(models.Model):
    teams = models.ManyToManyField(Team)


class Match(models.Model):
    tournament = models.ForeignKey(Tournament, on_delete=models.CASCADE, related_name="matches")
    home = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    away = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    number = models.IntegerField()
