import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import RequestFactory

from library import views
from library.models import Book, Loan, Member


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        Loan.objects.create(book=Book.objects.create(title=f"Book {i}"), member=Member.objects.create(name=f"Member {i}"))


def run():
    return views.loans(RequestFactory().get("/loans/")).content.decode()
