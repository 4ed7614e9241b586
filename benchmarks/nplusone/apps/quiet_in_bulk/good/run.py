import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from batch.jobs import rename, store, upgrade
from batch.models import Device, Report

size = 0


def setup(n):
    global size
    size = n
    call_command("migrate", run_syncdb=True, verbosity=0)
    Device.objects.bulk_create(Device(serial=f"s{i}") for i in range(n))


def run():
    serials = [f"s{i}" for i in range(size)]
    changed = upgrade(serials, "2.0")
    store({serial: f"hello from {serial}" for serial in serials})
    rename()
    return [changed, Report.objects.count(), list(Device.objects.order_by("pk").values_list("serial", flat=True))]
