import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from claims.letters import archived_policies, letters
from claims.models import Claim, Holder, Policy


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        policy, holder = Policy.objects.create(number=f"P{i}"), Holder.objects.create(name=f"H{i}")
        Claim.objects.create(policy=policy, holder=holder, archived=True)


def run():
    return [letters(), sorted(archived_policies())]
