from django.conf import settings
from django.db import models


class Folder(models.Model):
    name = models.CharField(max_length=40)


class Membership(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    folder = models.ForeignKey(Folder, on_delete=models.CASCADE)
    role = models.CharField(max_length=10)


class Document(models.Model):
    name = models.CharField(max_length=40)
    folder = models.ForeignKey(Folder, on_delete=models.CASCADE)
