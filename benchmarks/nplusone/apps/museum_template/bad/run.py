import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import RequestFactory

from museum.models import Painter, Room, Work
from museum.views import guide


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        room = Room.objects.create(name=f"Room {i}")
        for j in range(2):
            Work.objects.create(title=f"Work {i}.{j}", painter=Painter.objects.create(name=f"P{i}{j}"), room=room)


def run():
    return " ".join(guide(RequestFactory().get("/")).content.decode().split())
