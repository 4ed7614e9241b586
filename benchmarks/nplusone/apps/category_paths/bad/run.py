import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from tree.menu import leaves, menu
from tree.models import Category


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        root = Category.objects.create(name=f"Root {i}")
        Category.objects.create(name=f"Leaf {i}", parent=root)


def run():
    return [menu(), leaves()]
