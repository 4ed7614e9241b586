import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from orders.models import Customer, Order
from orders.stats import of, turnover


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Order.objects.create(customer=Customer.objects.create(email=f"{i}@example.org"), cents=i)


def run():
    return [turnover(), of(2)]
