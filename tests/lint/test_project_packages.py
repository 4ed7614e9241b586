"""Packages that lie side by side: rows are followed from one into another, and no others are gone through."""

from __future__ import annotations

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
VIEW = (
    "from {0} import names\nfrom shop.models import Book\n\ndef show(request):\n    return names(Book.objects.all())\n"
)
NAMES = "def names(books):\n    return [book.author.name for book in books]\n"


def found(folder: Path, **files: str) -> list[tuple[str, int]]:
    for name, text in {"shop/models": MODELS, **files}.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    result = lint_paths([folder], select=["lazy-relation-in-loop"], jobs=1, min_confidence="low")
    assert not result.errors
    return sorted((Path(one.path).name, one.line) for one in result.findings)


@pytest.mark.parametrize("where", ["reports/totals", "totals", "tools/deep/totals"])
def test_a_package_that_knows_no_database_is_given_rows(tmp_path: Path, where: str) -> None:
    modules = {where: NAMES, "shop/views": VIEW.format(where.replace("/", "."))}
    if where.startswith("reports"):
        modules |= {"shop/__init__": "", "reports/__init__": ""}
    assert found(tmp_path, **modules) == [("totals.py", 2)]


def test_a_package_asks_for_rows_by_way_of_one_that_knows_the_database(tmp_path: Path) -> None:
    shop = {
        "shop/__init__": "",
        "shop/books": "from .models import Book\n\ndef books():\n    return Book.objects.all()\n",
    }
    site = "from shop.books import books\n\ndef show():\n    for book in books():\n        print(book.author.name)\n"
    assert found(tmp_path, **shop, **{"site/__init__": "", "site/pages": site}) == [("pages.py", 5)]
