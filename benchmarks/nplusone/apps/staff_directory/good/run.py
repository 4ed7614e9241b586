import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from accounts.directory import directory
from accounts.models import Profile, User


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        user = User.objects.create(username=f"user{i}", department="IT")
        Profile.objects.create(user=user, phone=f"020-{i:04}", room=f"B{i}")


def run():
    return directory("IT")
