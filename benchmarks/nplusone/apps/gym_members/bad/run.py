import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import datetime

from gym.models import Invoice, Member, Visit
from gym.report import sleepers


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        member = Member.objects.create(name=f"Member {i:03}")
        Visit.objects.create(member=member, day=datetime.date(2023, 1, 1 + i % 28))
        Invoice.objects.create(member=member, paid=i % 2 == 0)


def run():
    return sleepers(datetime.date(2024, 1, 1))
