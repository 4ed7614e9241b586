import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from sales.models import Sale, Shop
from sales.report import named, pairs, rows, totals


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Sale.objects.create(shop=Shop.objects.create(name=f"S{i}"), cents=i)


def run():
    return [list(rows()), pairs(), named(), totals()]
