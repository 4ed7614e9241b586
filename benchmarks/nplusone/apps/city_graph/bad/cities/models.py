from django.db import models


class Person(models.Model):
    name = models.CharField(max_length=40)


class City(models.Model):
    name = models.CharField(max_length=40)
    mayor = models.ForeignKey(Person, on_delete=models.PROTECT)


class District(models.Model):
    name = models.CharField(max_length=40)
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="districts")
