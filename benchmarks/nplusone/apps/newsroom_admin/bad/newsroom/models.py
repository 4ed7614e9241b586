from django.db import models


class Editor(models.Model):
    name = models.CharField(max_length=60)


class Desk(models.Model):
    name = models.CharField(max_length=60)
    head = models.ForeignKey(Editor, on_delete=models.PROTECT, related_name="desks")


class Article(models.Model):
    headline = models.CharField(max_length=200)
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT)

    def __str__(self):
        return self.headline
