import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import RequestFactory

from guide.models import Hike, Region, Remark
from guide.views import HikeList, remarks


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        hike = Hike.objects.create(name=f"Hike {i}", region=Region.objects.create(name=f"R{i}"))
        Remark.objects.create(text=f"steep {i}", target=hike)


def run():
    request = RequestFactory().get("/")
    pages = HikeList.as_view()(request).render(), remarks(request)
    return [" ".join(page.content.decode().split()) for page in pages]
