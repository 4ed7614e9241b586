import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from keys.api import names, people, sizes
from keys.models import Person, Team


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    boss = None
    for i in range(n):
        boss = Person.objects.create(name=f"P{i}", team=Team.objects.create(name=f"T{i}"), manager=boss)


def run():
    return [people(), sizes(), names()]
