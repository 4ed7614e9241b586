from django.db import models


class Ward(models.Model):
    name = models.CharField(max_length=40)


class Nurse(models.Model):
    name = models.CharField(max_length=40)
    ward = models.ForeignKey(Ward, null=True, on_delete=models.SET_NULL)
    off_duty = models.BooleanField(default=False)
