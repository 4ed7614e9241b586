from django.db import models


class Ticket(models.Model):
    class State(models.TextChoices):
        NEW = "new"
        OPEN = "open"
        DONE = "done"

    state = models.CharField(max_length=4, choices=State.choices, default=State.NEW)
    weekday = models.IntegerField(default=0)
