from django.db import models


class Address(models.Model):
    street = models.CharField(max_length=50)


class Venue(models.Model):
    name = models.CharField(max_length=50)
    address = models.ForeignKey(Address, models.PROTECT)


class Speaker(models.Model):
    name = models.CharField(max_length=50)


class Event(models.Model):
    name = models.CharField(max_length=50)
    venue = models.ForeignKey(Venue, models.PROTECT)
    speakers = models.ManyToManyField(Speaker)
    cancelled = models.BooleanField(default=False)
