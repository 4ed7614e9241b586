import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import Client

from events.models import Address, Event, Speaker, Venue


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    speakers = [Speaker.objects.create(name=name) for name in "AB"]
    for i in range(n):
        venue = Venue.objects.create(name=f"Hall {i}", address=Address.objects.create(street=f"Street {i}"))
        Event.objects.create(name=f"Event {i}", venue=venue).speakers.set(speakers)


def run():
    return Client().get("/events/", headers={"accept": "application/json"}).json()
