from django.db import models


class Device(models.Model):
    serial = models.CharField(max_length=20, unique=True)
    firmware = models.CharField(max_length=10, default="1.0")


class Report(models.Model):
    device = models.ForeignKey(Device, on_delete=models.CASCADE)
    text = models.CharField(max_length=40)
