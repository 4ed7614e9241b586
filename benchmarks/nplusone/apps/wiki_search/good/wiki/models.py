from django.db import models


class Page(models.Model):
    title = models.CharField(max_length=80)
    body = models.TextField()
    summary = models.TextField()
    locked = models.BooleanField(default=False)
