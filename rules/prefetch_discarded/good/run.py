import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.core.management import call_command
from shop.models import Item, Order
from shop.report import lines


def run(n=500):
    call_command("migrate", run_syncdb=True, verbosity=0)
    Item.objects.all().delete()
    Order.objects.all().delete()
    Order.objects.bulk_create([Order(pk=i + 1, number=i) for i in range(n)])
    Item.objects.bulk_create([Item(order_id=i + 1, cents=j * 100) for i in range(n) for j in range(3)])
    return lines()
