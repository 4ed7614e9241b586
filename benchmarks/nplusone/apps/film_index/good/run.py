import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from films.models import Director, Film
from films.programme import by_director, is_retrospective


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Film.objects.create(title=f"Film {i}", year=1968, director=Director.objects.create(name=f"D{i}", living=False))


def run():
    return [by_director(1968), is_retrospective(1968)]
