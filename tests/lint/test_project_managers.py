"""Relations that managers load with their rows are there, however the managers are written."""

import re
from pathlib import Path

import pytest

from greenprof.lint import lint_paths

QUERIES = """
from django.db import models

class Mixin:
    def get_queryset(self):
        return super().get_queryset().select_related("author")

class BookQuerySet(models.QuerySet):
    def printed(self):
        return self.filter(is_printed=True)

    def with_author(self):
        return self.select_related("author")
"""
MODELS = """
from django.db import models
from django.db.models.query import QuerySet
from shop import elsewhere
from shop.queries import BookQuerySet, Mixin

{manager}

class Author(models.Model):
    name = models.TextField()

class Shelf(models.Model):
    name = models.TextField()

class Book(models.Model):
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    shelf = models.ForeignKey(Shelf, on_delete=models.CASCADE, related_name="books")
    is_printed = models.BooleanField()
    {objects}
"""
VIEWS = """
from django.shortcuts import get_list_or_404, get_object_or_404, render
from django.views import generic
from shop.models import Book, Shelf

def books(request):
    return render(request, "books.html", {"books": BOOKS})
"""
TEMPLATE = """
{% for book in books %}
    {{ book.author.name }}
{% endfor %}
"""
LOADS = {
    "query set of the manager": "return BookQuerySet(self.model).select_related('author')",
    "query set by keywords": "return BookQuerySet(model=self.model, using=self._db).with_author()",
    "Django's query set": "return QuerySet(self.model, using=self._db).select_related('author')",
    "what it is told to make": "return self._queryset_class(self.model).select_related('author')",
    "one above it": "return super().get_queryset().select_related('author')",
    "one above it, the old way": "return super(BookManager, self).get_queryset().select_related('author')",
    "in two ways": "return super().get_queryset().select_related('author') if self.joins else super().get_queryset()",
}


def _told(
    folder: Path, manager: str, books: str, objects: str = "objects = BookManager()", more: str = ""
) -> list[str]:
    files = {
        "shop/__init__.py": "",
        "shop/queries.py": QUERIES,
        "shop/models.py": MODELS.replace("{manager}", manager).replace("{objects}", objects),
        "shop/views.py": VIEWS.replace("BOOKS", books) + more,
        "shop/templates/books.html": TEMPLATE,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = lint_paths([folder], select=["lazy-relation-in-loop"], jobs=1, min_confidence="low").findings
    assert all(re.search(r"Book\.author", one.message) for one in found)
    return [one.confidence for one in found]


def _manager(body: str, name: str = "get_queryset") -> str:
    return f"class BookManager(models.Manager):\n    def {name}(self):\n        {body}\n"


@pytest.mark.parametrize("body", LOADS.values(), ids=LOADS.keys())
def test_manager_that_loads_a_relation(tmp_path: Path, body: str) -> None:
    assert _told(tmp_path, _manager(body), "Book.objects.filter(is_printed=True).order_by('id')") == []


def test_method_that_managers_once_had(tmp_path: Path) -> None:
    body = "return super(BookManager, self).get_query_set().select_related('author')"
    assert _told(tmp_path, _manager(body, "get_query_set"), "Book.objects.all()") == []


@pytest.mark.parametrize(
    ("manager", "objects"),
    [
        ("class BookManager(Mixin, models.Manager):\n    pass", "objects = BookManager()"),
        ("class BookManager(Mixin, models.Manager.from_queryset(BookQuerySet)):\n    pass", "objects = BookManager()"),
        (f"{_manager(LOADS['one above it'])}\n", "objects = BookManager.from_queryset(BookQuerySet)()"),
        (f"{_manager(LOADS['one above it'])}\n", "everything = BookManager()\n    objects = BookManager()"),
    ],
)
def test_manager_made_of_several(tmp_path: Path, manager: str, objects: str) -> None:
    assert _told(tmp_path, manager, "Book.objects.filter(is_printed=True)", objects) == []


@pytest.mark.parametrize(
    "books",
    [
        "Book._default_manager.all()",
        "get_list_or_404(Book, is_printed=True)",
        "Book.objects.printed()",
        "get_object_or_404(Shelf, pk=1).books.all()",
        "get_object_or_404(Shelf, pk=1).books.filter(is_printed=True)",
    ],
)
def test_ways_to_the_default_manager(tmp_path: Path, books: str) -> None:
    assert _told(tmp_path, _manager(LOADS["query set of the manager"]), books) == []


@pytest.mark.parametrize(
    ("manager", "books", "objects"),
    [
        (_manager("return BookQuerySet(self.model).select_related('shelf')"), "Book.objects.all()", None),
        (_manager("return BookQuerySet(self.model)"), "Book.objects.printed()", None),
        ("", "Book.objects.all()", "objects = BookQuerySet.as_manager()"),
        ("", "Book.objects.printed()", "objects = models.Manager.from_queryset(BookQuerySet)()"),
        (_manager(LOADS["one above it"]), "Book.objects.all()", "objects = models.Manager()\n    full = BookManager()"),
    ],
)
def test_manager_that_does_not_load_it(tmp_path: Path, manager: str, books: str, objects: str | None) -> None:
    assert _told(tmp_path, manager, books, objects or "objects = BookManager()") == ["high"]


def test_method_of_a_query_set_that_loads_it(tmp_path: Path) -> None:
    assert _told(tmp_path, "", "Book.objects.with_author()", "objects = BookQuerySet.as_manager()") == []


def test_manager_that_cannot_be_understood(tmp_path: Path) -> None:
    assert _told(tmp_path, _manager("return elsewhere.rows_of(self)"), "Book.objects.all()") == ["medium"]


def test_relation_whose_manager_does_not_load_it(tmp_path: Path) -> None:
    books = "[book for shelf in Shelf.objects.prefetch_related('books') for book in shelf.books.all()]"
    assert _told(tmp_path, _manager(LOADS["one above it"]), books) == []
    assert _told(tmp_path, _manager("return BookQuerySet(self.model)"), books) != []


def test_as_many_managers_of_one_kind_as_there_are_queries(tmp_path: Path) -> None:
    views = "\n".join(
        f"def books{number}(request):\n    return render(request, 'books.html', {{'books': Book.objects.all()}})\n"
        for number in range(40)
    )
    told = _told(
        tmp_path, _manager(LOADS["query set of the manager"]), f"Book.objects.all()}})\n\n{views}\nprint({{1: 2"
    )
    assert told == []
