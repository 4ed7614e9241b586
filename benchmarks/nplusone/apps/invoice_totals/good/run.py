import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from decimal import Decimal

from billing.dunning import reminders
from billing.models import Invoice, InvoiceLine


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        invoice = Invoice.objects.create(number=f"2024-{i:05}")
        InvoiceLine.objects.create(invoice=invoice, price=Decimal("19.90"))
        InvoiceLine.objects.create(invoice=invoice, quantity=i, price=Decimal("5.00"))


def run():
    return [[reminder.number, f"{reminder.owed:.2f}"] for reminder in reminders(Decimal(20))]
