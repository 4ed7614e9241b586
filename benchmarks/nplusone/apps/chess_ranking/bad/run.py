import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from chess.models import Club, Player
from chess.ranking import Ranking, player_of_the_oldest_club


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        club = Club.objects.create(name=f"Club {(i * 7) % 13}", founded=1900 + (i * 5) % 17)
        Player.objects.create(nick=f"p{i}", rating=1200 + i, club=club)


def run():
    return [Ranking().by_club(), player_of_the_oldest_club()]
