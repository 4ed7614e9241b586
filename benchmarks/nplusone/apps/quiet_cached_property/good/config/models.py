from django.db import models
from django.utils.functional import cached_property


class Rule(models.Model):
    key = models.CharField(max_length=20)
    factor = models.IntegerField()


class Product(models.Model):
    name = models.CharField(max_length=30)
    cents = models.IntegerField()
    rule_key = models.CharField(max_length=20)


class Basket(models.Model):
    customer = models.CharField(max_length=30)

    @cached_property
    def rules(self):
        return {rule.key: rule.factor for rule in Rule.objects.all()}
