import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import datetime

from vet.models import Animal, Appointment, Owner
from vet.reminders import text_messages

DAY = datetime.date(2024, 5, 6)


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        animal = Animal.objects.create(name=f"Rex {i}", owner=Owner.objects.create(mobile=f"06{i:08}"))
        Appointment.objects.create(day=DAY, animal=animal)


def run():
    return text_messages(DAY)
