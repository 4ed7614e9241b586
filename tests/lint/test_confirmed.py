"""A run that has seen an N+1 makes its eager load a safe fix, on a real application of Django."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="measuring a program needs Linux")
MODELS = """
    from django.db import models

    class Author(models.Model):
        name = models.CharField(max_length=50)

    class Book(models.Model):
        author = models.ForeignKey(Author, on_delete=models.CASCADE)

    sum(range(5_000_000))  # long enough for the run to see this file
"""
PAGES = """
    from shop.models import Book

    def names():
        return [book.author.name for book in Book.objects.order_by("id")]

    def unread():
        return [book.author.name for book in Book.objects.order_by("-id")]
"""
APP = """
    import django
    from django.conf import settings
    settings.configure(
        INSTALLED_APPS=["shop"], USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    )
    django.setup()
    from django.db import connection
    from shop.models import Author, Book
    from shop.pages import names
    with connection.schema_editor() as editor:
        editor.create_model(Author)
        editor.create_model(Book)
    Author.objects.bulk_create(Author(name=f"author {i}") for i in range(40))
    Book.objects.bulk_create(Book(author_id=i + 1) for i in range(40))
    print(len(names()))
"""


def test_what_a_run_has_confirmed_is_fixed_and_the_statements_fall(tmp_path):
    pytest.importorskip("django")
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/pages.py": PAGES, "app.py": APP}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(dedent(text), encoding="utf-8")

    def greenprof(*words):
        return subprocess.run([GREENPROF, *words], cwd=tmp_path, capture_output=True, text=True, check=False)

    run = ("run", "--meter", "estimate", "-o")
    assert greenprof(*run, "before.json", "app.py").stdout == "40\n"
    lint = ("lint", "--no-cache", "--select", "lazy-relation-in-loop", "--fix", "shop")
    fixed = greenprof(*lint, "--confirmed-by", "before.json")
    assert fixed.stderr == "greenprof: fixed 1 finding in 1 file\n"
    seen, unread = (tmp_path / "shop" / "pages.py").read_text(encoding="utf-8").split("def unread")
    assert 'order_by("id").select_related("author")' in seen
    assert "select_related" not in unread, "which did not run, so that its fix is not safe"
    done = greenprof(*run, "now.json", "--queries-before", "before.json", "app.py")
    before, now = (
        sum(one["count"] for one in json.loads((tmp_path / name).read_text())["queries"])
        for name in ("before.json", "now.json")
    )
    assert before - now == 40
    assert f"{before} -> {now} statements to databases\n  40 -> 0  SELECT " in done.stderr


def test_a_report_that_is_none_is_told(tmp_path):
    (tmp_path / "wrong.json").write_text("{}", encoding="utf-8")
    (tmp_path / "a.py").write_text("", encoding="utf-8")
    for name, words in (("wrong.json", "wrong.json: "), ("none.json", "none.json: cannot be read")):
        done = subprocess.run(
            [GREENPROF, "lint", "--confirmed-by", name, "a.py"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        assert done.stderr.startswith(f"greenprof: {words}"), done.stderr
