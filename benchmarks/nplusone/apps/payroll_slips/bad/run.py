import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from payroll.models import Department, Employee
from payroll.tasks import monthly, yearly


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        department = Department.objects.create(name=f"D{i}", cost_centre=f"K{i:03}")
        Employee.objects.create(name=f"E{i:03}", salary=30000 + i, department=department)


def run():
    return [monthly(3), yearly()]
