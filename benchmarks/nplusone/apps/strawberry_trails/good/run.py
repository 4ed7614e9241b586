import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from trails.models import Park, Trail
from trails.schema import schema


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Trail.objects.create(name=f"T{i}", metres=1000 * i, park=Park.objects.create(name=f"Park {i:03}"))


def run():
    result = schema.execute_sync("{ parks { name length } trails(minimum: 0) { name park } }")
    assert not result.errors, result.errors
    return result.data
