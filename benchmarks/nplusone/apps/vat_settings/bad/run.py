import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from pricing.labels import price_labels
from pricing.models import Product, Setting


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    Setting.objects.create(key="currency", value="EUR")
    Setting.objects.create(key="vat", value="21")
    Product.objects.bulk_create(Product(name=f"P{i}", cents=100 * i) for i in range(n))


def run():
    return price_labels()
