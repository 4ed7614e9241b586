import csv
from collections.abc import Iterable
from typing import TextIO

from .models import Ticket

HEADER = ("id", "subject", "customer", "assignee")


class TicketExporter:
    def __init__(self, out: TextIO) -> None:
        self.writer = csv.writer(out)

    def rows(self) -> Iterable[Ticket]:
        return Ticket.objects.open().oldest_first().select_related("customer", "assignee")

    def export(self) -> None:
        self.writer.writerow(HEADER)
        for ticket in self.rows():
            assignee = ticket.assignee.full_name if ticket.assignee_id else ""
            self.writer.writerow([ticket.pk, ticket.subject, ticket.customer.email, assignee])
