import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from draw.models import Match, Tournament
from draw.services import draw, enrol

size = 0


def setup(n):
    global size
    size = n
    call_command("migrate", run_syncdb=True, verbosity=0)
    Tournament.objects.create()


def run():
    tournament = Tournament.objects.get()
    enrol(tournament, [f"Team {i}" for i in range(size)])
    draw(tournament)
    return list(Match.objects.order_by("number").values_list("home__name", "away__name"))
