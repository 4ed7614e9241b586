from django.db import models


class Supplier(models.Model):
    code = models.CharField(max_length=10)


class Ware(models.Model):
    name = models.CharField(max_length=40)
    supplier_code = models.CharField(max_length=10)
    history = models.JSONField(default=list)
