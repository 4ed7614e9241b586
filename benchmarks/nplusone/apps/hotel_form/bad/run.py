import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import RequestFactory

from hotel.models import Hotel, Room
from hotel.views import book


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Room.objects.create(number=i, hotel=Hotel.objects.create(name=f"Hotel {i}"))


def run():
    return book(RequestFactory().get("/")).content.decode()
