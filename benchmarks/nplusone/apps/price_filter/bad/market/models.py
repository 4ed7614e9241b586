from django.db import models


class Stall(models.Model):
    name = models.CharField(max_length=40)


class Offer(models.Model):
    stall = models.ForeignKey(Stall, on_delete=models.CASCADE, related_name="offers")
    cents = models.IntegerField()
