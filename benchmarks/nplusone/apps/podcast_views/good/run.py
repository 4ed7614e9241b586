import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

from django.test import RequestFactory

from podcasts.models import Episode, Host, Show
from podcasts.views import EpisodeList, ShowDetail


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    show = Show.objects.create(pk=1, title="Talk")
    for i in range(n):
        Episode.objects.create(title=f"E{i}", host=Host.objects.create(name=f"H{i}"), show=show)


def run():
    request = RequestFactory().get("/")
    answers = EpisodeList.as_view()(request), ShowDetail.as_view()(request, pk=1)
    return [answer.content.decode() for answer in answers]
