import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import RequestFactory

from market.models import Offer, Stall
from market.views import stalls


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        stall = Stall.objects.create(name=f"S{i}")
        Offer.objects.create(stall=stall, cents=100 + i)
        Offer.objects.create(stall=stall, cents=200)


def run():
    return " ".join(stalls(RequestFactory().get("/")).content.decode().split())
