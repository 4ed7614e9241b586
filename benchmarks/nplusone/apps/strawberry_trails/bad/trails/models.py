from django.db import models


class Park(models.Model):
    name = models.CharField(max_length=40)


class Trail(models.Model):
    name = models.CharField(max_length=40)
    park = models.ForeignKey(Park, on_delete=models.CASCADE, related_name="trails")
    metres = models.IntegerField()
