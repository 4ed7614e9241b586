import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from notes.models import Attachment, Folder, Note
from notes.services import pinned_notes


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        note = Note.objects.create(text=f"N{i}", folder=Folder.objects.create(path=f"/f/{i}"), pinned=True)
        Attachment.objects.create(note=note, size=10 * i)
        Attachment.objects.create(note=note, size=1)


def run():
    return pinned_notes()
