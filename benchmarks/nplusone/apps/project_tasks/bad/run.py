import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import datetime

from projects.dashboard import Dashboard
from projects.models import Project, Task


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        project = Project.objects.create(name=f"Project {i:03}")
        for j in range(3):
            Task.objects.create(project=project, title=f"T{j}", done=j == 1, due=datetime.date(2024, 6, 10 - j))


def run():
    return list(Dashboard().cards())
