import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import datetime
import io

from tickets.export import TicketExporter
from tickets.models import Agent, Customer, Ticket


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Ticket.objects.create(
            subject=f"Printer {i}",
            opened=datetime.date(2024, 3, 1 + i % 28),
            customer=Customer.objects.create(full_name=f"C {i}", email=f"c{i}@example.org"),
            assignee=Agent.objects.create(full_name=f"Agent {i}"),
        )


def run():
    out = io.StringIO()
    TicketExporter(out).export()
    return out.getvalue()
