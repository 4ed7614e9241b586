import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import io

from school.models import Classroom, Pupil


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        room = Classroom.objects.create(label=f"{i:03}")
        Pupil.objects.bulk_create(Pupil(name=f"P{i}.{j}", classroom=room) for j in range(i % 4))


def run():
    out = io.StringIO()
    call_command("roomreport", stdout=out)
    return out.getvalue()
