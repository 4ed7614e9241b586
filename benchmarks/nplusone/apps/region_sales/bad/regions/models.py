from django.db import models


class Region(models.Model):
    name = models.CharField(max_length=40)


class Store(models.Model):
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="stores")
    city = models.CharField(max_length=40)


class Sale(models.Model):
    store = models.ForeignKey(Store, on_delete=models.CASCADE)
    cents = models.IntegerField()
