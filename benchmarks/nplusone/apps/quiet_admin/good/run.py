import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import re

from django.contrib.auth.models import User
from django.test import Client

from fair.models import Exhibitor, Hall, Stand
from fair.plan import plan


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser("root", password="-")
    for i in range(n):
        hall, exhibitor = Hall.objects.create(name=f"H{i}"), Exhibitor.objects.create(name=f"E{i}")
        Stand.objects.create(number=i, hall=hall, exhibitor=exhibitor)


def run():
    client = Client()
    client.force_login(User.objects.get())
    page = client.get("/fair/stand/").content.decode()
    return [plan(), re.findall(r'class="field-(\w+)[^>]*>([^<]*)<', page)]
