from django.db import models


class Host(models.Model):
    name = models.CharField(max_length=40)


class Show(models.Model):
    title = models.CharField(max_length=40)


class Episode(models.Model):
    title = models.CharField(max_length=40)
    host = models.ForeignKey(Host, on_delete=models.PROTECT)
    show = models.ForeignKey(Show, on_delete=models.CASCADE, related_name="episodes")
    public = models.BooleanField(default=True)
