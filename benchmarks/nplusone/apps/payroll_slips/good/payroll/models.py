from django.db import models


class Department(models.Model):
    name = models.CharField(max_length=40)
    cost_centre = models.CharField(max_length=8)


class Employee(models.Model):
    name = models.CharField(max_length=40)
    salary = models.IntegerField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT)
