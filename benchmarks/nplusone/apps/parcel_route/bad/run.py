import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from parcels.customs import declarations
from parcels.models import City, Country, Parcel, Sender


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        country = Country.objects.create(code=("NL", "CH", "NO")[i % 3])
        city = City.objects.create(name=f"City {i}", country=country)
        Parcel.objects.create(code=f"P{i:04}", sender=Sender.objects.create(name=f"S{i}", city=city))


def run():
    return declarations()
