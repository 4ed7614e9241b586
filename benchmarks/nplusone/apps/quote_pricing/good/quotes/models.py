from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=40)


class Discount(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    category = models.CharField(max_length=20)
    percent = models.IntegerField()


class Quote(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)


class QuoteLine(models.Model):
    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    category = models.CharField(max_length=20)
    cents = models.IntegerField()
