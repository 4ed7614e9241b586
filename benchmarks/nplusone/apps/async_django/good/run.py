import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from asgiref.sync import async_to_sync

from radio.models import Song, Station
from radio.tasks import add_listeners, song_counts


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Song.objects.create(station=Station.objects.create(name=f"S{i:03}"), title="La")


async def main(names):
    await add_listeners({name: i for i, name in enumerate(names)})
    return await song_counts()


def run():
    names = list(Station.objects.values_list("name", flat=True))
    counts = async_to_sync(main)(names)
    return [counts, list(Station.objects.order_by("pk").values_list("listeners", flat=True))]
