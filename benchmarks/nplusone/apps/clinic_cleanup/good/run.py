import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import datetime

from clinic.jobs import nightly
from clinic.models import Draft, Visit


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    Visit.objects.bulk_create(Visit(day=datetime.date(2024, 1, 1)) for _ in range(n))
    Draft.objects.bulk_create(Draft(text=f"Draft {i}") for i in range(n))


def run():
    return nightly(datetime.date(2024, 2, 1))
