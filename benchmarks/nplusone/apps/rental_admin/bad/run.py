import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import datetime
import re

from django.contrib.auth.models import User
from django.test import Client

from rental.models import Car, Damage, Owner, Rental


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser("boss", password="-")
    for i in range(n):
        car = Car.objects.create(plate=f"X-{i}", owner=Owner.objects.create(name=f"O{i}"))
        rental = Rental.objects.create(car=car, day=datetime.date(2024, 1, 1))
        Damage.objects.create(rental=rental, what=f"scratch {i}")


def run():
    client = Client()
    client.force_login(User.objects.get())
    page = client.get("/rental/rental/").content.decode()
    return re.findall(r'class="field-(\w+)[^>]*>([^<]*)<', page)
