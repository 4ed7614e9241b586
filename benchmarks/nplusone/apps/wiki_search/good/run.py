import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from wiki.models import Page
from wiki.search import results, teasers


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    Page.objects.bulk_create(Page(title=f"Green {i:03}", body=f"It is {i} " * 9, summary=f"S{i}") for i in range(n))


def run():
    return [results("green"), list(teasers())]
