import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import Client

from courses.models import Course, Enrolment, Lecturer


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        course = Course.objects.create(title=f"Course {i:03}", lecturer=Lecturer.objects.create(name=f"Dr {i}"))
        Enrolment.objects.bulk_create(Enrolment(course=course, student=f"s{j}") for j in range(i % 5))


def run():
    return Client().get("/courses/").json()
