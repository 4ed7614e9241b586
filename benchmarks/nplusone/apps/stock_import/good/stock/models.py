from django.db import models


class Article(models.Model):
    sku = models.CharField(max_length=20, unique=True)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    on_hand = models.IntegerField(default=0)
