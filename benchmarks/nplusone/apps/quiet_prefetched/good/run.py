import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from lms.models import Course, Lesson, Room, Teacher
from lms.pages import drafts, page, printed


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        course = Course.objects.create(title=f"C{i}", teacher=Teacher.objects.create(name=f"T{i}"))
        room = Room.objects.create(label=f"R{i}")
        Lesson.objects.create(course=course, title=f"L{i}", room=room, draft=i % 2 == 0)


def run():
    return [page(), drafts(), printed()]
