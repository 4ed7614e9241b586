import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from survey.loader import load
from survey.models import Answer, Participant

size = 0


def setup(n):
    global size
    size = n
    call_command("migrate", run_syncdb=True, verbosity=0)
    Participant.objects.bulk_create(Participant(code=f"c{i}") for i in range(n))


def run():
    stored = load({f"c{i}": ["yes", "no", str(i)] for i in range(size)})
    return [stored, Answer.objects.count()]
