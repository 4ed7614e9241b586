from django.db import models


class Folder(models.Model):
    path = models.CharField(max_length=100)


class Note(models.Model):
    text = models.TextField()
    folder = models.ForeignKey(Folder, models.CASCADE, related_name="notes")
    pinned = models.BooleanField(default=False)


class Attachment(models.Model):
    note = models.ForeignKey(Note, models.CASCADE, related_name="attachments")
    size = models.IntegerField()
