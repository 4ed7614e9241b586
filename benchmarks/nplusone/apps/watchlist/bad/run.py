import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from watch.cart import Watchlist
from watch.models import Film


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    Film.objects.bulk_create(Film(title=f"F{i}", minutes=80 + i) for i in range(n))


def run():
    ids = list(Film.objects.order_by("-pk").values_list("pk", flat=True))
    watchlist = Watchlist({"watchlist": ids})
    return [[film.title for film in watchlist], watchlist.minutes()]
