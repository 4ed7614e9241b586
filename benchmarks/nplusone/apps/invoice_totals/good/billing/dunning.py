from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .models import Invoice


@dataclass
class Reminder:
    number: str
    owed: Decimal


def reminders(threshold: Decimal) -> Iterator[Reminder]:
    for invoice in Invoice.objects.filter(paid=False).with_totals():
        if (owed := invoice.sum_of_lines or Decimal(0)) >= threshold:
            yield Reminder(invoice.number, owed)
