import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from quotes.models import Customer, Discount, Quote, QuoteLine
from quotes.services import total


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    customer = Customer.objects.create(name="Acme")
    Discount.objects.create(customer=customer, category="bolts", percent=10)
    quote = Quote.objects.create(pk=1, customer=customer)
    QuoteLine.objects.bulk_create(
        QuoteLine(quote=quote, category=("bolts", "nuts")[i % 2], cents=1000 + i) for i in range(n)
    )


def run():
    return total(1)
