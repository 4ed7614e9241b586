from django.db import models


class Shop(models.Model):
    name = models.CharField(max_length=40)


class Sale(models.Model):
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="sales")
    cents = models.IntegerField()
