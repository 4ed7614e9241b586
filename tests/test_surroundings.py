"""A report knows the models that a run was too short to see, and tells only of what ran."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from greenprof.lint import surroundings
from greenprof.lint.files import FileChoice
from greenprof.lint.surroundings import around

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
UNSEEN = "--interval=1"  # no line is seen in time but those that send statements
SQLALCHEMY = {
    "shop/__init__.py": "",
    "shop/models.py": """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship()
""",
    "shop/report.py": """
from sqlalchemy import select
from shop.models import Book

def names(session):
    found = []
    for book in session.scalars(select(Book)):
        found.append(book.author.name)  # lazy
    return found
""",
    "shop/never.py": """
from sqlalchemy import select
from shop.models import Book

def printed(session):
    for book in session.scalars(select(Book)):
        print(book.author.name)
""",
    "app.py": """
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from shop.models import Author, Base, Book
from shop.report import names

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all(Author(id=i, name=str(i)) for i in range(40))
    session.add_all(Book(id=i, author_id=i) for i in range(40))
    session.commit()
with Session(engine) as session:
    print(len(names(session)))
""",
}
DJANGO = {
    "shelf/__init__.py": "",
    "shelf/models.py": """
from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=50)

class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
""",
    "shelf/views.py": """
from django.http import HttpResponse
from django.shortcuts import render
from .models import Book

def names(request):
    found = []
    for book in Book.objects.all():
        found.append(book.author.name)  # lazy
    return HttpResponse(", ".join(found))

def page(request):
    return render(request, "page.html", {"books": Book.objects.all()})

def other(request):
    return render(request, "other.html", {"books": Book.objects.all()})
""",
    "templates/page.html": "<ul>\n{% for book in books %}\n<li>{{ book.author.name }}</li>\n{% endfor %}\n</ul>\n",
    "templates/other.html": "<ol>\n{% for book in books %}\n<li>{{ book.author.name }}</li>\n{% endfor %}\n</ol>\n",
    "settings.py": """
SECRET_KEY = "x"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
ROOT_URLCONF = "urls"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = ["shelf"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["templates"]}]
""",
    "urls.py": """
from django.urls import path
from shelf import views
urlpatterns = [path("names", views.names), path("page", views.page), path("other", views.other)]
""",
    "app.py": """
import os
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
django.setup()
from django.db import connection
from django.test import Client
from shelf.models import Author, Book

with connection.schema_editor() as editor:
    editor.create_model(Author)
    editor.create_model(Book)
Author.objects.bulk_create(Author(name=f"author {i}") for i in range(40))
Book.objects.bulk_create(Book(author_id=i + 1) for i in range(40))
assert Client().get("/names").status_code == 200
assert Client().get("/page").status_code == 200
""",
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def greenprof(folder: Path, *arguments: str) -> dict[str, Any]:
    """The report that a command writes to report.json."""
    if sys.platform != "linux":
        pytest.skip("measuring a program needs Linux")
    command = [GREENPROF, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def run(folder: Path, *options: str) -> dict[str, Any]:
    return greenprof(
        folder, "run", "-q", "--meter", "estimate", "--save", "run.json", "-o", "report.json", *options, "app.py"
    )


def lazy(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(one["path"], one["line"]) for one in report["findings"] if one["rule"].startswith("lazy-relation")]


def rules(report: Mapping[str, Any]) -> set[str]:
    return {one["rule"] for one in report["findings"]}


def place(files: Mapping[str, str], name: str, words: str) -> tuple[str, int]:
    return name, next(number for number, line in enumerate(files[name].splitlines(), 1) if words in line)


def test_the_models_of_sqlalchemy_are_known_though_no_sample_saw_them(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    write(tmp_path, SQLALCHEMY)
    report = run(tmp_path, UNSEEN)
    assert not any(spot["path"] == "shop/models.py" for spot in report["hotspots"])
    (finding,) = [one for one in report["findings"] if one["rule"].startswith("lazy-relation")]
    assert (finding["path"], finding["line"]) == place(SQLALCHEMY, "shop/report.py", "# lazy")
    assert finding["confirmed"] and finding["executions"] == 40
    assert "joinedload(Book.author)" in finding["fix"] and "joinedload" in finding["diff"]
    assert "shop/models.py" in {step["path"] for step in finding["evidence"]}
    assert "repeated-query" not in rules(report)
    assert not any(one["path"] == "shop/never.py" for one in report["findings"]), "it did not run"

    again = greenprof(tmp_path, "report", "run.json", "-o", "report.json")
    assert again["findings"] == report["findings"], "from the cache"
    os.utime(tmp_path / "shop" / "models.py", (time.time() + 60,) * 2)
    changed = greenprof(tmp_path, "report", "run.json", "-o", "report.json")
    assert lazy(changed) == [] and "repeated-query" in rules(changed), "they may not be those that ran"


def test_the_models_of_django_are_known_and_templates_are_told_of_that_ran(tmp_path: Path) -> None:
    pytest.importorskip("django")
    write(tmp_path, DJANGO)
    report = run(tmp_path, UNSEEN)
    found = [(Path(path).name, line) for path, line in lazy(report)]
    assert ("views.py", place(DJANGO, "shelf/views.py", "# lazy")[1]) in found
    assert ("page.html", 3) in found
    assert "other.html" not in {name for name, _ in found}, "it did not run"
    line = place(DJANGO, "shelf/views.py", "# lazy")
    (finding,) = [one for one in report["findings"] if (one["path"], one["line"]) == line]
    assert "select_related" in finding["fix"] and finding["executions"] == 40
    assert "repeated-query" not in rules(report)


def test_a_project_that_is_too_large_is_left_alone_with_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"app.py": "", "models.py": "x = 1\n", "data/a.bin": "", "data/b.bin": ""})
    choice = FileChoice(root=tmp_path)
    monkeypatch.chdir(tmp_path)
    now = time.time() + 1
    assert around(["app.py"], choice, until_s=now).paths == ("models.py",)
    monkeypatch.setattr(surroundings, "MOST_MB", 1e-6)
    assert around(["app.py"], choice, until_s=now).note == (
        "Only the files that ran were linted, not the project around them: it has more than 1e-06 MB of Python."
    )
    monkeypatch.setattr(surroundings, "MOST_ENTRIES", 4)
    found = around(["app.py"], choice, until_s=now)
    assert found.paths == () and found.note is not None and found.note.endswith("more than 4 files and folders.")


def test_the_project_is_the_nearest_folder_that_looks_like_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = {"web/manage.py": "", "web/shelf/views.py": "", "web/shelf/models.py": "", "tools/other.py": ""}
    write(tmp_path, {**shared, "web/venv/lib/x.py": "", "web/tests/test_views.py": "", "web/notes.md": ""})
    monkeypatch.chdir(tmp_path)
    choice, now = FileChoice(root=tmp_path), time.time() + 1
    below_web = {"web/manage.py", "web/shelf/models.py"}
    assert set(around(["web/shelf/views.py"], choice, until_s=now).paths) == below_web
    monkeypatch.chdir(tmp_path / "tools")
    outside = around([str(tmp_path / "web/shelf/views.py")], FileChoice(root=tmp_path / "tools"), until_s=now).paths
    assert set(outside) == {str(tmp_path / name) for name in below_web}
    nobodys = around([str(tmp_path / "tools" / "other.py")], FileChoice(root=tmp_path / "web"), until_s=now)
    assert nobodys.paths == ()


def test_a_program_without_a_database_is_linted_alone(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "print(sum(range(2_000_000)))\n", "models.py": "import django\n"})
    report = run(tmp_path)
    assert report["notes"] == [] or not any("project around" in note for note in report["notes"])
    assert not (tmp_path / ".greenprof" / "project.json").exists()


def test_beside_a_crowd_of_files_the_run_still_tells_what_it_saw(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    write(tmp_path, SQLALCHEMY)
    (tmp_path / "data").mkdir()
    for number in range(surroundings.MOST_ENTRIES + 1):
        (tmp_path / "data" / f"{number}.bin").touch()
    report = run(tmp_path, UNSEEN)
    assert "repeated-query" in rules(report) and lazy(report) == []
    assert any(note.startswith("Only the files that ran were linted") for note in report["notes"])
