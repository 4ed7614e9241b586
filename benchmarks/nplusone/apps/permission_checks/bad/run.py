import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.contrib.auth.models import User

from vault.listing import first_letters, visible_documents
from vault.models import Document, Folder, Membership


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    user = User.objects.create(username="me")
    for i in range(n):
        folder = Folder.objects.create(name=f"F{i}")
        Document.objects.create(name=f"Doc {i}", folder=folder)
        Membership.objects.create(user=user, folder=folder, role=("reader", "banned")[i % 2])


def run():
    me = User.objects.get()
    return [visible_documents(me), first_letters(me)]
