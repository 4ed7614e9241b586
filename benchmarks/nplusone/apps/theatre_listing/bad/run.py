import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import RequestFactory

from theatre.models import Actor, Play, Stage
from theatre.views import PlayList


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    actors = [Actor.objects.create(name=name) for name in ("Ann", "Bo")]
    for i in range(n):
        Play.objects.create(title=f"Play {i}", stage=Stage.objects.create(name=f"S{i}", city="Graz")).cast.set(actors)


def run():
    response = PlayList.as_view()(RequestFactory().get("/"))
    return " ".join(response.render().content.decode().split())
