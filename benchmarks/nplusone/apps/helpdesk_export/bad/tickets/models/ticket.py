from django.db import models

from .people import Agent, Customer


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> "TicketQuerySet":
        return self.exclude(status="closed")

    def oldest_first(self) -> "TicketQuerySet":
        return self.order_by("opened", "pk")


class Ticket(models.Model):
    subject = models.CharField(max_length=200)
    status = models.CharField(max_length=10, default="new")
    opened = models.DateField()
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="tickets")
    assignee = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True)

    objects = TicketQuerySet.as_manager()
