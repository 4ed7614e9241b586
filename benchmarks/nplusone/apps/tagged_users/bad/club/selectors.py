from django.contrib.auth.models import User

from club.models import Club


def clubs():
    return Club.objects.prefetch_related("members", "joined_set").order_by("name")


def users():
    return User.objects.filter(is_active=True).order_by("username")
