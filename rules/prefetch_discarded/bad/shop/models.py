from django.db import models


class Order(models.Model):
    number = models.IntegerField()


class Item(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="items")
    cents = models.IntegerField()
