import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from rest_framework.test import APIRequestFactory

from bands.models import Album, Band, Concert, Label
from bands.views import BandsView, DeepBandsView


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        band = Band.objects.create(name=f"Band {i:03}", label=Label.objects.create(name=f"L{i}"))
        Album.objects.create(band=band, title=f"Album {i}")
        Concert.objects.create(band=band, town=f"Town {i}")


def run():
    request = APIRequestFactory().get("/", headers={"accept": "application/json"})
    return [view.as_view()(request).data for view in (BandsView, DeepBandsView)]
