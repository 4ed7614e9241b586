"""Drive a real view of a real application: the administrators' page of I Hate Money, over 200 projects in SQLite.

    pip install ihatemoney greenprof
    mkdir before && cp -r "$(python -c 'import ihatemoney; print(*ihatemoney.__path__)')" before/   # as own code
    cd before
    python .../ihatemoney_dashboard.py fill
    greenprof run -- python .../ihatemoney_dashboard.py

`fill` makes `ihatemoney.sqlite3` in the folder where it is started. Without it, the page is asked for twice.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))

from ihatemoney.models import Bill, Person, Project, db
from ihatemoney.run import create_app

PROJECTS, MEMBERS, REQUESTS = 200, 5, 2


class Settings:
    """Those of the application that this page needs."""

    SECRET_KEY = "for a benchmark"
    SQLALCHEMY_DATABASE_URI = f"sqlite:///{Path.cwd() / 'ihatemoney.sqlite3'}"
    SQLALCHEMY_TRACK_MODIFICATIONS = False
    ACTIVATE_ADMIN_DASHBOARD = True
    ADMIN_PASSWORD = "pbkdf2:sha256:1$of$nobody"
    SESSION_COOKIE_SECURE = False
    TESTING = True


def fill() -> None:
    for number in range(PROJECTS):
        project = Project(name=f"Trip {number}", password="x", contact_email="a@example.org", default_currency="XXX")
        project.id = f"trip{number}"
        people = [Person(name=f"Member {each}", project=project) for each in range(MEMBERS)]
        db.session.add(project)
        db.session.flush()
        db.session.add(
            Bill(
                amount=10, date=datetime.date(2024, 1, 1), original_currency="XXX", owers=people, payer_id=people[0].id,
                project_default_currency="XXX", what="Dinner",
            )
        )  # fmt: skip
    db.session.commit()


def ask(client) -> None:
    with client.session_transaction() as session:
        session["authz_claims"] = ["is_admin"]
    for _ in range(REQUESTS):
        page = client.get("/dashboard")
        assert page.status_code == 200, page.status
        assert page.text.count("Trip ") >= PROJECTS, page.text[:2000]


app = create_app(Settings, instance_path=str(Path.cwd()))
with app.app_context():
    if sys.argv[1:] == ["fill"]:
        fill()
if sys.argv[1:] != ["fill"]:
    ask(app.test_client())
