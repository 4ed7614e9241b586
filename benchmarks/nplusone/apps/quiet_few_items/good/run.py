import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from desk.models import Ticket
from desk.numbers import first_of_each_day, seed_states, tabs


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    Ticket.objects.bulk_create(Ticket(weekday=i % 7) for i in range(n))
    for state in ("new", "open", "done"):
        Ticket.objects.create(state=state, weekday=9)


def run():
    return [tabs(), seed_states(), first_of_each_day()]
