from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .models import Invoice


@dataclass
class Reminder:
    number: str
    owed: Decimal


def reminders(threshold: Decimal) -> Iterator[Reminder]:
    for invoice in Invoice.objects.filter(paid=False):
        if (owed := invoice.total) >= threshold:  # n+1: property-queries
            yield Reminder(invoice.number, owed)
