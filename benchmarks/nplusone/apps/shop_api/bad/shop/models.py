from django.db import models


class Brand(models.Model):
    name = models.CharField(max_length=50)
    country = models.CharField(max_length=2)


class Product(models.Model):
    name = models.CharField(max_length=100)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="products")


class Image(models.Model):
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    url = models.CharField(max_length=200)
