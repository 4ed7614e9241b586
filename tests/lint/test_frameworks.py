"""Statements per row that a framework sends by itself: in serializers, pages, templates, forms, resolvers, signals."""

import shutil
from pathlib import Path

import pytest

from greenprof.lint import lint_paths

RULES = ["lazy-relation-in-loop", "query-per-row", "prefetch-discarded", "relation-for-its-key"]

MODELS = """
from django.db import models

class Author(models.Model):
    name = models.CharField(max_length=40)

class Book(models.Model):
    title = models.CharField(max_length=40)
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="books")

    def __str__(self):
        return f"{self.title} by {self.author.name}"
"""


@pytest.fixture
def found(project, monkeypatch):
    """Lints a project of files; gives path and line of each finding about statements per row."""

    def run(**files):
        folder = project({"shop/__init__.py": "", "shop/models.py": MODELS} | files.pop("files", {}))
        monkeypatch.chdir(folder)
        result = lint_paths(["."], select=RULES, jobs=1)
        assert not result.errors
        return sorted({(Path(one.path).as_posix(), one.line) for one in result.findings})

    return run


VIEW = """
from django.shortcuts import render
from shop.models import Book

def books(request):
    return render(request, "books.html", {"books": Book.objects.QUERY})
"""


@pytest.mark.parametrize(
    ("template", "lines"),
    [
        ("{% for book in books %}\n{{ book.author.name }}\n{% endfor %}", [2]),
        ("{% for book in books %}\n{{ book.title }}\n{% endfor %}", []),
        ("{% for book in books %}{% if book.author %}\nyes{% endif %}{% endfor %}", [1]),
        ("{% for book in books %}\n{% url 'author' book.author.pk %}\n{% endfor %}", [2]),
        ("{% for book in books %}\n{% with author=book.author %}{{ author.name }}{% endwith %}\n{% endfor %}", [2]),
        ("{% for book in books %}\n{# {{ book.author.name }} #}\n{% endfor %}", []),
        ("{% for book in books %}{% verbatim %}{{ book.author.name }}{% endverbatim %}{% endfor %}", []),
        ("{% for book in books %}\n{{ book }}\n{% endfor %}", [2]),
        (
            "{% for book in books %}{% if forloop.first %}{{ book.title }}{% endif %}{% endfor %}{{ other.author }}",
            [],
        ),
        ("{% regroup books by author.name as groups %}", [1]),
        ("{{ books.0.author.name }}", []),
        (
            "{% for book in books %}{{ book.author.name }} {# greenprof: ignore[lazy-relation-in-loop] #}{% endfor %}",
            [],
        ),
        ("{% for book in unclosed", []),
        (
            "{% for a, in %}{{ | }}{% endfor %}{% if %}{% else %}{% endif %}{% with %}{% endwith %}{% set %}",
            [],
        ),
    ],
)
def test_a_template_over_the_rows_of_a_view(found, template, lines):
    files = {"shop/views.py": VIEW.replace("QUERY", "all()"), "shop/templates/books.html": template}
    assert found(files=files) == [("shop/templates/books.html", line) for line in lines]


def test_a_template_over_rows_that_are_loaded_whole(found):
    files = {
        "shop/views.py": VIEW.replace("QUERY", 'select_related("author")'),
        "shop/templates/books.html": "{% for book in books %}{{ book }} {{ book.author.name }}{% endfor %}",
    }
    assert found(files=files) == []


def test_blocks_of_a_template_that_extends_another(found):
    files = {
        "shop/views.py": VIEW.replace("QUERY", "all()"),
        "shop/templates/base.html": "{% block body %}{% for book in books %}{{ book }}{% endfor %}{% endblock %}",
        "shop/templates/books.html": '{% extends "base.html" %}\n{% block body %}{% for book in books %}'
        "\n{{ book.author.name }}{% endfor %}{% endblock %}",
    }
    assert found(files=files) == [("shop/templates/books.html", 3)]


def test_a_template_that_includes_itself_ends(found):
    files = {
        "shop/views.py": VIEW.replace("QUERY", "all()"),
        "shop/templates/books.html": "{% for book in books %}\n{{ book.author.name }}{% endfor %}"
        '{% include "books.html" %}',
    }
    assert found(files=files) == [("shop/templates/books.html", 2)]


SERIALIZERS = """
from rest_framework import serializers
from shop.models import Author, Book

class AuthorSerializer(serializers.ModelSerializer):
    class Meta:
        model = Author
        fields = ["name"]

class BookSerializer(serializers.ModelSerializer):
    author = AuthorSerializer()
    again = serializers.CharField(source="author.name")
    key = serializers.PrimaryKeyRelatedField(source="author", read_only=True)

    class Meta:
        model = Book
        fields = ["title", "author", "again", "key"]

class ShortSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["title", "author"]
"""

VIEWSET = """
from rest_framework import viewsets
from shop.models import Book
from shop.serializers import BookSerializer, ShortSerializer

class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.all()

    def get_serializer_class(self):
        if self.action in ("retrieve", "update"):
            return BookSerializer
        return LISTED
"""


@pytest.mark.parametrize(("listed", "lines"), [("BookSerializer", [11]), ("ShortSerializer", [])])
def test_the_serializer_of_a_list_is_the_one_that_counts(found, listed, lines):
    files = {"shop/serializers.py": SERIALIZERS, "shop/views.py": VIEWSET.replace("LISTED", listed)}
    assert found(files=files) == [("shop/serializers.py", line) for line in lines]


OWN_LIST = """
from rest_framework import viewsets
from rest_framework.response import Response
from shop.models import Book
from shop.serializers import BookSerializer, ShortSerializer

class BookViewSet(viewsets.ModelViewSet):
    queryset = Book.objects.all()
    serializer_class = BookSerializer

    def get_serializer_class(self):
        CHOICE

    def list(self, request):
        return Response(self.get_serializer(self.get_queryset(), many=True).data)
"""
FIRST = "if TEST:\n            return ShortSerializer\n        return super().get_serializer_class()"


@pytest.mark.parametrize(
    ("choice", "lines"),
    [
        (FIRST.replace("TEST", 'self.action == "list"'), []),
        (FIRST.replace("TEST", 'self.action in ("list", "recent")'), []),
        (FIRST.replace("TEST", 'self.action != "retrieve"'), []),
        (FIRST.replace("TEST", 'self.action not in ["retrieve", "update"]'), []),
        (FIRST.replace("TEST", 'self.action == "retrieve"'), [11]),
        (FIRST.replace("TEST", 'self.action not in ["list", "update"]'), [11]),
        ('return ShortSerializer if self.action == "list" else BookSerializer', []),
        ('return BookSerializer if self.action == "list" else ShortSerializer', [11]),
        (FIRST.replace("TEST", 'self.request.method == "GET"'), []),
    ],
)
def test_a_list_of_its_own_is_shown_by_the_serializer_of_this_action(found, choice, lines):
    files = {"shop/serializers.py": SERIALIZERS, "shop/views.py": OWN_LIST.replace("CHOICE", choice)}
    assert found(files=files) == [("shop/serializers.py", line) for line in lines]


AS_ASKED = """
from rest_framework import serializers, viewsets
from shop.models import Author, Book

class BookSerializer(serializers.ModelSerializer):
    class Meta:
        model = Book
        fields = ["title"]

class AuthorSerializer(serializers.ModelSerializer):
    books = serializers.SerializerMethodField()

    class Meta:
        model = Author
        fields = ["name", "books"]

    def get_books(self, author):
        if self.context["request"].query_params.get("books"):
            return BookSerializer(author.books, many=True).data
        return None

class AuthorViewSet(viewsets.ModelViewSet):
    serializer_class = AuthorSerializer

    def get_queryset(self):
        asked = self.request.query_params
        authors = Author.objects.order_by("name")
        if asked.get("named"):
            authors = authors.filter(name=asked["named"])
        if asked.get("a"):
            authors = authors.prefetch_related("a")
        if asked.get("b"):
            authors = authors.prefetch_related("b")
        if asked.get("books"):
            authors = authors.prefetch_related(LOADED)
        return authors
"""


@pytest.mark.parametrize(("loaded", "lines"), [('"books"', []), ('"c"', [11])])
def test_what_one_of_many_ways_loads_is_there_for_who_asks_for_it(found, loaded, lines):
    files = {"shop/api.py": AS_ASKED.replace("LOADED", loaded)}
    assert found(files=files) == [("shop/api.py", line) for line in lines]


OWN_FIELD = """
from rest_framework import serializers
from shop.models import Author, Book

class OptionalLink(serializers.HyperlinkedRelatedField):
    def to_representation(self, obj):
        return None if obj.name is None else super().to_representation(obj)

class AuthorName(serializers.CharField):
    def to_representation(self, obj):
        return obj.author.name

class AuthorSerializer(serializers.ModelSerializer):
    books = FIELD
    class Meta:
        model = MODEL
        fields = ["name", "books"]
"""

OWN_FIELD_VIEW = """
from rest_framework import generics
from shop.models import Author, Book
from shop.serializers import AuthorSerializer

class Authors(generics.ListAPIView):
    queryset = MODEL.objects.all()
    serializer_class = AuthorSerializer
"""


@pytest.mark.parametrize(
    ("field", "model", "lines"),
    [
        ('OptionalLink(view_name="books", read_only=True, source="*")', "Author", []),
        ('serializers.HyperlinkedRelatedField(view_name="books", read_only=True, source="*")', "Author", []),
        ('AuthorName(source="*")', "Book", [14]),
        ('OptionalLink(view_name="books", many=True, read_only=True)', "Author", [14]),
        ("serializers.PrimaryKeyRelatedField(many=True, read_only=True)", "Author", [14]),
    ],
)
def test_a_field_of_the_whole_row_is_not_the_relation_of_its_name(found, field, model, lines):
    serializers = OWN_FIELD.replace("FIELD", field).replace("MODEL", model)
    files = {"shop/serializers.py": serializers, "shop/views.py": OWN_FIELD_VIEW.replace("MODEL", model)}
    assert found(files=files) == [("shop/serializers.py", line) for line in lines]


ADMIN = """
from django.contrib import admin
from shop.models import Book

@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "author_name"]
    OPTION

    def author_name(self, book):
        return book.author.name
"""


@pytest.mark.parametrize(
    ("option", "lines"),
    [("pass", [7]), ('list_select_related = ["author"]', []), ("list_select_related = True", [])],
)
def test_an_admin_page(found, option, lines):
    assert found(files={"shop/admin.py": ADMIN.replace("OPTION", option)}) == [("shop/admin.py", one) for one in lines]


FORM = """
from django import forms
from shop.models import Book

class ChooseForm(forms.Form):
    book = forms.ModelChoiceField(queryset=Book.objects.QUERY)
"""


@pytest.mark.parametrize(("query", "lines"), [("all()", [6]), ('select_related("author")', [])])
def test_the_choices_of_a_form(found, query, lines):
    assert found(files={"shop/forms.py": FORM.replace("QUERY", query)}) == [("shop/forms.py", one) for one in lines]


def test_a_form_that_sets_its_rows_itself_is_left_alone(found):
    code = FORM.replace("QUERY", "all()") + (
        "\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n"
        '        self.fields["book"].queryset = Book.objects.select_related("author")\n'
    )
    assert found(files={"shop/forms.py": code}) == []


def test_the_finding_in_a_template_leads_back_to_the_view(project, monkeypatch):
    folder = project(
        {
            "shop/__init__.py": "",
            "shop/models.py": MODELS,
            "shop/views.py": VIEW.replace("QUERY", "all()"),
            "shop/templates/books.html": "{% for book in books %}\n{{ book.author.name }}\n{% endfor %}",
        }
    )
    monkeypatch.chdir(folder)
    (finding,) = lint_paths(["."], select=RULES, jobs=1).findings
    steps = [(Path(step.path).name, step.line) for step in finding.evidence]
    assert steps == [("views.py", 6), ("books.html", 1), ("models.py", 9)]
    assert finding.source == "{{ book.author.name }}" and 'select_related("author")' in (finding.fix or "")


APPS = Path(__file__).parents[2] / "benchmarks" / "nplusone" / "apps"


@pytest.mark.parametrize("app", ["band_api", "rental_admin", "strawberry_library", "loyalty_signals", "macro_cards"])
def test_applications_of_the_corpus(app, tmp_path, monkeypatch):
    for side in ("bad", "good"):
        shutil.copytree(APPS / app / side, tmp_path / side, ignore=shutil.ignore_patterns("__pycache__", "run.py"))
        monkeypatch.chdir(tmp_path / side)
        confidence = "low" if side == "bad" else "medium"
        result = lint_paths(["."], select=[*RULES, "write-per-row"], jobs=1, min_confidence=confidence)
        told = {(Path(one.path).as_posix(), one.line) for one in result.findings}
        labelled = {
            (file.relative_to(".").as_posix(), number)
            for file in Path().rglob("*.*")
            if file.is_file() and "__pycache__" not in file.parts
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
            if "n+1: " in line
        }
        assert told == labelled


def test_what_is_remembered_of_a_project_follows_its_files_and_templates(project, greenprof):
    folder = project(
        {
            "shop/__init__.py": "",
            "shop/models.py": MODELS,
            "shop/views.py": VIEW.replace("QUERY", "all()"),
            "shop/templates/books.html": "{% for book in books %}{{ book.author.name }}{% endfor %}",
        }
    )

    def count():
        return greenprof("lint", "--select", "lazy-relation-in-loop").out.count("lazy-relation-in-loop")

    assert (count(), count()) == (1, 1)
    template = folder / "shop" / "templates" / "books.html"
    template.write_text("{% for book in books %}{{ book.title }}{% endfor %}")
    assert count() == 0
    template.write_text("{% for book in books %}\n{{ book.author.name }}{% endfor %}")
    assert count() == 1
    (folder / "shop" / "views.py").write_text(VIEW.replace("QUERY", 'select_related("author")'))
    assert (count(), count()) == (0, 0)
    for name in ("project.json", "programs"):
        (folder / ".greenprof" / name).write_bytes(b"damaged")
    (folder / "shop" / "views.py").write_text(VIEW.replace("QUERY", "all()"))
    assert count() == 1


def test_tests_are_not_looked_at(found):
    code = "from shop.models import Book\n\ndef f():\n    for book in Book.objects.all():\n        book.author.name\n"
    assert found(files={"shop/tests/test_books.py": code}) == []
    assert found(files={"shop/names.py": code}) == [("shop/names.py", 5)]


def test_no_rows_on_one_way_do_not_count(found):
    code = (
        "from shop.models import Book\n\ndef books(user):\n    if user is None:\n        return Book.objects.none()\n"
        '    return Book.objects.select_related("author")\n\ndef names(user):\n'
        "    return [book.author.name for book in books(user)]\n"
    )
    assert found(files={"shop/names.py": code}) == []
