import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from shelf import loops
from shelf.models import Author, Book


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Book.objects.create(title=f"B{i}", author=Author.objects.create(name=f"A{i // 2}"), old=i % 2 == 0)


def run():
    return [f() for f in (loops.numbered, loops.pairs, loops.by_index, loops.grouped, loops.page, loops.both, loops.mapped)]
