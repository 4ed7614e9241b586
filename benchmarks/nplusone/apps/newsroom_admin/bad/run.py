import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import re

from django.contrib.auth.models import User
from django.test import Client

from newsroom.models import Article, Desk, Editor


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_superuser("chief", password="-")
    for i in range(n):
        desk = Desk.objects.create(name=f"Desk {i}", head=Editor.objects.create(name=f"Editor {i}"))
        Article.objects.create(headline=f"News {i}", desk=desk)


def run():
    client = Client()
    client.force_login(User.objects.get())
    page = client.get("/admin/newsroom/article/").content.decode()
    return re.findall(r'class="field-(\w+)[^>]*>([^<]*)<', page)
