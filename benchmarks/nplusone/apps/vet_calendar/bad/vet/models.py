from django.db import models


class Owner(models.Model):
    mobile = models.CharField(max_length=20)


class Animal(models.Model):
    name = models.CharField(max_length=30)
    owner = models.ForeignKey(Owner, models.CASCADE, related_name="animals")


class Appointment(models.Model):
    day = models.DateField(db_index=True)
    animal = models.ForeignKey(Animal, models.CASCADE)
