import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from bugs.digest import digest, subject_lines
from bugs.models import Bug, Component, Product


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        component = Component.objects.create(name=f"c{i}", product=Product.objects.create(name=f"p{i}"))
        Bug.objects.create(number=i, component=component)


def run():
    return [digest(), subject_lines()]
