"""The eager load that a finding over several files names: put in behind the query, in whichever file it stands."""

import importlib
import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BAD = ROOT / "rules" / "lazy_relation_in_loop" / "bad"
NPLUSONE = ROOT / "benchmarks" / "nplusone"
APPS = ["band_api", "bug_labels", "events_api", "flask_gallery"]
DJANGO = {
    "shop/models.py": """\
        from django.db import models


        class Author(models.Model):
            name = models.CharField(max_length=50)


        class Tag(models.Model):
            name = models.CharField(max_length=50)


        class Book(models.Model):
            author = models.ForeignKey(Author, on_delete=models.CASCADE)
            editor = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="edited")
            tags = models.ManyToManyField(Tag)
        """,
    "shop/queries.py": """\
        from .models import Book


        def books():  # all of them
            return  Book.objects.order_by( "id" )  # oldest first
        """,
    "shop/report.py": """\
        from .queries import books


        def lines():
            for book in books():
                print(book.author.name, [tag.name for tag in book.tags.all()])
                print(book.editor.name)


        def names():
            return [book.author.name for book in books()]
        """,
}
CHAIN = '.select_related("author", "editor").prefetch_related("tags")'


@pytest.fixture
def lazy(greenprof):
    """Lints for relations that are read row by row."""
    return lambda *options: greenprof("lint", "--no-cache", "--select", "lazy-relation-in-loop", *options)


@pytest.fixture
def told(lazy, tmp_path):
    """`lazy` in a copy of the rule's bad side, which is SQLAlchemy."""
    shutil.copytree(BAD, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    return lazy


def texts(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.py")}


def changed(before, after):
    return {name for name in after if after[name] != before[name]}


def test_fix_is_promised_as_unsafe(told, tmp_path):
    text = told().out
    assert "fix (--fix --unsafe-fixes): load it with the rows: .options(joinedload(Order.customer))" in text
    assert "1 can be fixed with --fix --unsafe-fixes" in text
    counted = json.loads(told("--statistics", "-f", "json").out)
    assert [(one["safe_fixes"], one["unsafe_fixes"]) for one in counted] == [(0, 1)]
    before = texts(tmp_path)
    assert told("--fix").code == 1
    assert texts(tmp_path) == before


def test_load_and_its_import_are_put_in_where_the_query_stands(told, tmp_path):
    before = texts(tmp_path)
    shown = told("--diff", "--unsafe-fixes")
    assert "+++ queries.py" in shown.out and texts(tmp_path) == before
    done = told("--fix", "--unsafe-fixes")
    assert (done.code, done.err) == (0, "greenprof: fixed 1 finding in 1 file\n")
    after = texts(tmp_path)
    assert changed(before, after) == {"queries.py"}
    assert "from sqlalchemy.orm import joinedload\n" in after["queries.py"]
    assert "select(Order).order_by(Order.id).options(joinedload(Order.customer))" in after["queries.py"]
    assert told("--fix", "--unsafe-fixes").err == ""
    assert texts(tmp_path) == after


def test_loads_of_one_query_are_one_chain(lazy, project, tmp_path):
    project(DJANGO)
    before = texts(tmp_path)
    done = lazy("--fix", "--unsafe-fixes")
    assert (done.code, done.err) == (0, "greenprof: fixed 4 findings in 1 file\n")
    after = texts(tmp_path)
    assert changed(before, after) == {"shop/queries.py"}
    assert after["shop/queries.py"] == before["shop/queries.py"].replace('"id" )', f'"id" ){CHAIN}')
    assert lazy("--diff", "--unsafe-fixes").out == ""


def test_load_joins_what_the_query_loads_already(lazy, project, tmp_path):
    project(
        {**DJANGO, "shop/queries.py": DJANGO["shop/queries.py"].replace('"id" )', '"id" ).select_related("author",)')}
    )
    lazy("--fix", "--unsafe-fixes")
    text = texts(tmp_path)["shop/queries.py"]
    assert '.select_related("author", "editor",).prefetch_related("tags")' in text


def test_chain_of_lines_gets_a_line_more(lazy, project, tmp_path):
    query = "return (\n        Book.objects\n        .order_by('id')\n    )"
    old = '    return  Book.objects.order_by( "id" )  # oldest first'
    project(
        {**DJANGO, "shop/queries.py": DJANGO["shop/queries.py"].replace("        ", "").replace(old, f"    {query}")}
    )
    lazy("--fix", "--unsafe-fixes")
    chain = CHAIN.replace(").p", ")\n        .p")
    assert f"        .order_by('id')\n        {chain}\n    )" in texts(tmp_path)["shop/queries.py"]


def test_query_of_a_model_of_flask_takes_the_load_before_its_rows_are_asked_for(lazy, project, tmp_path):
    project(
        {
            "models.py": """\
                from flask_sqlalchemy import SQLAlchemy

                db = SQLAlchemy()


                class Team(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                    members = db.relationship("Member")


                class Member(db.Model):
                    id = db.Column(db.Integer, primary_key=True)
                    team_id = db.Column(db.ForeignKey("team.id"))
                """,
            "views.py": """\
                from models import Team


                def sizes():
                    return [len(team.members) for team in Team.query.all()]
                """,
        }
    )
    lazy("--fix", "--unsafe-fixes")
    assert "in Team.query.options(selectinload(Team.members)).all()]" in texts(tmp_path)["views.py"]
    assert "from sqlalchemy.orm import selectinload\n" in texts(tmp_path)["views.py"]


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("Book.objects.order_by('id')  # greenprof: ignore[lazy-relation-in-loop]", "a comment there ignores"),
        ("Book.objects.order_by('id').iterator()", None),
        ("Book.objects.order_by('id').union(Book.objects.all())", None),
        ("Book.objects.select_for_update().order_by('id')", None),
        ("Book.objects.only('id')", None),
        ("list(Book.objects.only('id').all())", None),
    ],
)
def test_what_is_not_sure_or_not_wanted_is_left_alone(lazy, project, tmp_path, query, why):
    project({**DJANGO, "shop/queries.py": f"from .models import Book\n\n\ndef books():\n    return {query}\n"})
    before = texts(tmp_path)
    done = lazy("--fix", "--unsafe-fixes")
    assert texts(tmp_path) == before
    assert "Traceback" not in done.err and "fixed" not in done.err.replace("not fixed", "")
    assert (why or "") in done.err and len(done.err.splitlines()) == bool(why)


@pytest.mark.parametrize(
    "options",
    [
        ["shop/report.py", "shop/models.py"],
        ["--extend-exclude", "queries.py", "."],
        ["--per-file-ignores", "shop/queries.py:lazy-relation-in-loop", "."],
    ],
)
def test_files_that_were_not_named_or_are_left_out_are_not_written(lazy, project, tmp_path, options):
    project(DJANGO)
    before = texts(tmp_path)
    done = lazy("--fix", "--unsafe-fixes", *options)
    assert texts(tmp_path) == before
    said = "shop/queries.py:5: not fixed: lazy-relation-in-loop is not looked for in this file"
    assert (said in done.err) == ("--per-file-ignores" in options)


def test_comment_at_a_query_in_the_same_file_forbids_it_too(lazy, project, tmp_path):
    one = """
        from .queries import books
        from .models import Book


        def lines():
            rows = Book.objects.all()  # greenprof: ignore
            return [row.author.name for row in rows]
        """
    project({**DJANGO, "shop/report.py": one})
    before = texts(tmp_path)
    assert "shop/report.py:7: not fixed: a comment there ignores" in lazy("--fix", "--unsafe-fixes").err
    assert texts(tmp_path) == before


def test_file_that_cannot_be_written_is_one_line(lazy, project, tmp_path, monkeypatch):
    project(DJANGO)
    before = texts(tmp_path)

    def refused(path, data):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("greenprof.lint.fixing.write_file", refused)
    done = lazy("--fix", "--unsafe-fixes")
    assert done.code == 2
    assert done.err == "greenprof: shop/queries.py: not fixed: Permission denied\n"
    assert done.out.count("lazy-relation-in-loop") == 4
    assert texts(tmp_path) == before


def test_model_without_a_name_where_the_query_stands_is_left_alone(told, tmp_path):
    (tmp_path / "queries.py").write_text(
        "import models as m\nfrom sqlalchemy import select\nfrom sqlalchemy.orm import Session\n\n\n"
        "def all_orders(session: Session):\n    return session.scalars(select(m.Order))\n"
    )
    told("--fix", "--unsafe-fixes")
    text = (tmp_path / "queries.py").read_text()
    assert "from sqlalchemy.orm import Session, joinedload\n" in text
    assert "select(m.Order).options(joinedload(m.Order.customer))" in text
    (tmp_path / "queries.py").write_text(
        "from models import Order as Kept\nfrom sqlalchemy import select\n\n\n"
        "def all_orders(session):\n    return session.scalars(select(Kept))\n"
    )
    before = texts(tmp_path)
    told("--fix", "--unsafe-fixes")
    assert texts(tmp_path) == before


def test_editor_is_told_the_file_of_the_edit(told):
    from lsprotocol import types

    from greenprof.lint import lint_paths
    from greenprof.lsp.answers import quick_fixes

    (finding,) = lint_paths(["."], select=["lazy-relation-in-loop"]).findings
    text = Path("report.py").read_text()
    fix = quick_fixes(Path("report.py").absolute().as_uri(), text, [finding], lambda place: place)[0]
    assert isinstance(fix, types.CodeAction)
    assert list(fix.edit.changes) == [Path("queries.py").absolute().as_uri()]


@pytest.mark.parametrize("name", APPS)
def test_fixed_application_answers_the_same_with_fewer_statements(lazy, tmp_path, monkeypatch, name):
    monkeypatch.syspath_prepend(NPLUSONE)
    (app,) = importlib.import_module("corpus").apps([name])
    prove = importlib.import_module("prove")
    fixed = tmp_path / "fixed"
    shutil.copytree(app.folder / "bad", fixed, ignore=shutil.ignore_patterns("__pycache__"))
    assert "greenprof: fixed " in lazy("--fix", "--unsafe-fixes", "fixed").err
    seen = prove.watch(app.framework, [app.folder / "bad", fixed])
    bad, good = (prove.side(*seen[str(folder)]["runs"]) for folder in (app.folder / "bad", fixed))
    assert good.answer == bad.answer
    assert good.many.total() < bad.many.total()


def test_sarif_names_the_file_of_the_edit(told, tmp_path):
    (finding,) = json.loads(told("-f", "json").out)["findings"]
    (result,) = json.loads(told("-f", "sarif").out)["runs"][0]["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    assert finding["edit_path"] is not None and finding["edit_path"] != finding["path"]
    assert change["artifactLocation"]["uri"] == Path(finding["edit_path"]).as_posix()
    replacement = change["replacements"][-1]
    line = (tmp_path / finding["edit_path"]).read_text().split("\n")[replacement["deletedRegion"]["startLine"] - 1]
    assert line[: replacement["deletedRegion"]["startColumn"] - 1].strip()
