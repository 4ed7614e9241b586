import os

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()

import datetime

from blog.models import Comment, Post
from blog.pages import FrontPage


def setup(n):
    call_command("migrate", run_syncdb=True, verbosity=0)
    for i in range(n):
        post = Post.objects.create(title=f"Post {i}", published=datetime.date(2024, 1, 1))
        Comment.objects.create(post=post, text="First!")
        Comment.objects.create(post=post, text=f"Nice, number {i}")


def run():
    return FrontPage().context()
