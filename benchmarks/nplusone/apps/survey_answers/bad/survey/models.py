from django.db import models


class Participant(models.Model):
    code = models.CharField(max_length=10)


class Answer(models.Model):
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="answers")
    question = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=100)
