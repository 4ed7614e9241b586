from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=40)
    points = models.IntegerField(default=0)


class Purchase(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="purchases")
    cents = models.IntegerField()
