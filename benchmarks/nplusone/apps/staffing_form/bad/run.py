import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from staffing.forms import ShiftForm
from staffing.models import Nurse, Ward


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Nurse.objects.create(name=f"Nurse {i:03}", ward=Ward.objects.create(name=f"Ward {i}"))


def run():
    return str(ShiftForm()["nurse"])
