import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from cities.models import City, District, Person
from cities.schema import schema


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        city = City.objects.create(name=f"City {i:03}", mayor=Person.objects.create(name=f"M{i}"))
        District.objects.create(name=f"Old town {i}", city=city)


def run():
    return schema.execute("{ cities { name mayorName districtNames } }").data
