import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from loyalty.imports import import_purchases
from loyalty.models import Customer

size = 0


def setup(n):
    global size
    size = n
    call_command("migrate", run_syncdb=True, verbosity=0)
    Customer.objects.bulk_create(Customer(pk=i, name=f"C{i}") for i in range(1, 5))


def run():
    import_purchases([(1 + i % 4, 1000 + 70 * i) for i in range(size)])
    return list(Customer.objects.order_by("pk").values_list("points", flat=True))
