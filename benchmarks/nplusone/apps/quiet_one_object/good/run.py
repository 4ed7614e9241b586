import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from single.detail import books_of, detail, first_in_stock, latest
from single.models import Author, Book


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    author = Author.objects.create(pk=1, name="Ann")
    for i in range(1, n + 1):
        Book.objects.create(pk=i, title=f"B{i}", author=author, stock=i // 2)


def run():
    return [detail(2), books_of(1), first_in_stock(), latest()]
