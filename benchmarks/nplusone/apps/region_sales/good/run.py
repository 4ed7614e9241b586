import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from regions.models import Region, Sale, Store
from regions.report import RegionReport


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        store = Store.objects.create(region=Region.objects.create(name=f"R{i:03}"), city="Ede")
        Sale.objects.create(store=store, cents=i)
        Sale.objects.create(store=store, cents=5)


def run():
    return RegionReport().totals()
