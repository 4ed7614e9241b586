import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.contrib.auth.models import User
from django.test import Client

from forum.models import Board, Thread


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        board = Board.objects.create(slug=f"board-{i}")
        Thread.objects.create(board=board, subject=f"Help {i}", author=User.objects.create(username=f"u{i}"))


def run():
    return Client().get("/api/threads/").json()
