from django.db import models


class Stage(models.Model):
    name = models.CharField(max_length=40)
    city = models.CharField(max_length=40)


class Actor(models.Model):
    name = models.CharField(max_length=40)


class Play(models.Model):
    title = models.CharField(max_length=80)
    stage = models.ForeignKey(Stage, on_delete=models.CASCADE)
    cast = models.ManyToManyField(Actor, related_name="plays")

    class Meta:
        ordering = ["pk"]
