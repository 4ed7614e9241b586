"""The look at a project ends, in a time that grows with the project, whatever is written in it; and still finds what
there is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from greenprof.lint import lint_paths

MODELS = """
from django.db import models

class Author(models.Model):
    name = models.TextField()

class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
"""
LOOP = "    for book in Book.objects.all():\n        print(book.author.name)\n"
VIEW = "from shop.models import Author, Book\n\n"

DOUBLES = {
    "tuples": "def doubled(row):\n    both = (row, row)\n"
    + "    both = (both, both)\n" * 60
    + "    return shown(both)\n",
    "calls of others": "from sqlalchemy import and_\n\ndef doubled(one):\n"
    + "    one = and_(one, one)\n" * 60
    + "    return shown(one)\n",
    "dictionaries": "def doubled(row):\n" + "    row = {'left': row, 'right': row}\n" * 60 + "    return shown(row)\n",
    "methods": "def doubled(row):\n    Doubled()\n\nclass Doubled:\n    def __init__(self):\n"
    + "".join(f"        self.name_{number} = self.method\n" for number in range(60))
    + "        shown(self)\n\n    def method(self):\n        pass\n",
    "branches": "def doubled(row):\n"
    + "".join(f"    if row.name == {number}:\n        row = other_{number}(row)\n" for number in range(400))
    + "    return shown(row)\n",
    "recursion": "def doubled(row, rows=()):\n    return other(row, [rows, row])\n\ndef other(row, rows):\n"
    "    doubled(rows, row)\n    return [doubled(one, rows) for one in rows] + [other(row, one) for one in rows]\n",
    "nesting": "def doubled(row):\n    return shown(" + "[" * 80 + "row" + "]" * 80 + ")\n",
    "alternatives": "def doubled(row):\n"
    + "    row = (row or Author) if row else (row and Book)\n" * 200
    + "    return row\n",
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail for more CPU time than this; what is checked takes a small part of it, or never ends."""
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds


def lines_found(folder: Path) -> list[tuple[str, int]]:
    result = lint_paths([folder], select=["lazy-relation-in-loop"], jobs=1)
    assert not result.errors
    return [(Path(one.path).name, one.line) for one in result.findings]


def project(folder: Path, **modules: str) -> Path:
    shop = folder / "shop"
    shop.mkdir()
    for name, text in {"__init__": "", **modules}.items():
        (shop / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("words", DOUBLES)
def test_what_doubles_ends(tmp_path: Path, words: str) -> None:
    text = VIEW + "def shown(what):\n    return what\n\ndef show():\n" + LOOP + "    doubled(book)\n\n" + DOUBLES[words]
    with within(20):
        assert lines_found(project(tmp_path, models=MODELS, views=text)) == [("views.py", 8)]


def test_imports_in_a_circle_end(tmp_path: Path) -> None:
    one = "from shop.two import *\nfrom shop.two import show as show\nimport shop.two as two\nvalue = two.value\n"
    two = "from shop.one import *\nfrom shop.one import show as show\nimport shop.one as one\nvalue = one.value\n"
    view = VIEW + "from shop.one import value, show\n\ndef view():\n    show(value)\n" + LOOP
    with within(20):
        assert lines_found(project(tmp_path, models=MODELS, one=one, two=two, views=view)) == [("views.py", 8)]


def test_classes_in_a_circle_end(tmp_path: Path) -> None:
    models = MODELS + "\nclass Left(Right):\n    pass\n\nclass Right(Left):\n    pass\n"
    with within(20):
        assert lines_found(project(tmp_path, models=models, views=VIEW + "def show():\n" + LOOP)) == [("views.py", 5)]


def test_thousands_of_models_take_seconds(tmp_path: Path) -> None:
    owned = [
        f"class Thing{number}(models.Model):\n    owner = models.ForeignKey('auth.User', on_delete=models.CASCADE)\n"
        f"    user = models.ForeignKey(get_user_model(), on_delete=models.CASCADE, related_name='things_{number}')\n"
        for number in range(1000)
    ]
    start = (
        MODELS + "from django.contrib.auth import get_user_model\nfrom django.contrib.auth.models import AbstractUser\n"
    )
    models = start + "\n".join(owned) + "\nclass Person(auth.AbstractUser):\n    pass\n"
    with within(20):
        assert lines_found(project(tmp_path, models=models, views=VIEW + "def show():\n" + LOOP)) == [("views.py", 5)]


def test_thousands_of_mapped_classes_take_seconds(tmp_path: Path) -> None:
    start = (
        "from sqlalchemy import Column, ForeignKey, Integer\n"
        "from sqlalchemy.orm import declarative_base, relationship\n"
    )
    classes = [
        f"class Model{number}(Base):\n    __tablename__ = 'model_{number}'\n"
        "    id = Column(Integer, primary_key=True)\n"
        f"    parent_id = Column(ForeignKey('model_{max(number - 1, 0)}.id'))\n"
        f"    parent = relationship('Model{max(number - 1, 0)}', backref='children_{number}')\n"
        for number in range(1000)
    ]
    view = (
        "from shop.models import Model7\n\n"
        "def show(session):\n"
        "    return [one.parent.name for one in session.query(Model7).all()]\n"
    )
    models = start + "Base = declarative_base()\n" + "\n".join(classes)
    with within(20):
        assert lines_found(project(tmp_path, models=models, views=view)) == [("views.py", 4)]
