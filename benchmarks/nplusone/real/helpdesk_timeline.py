"""Drive a real view of a real application: the timeline of django-helpdesk, over 300 tickets in SQLite.

    pip install django-helpdesk greenprof
    mkdir before && cp -r "$(python -c 'import helpdesk; print(*helpdesk.__path__)')" before/   # as own code
    cd before
    python .../helpdesk_timeline.py fill
    greenprof run -- python .../helpdesk_timeline.py

`fill` makes `helpdesk.sqlite3` in the folder where it is started. Without it, the page is asked for five times.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

import django
from django.conf import settings

TICKETS, FOLLOWUPS, REQUESTS = 300, 3, 5

settings.configure(
    SECRET_KEY="for a benchmark",
    ALLOWED_HOSTS=["testserver"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path.cwd() / "helpdesk.sqlite3")}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "sessions", "sites", "humanize", "messages")),
        "rest_framework",
        "helpdesk",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    ROOT_URLCONF=__name__,
    SITE_ID=1,
    USE_TZ=True,
    HELPDESK_TEAMS_MODE_ENABLED=False,
)
django.setup()

from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]


def fill() -> None:
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from helpdesk.models import FollowUp, Queue, Ticket

    call_command("migrate", verbosity=0)
    User.objects.create_superuser("agent", password="agent")
    queue = Queue.objects.create(title="Support", slug="support")
    tickets = [Ticket(title=f"Ticket {i}", queue=queue) for i in range(TICKETS)]
    Ticket.objects.bulk_create(tickets)
    FollowUp.objects.bulk_create(
        FollowUp(ticket=ticket, title=f"Answer {i}", comment="It works now.")
        for ticket in tickets
        for i in range(FOLLOWUPS)
    )


def ask() -> None:
    from django.contrib.auth.models import User
    from django.test import Client
    from django.urls import reverse
    from helpdesk.query import query_to_base64

    client = Client()
    client.force_login(User.objects.get(username="agent"))
    address = reverse("helpdesk:timeline_ticket_list", args=[query_to_base64({"filtering": {}, "sorting": "created"})])
    for _ in range(REQUESTS):
        events = client.get(address).json()["events"]
        assert len(events) == TICKETS * FOLLOWUPS, len(events)


fill() if sys.argv[1:] == ["fill"] else ask()
