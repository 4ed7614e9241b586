import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from feed.models import Item
from feed.sync import counts, sync

size = 0


def setup(n):
    global size
    size = n
    call_command("migrate", run_syncdb=True, verbosity=0)


def run():
    sync([{"guid": f"g{i}", "title": f"T{i}", "tags": ["a", f"t{i}"]} for i in range(size)])
    return [counts(list(Item.objects.all())), Item.objects.count(), Item.tags.through.objects.count()]
