from django.db import models


class Setting(models.Model):
    key = models.CharField(max_length=30, unique=True)
    value = models.CharField(max_length=100)


class Product(models.Model):
    name = models.CharField(max_length=40)
    cents = models.IntegerField()
