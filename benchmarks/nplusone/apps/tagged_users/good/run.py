import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import datetime

from django.contrib.auth.models import Group, User

from club.models import Club, Joined
from club.overview import club_lines, user_lines


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    group = Group.objects.create(name="players")
    for i in range(n):
        user = User.objects.create(username=f"u{i:03}")
        user.groups.add(group)
        club = Club.objects.create(name=f"C{i:03}")
        Joined.objects.create(club=club, user=user, day=datetime.date(2024, 1, 1 + i))


def run():
    return [club_lines(), list(user_lines())]
