"""Statements to databases are counted as they are sent, through the installed command, on real drivers and ORMs."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from greenprof.query_counts import counted_in
from greenprof.target import greenprof_shapes
from greenprof.target.greenprof_shapes import shape_of

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
WATCH = Path(greenprof_shapes.__file__).with_name("greenprof_watch.py")
if sys.platform != "linux":
    pytest.skip("measuring a program needs Linux", allow_module_level=True)


@pytest.fixture
def run(tmp_path):
    """Run the text of a program under greenprof: its report, and what it wrote."""

    def run(text, *options, files=()):
        for name, content in {**dict(files), "app.py": text}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(content), encoding="utf-8")
        command = [GREENPROF, "run", "-q", "--meter", "estimate", "-o", "report.json", *options, "app.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
        return json.loads((tmp_path / "report.json").read_text(encoding="utf-8")), done

    return run


def told(report, *names):
    return [tuple(query[name] for name in names) for query in report["queries"]]


def line_of(text, words):
    return next(number for number, line in enumerate(dedent(text).splitlines(), 1) if words in line)


PLAIN = """
import sqlite3

def name_of(store, key):
    return store.execute("SELECT name FROM shelf WHERE id = ?", (key,)).fetchone()

FIELDS = [name_of]

def main():
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT)")
    store.executemany("INSERT INTO shelf VALUES (?, ?)", [(key, str(key)) for key in range(50)])
    for key in range(50):
        for field in FIELDS:
            field(store, key)  # repeated
    for key in (1, 2, 3):
        print(len(store.execute(f"SELECT * FROM shelf WHERE id IN ({key}, 7) AND name != 'x'").fetchall()))

main()
"""


def test_each_statement_has_its_shape_count_rows_and_line(run):
    report, done = run(PLAIN)
    assert (done.stdout, done.returncode) == ("2\n2\n2\n", 0)
    assert sorted(told(report, "shape", "count", "rows", "line"), key=lambda each: (-each[1], each[3])) == [
        ("SELECT name FROM shelf WHERE id = ?", 50, None, line_of(PLAIN, "SELECT name")),
        ("SELECT * FROM shelf WHERE id IN (?) AND name != ?", 3, 6, line_of(PLAIN, "SELECT *")),
        ("CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT)", 1, None, line_of(PLAIN, "CREATE")),
        ("INSERT INTO shelf VALUES (?)", 1, 50, line_of(PLAIN, "INSERT")),
    ]
    assert all(query["elapsed_s"] > 0 and query["server_s"] is None for query in report["queries"])
    assert report["energy"]["server_j"] is None


def test_what_no_rule_sees_is_a_finding_on_the_line_that_is_repeated(run):
    report, _ = run(PLAIN)
    (found,) = [one for one in report["findings"] if one["rule"] == "repeated-query"]
    assert (found["line"], found["executions"], found["confirmed"]) == (line_of(PLAIN, "# repeated"), 50, True)
    assert found["confidence"] == "high"
    assert report["queries"][0]["findings"] == [report["findings"].index(found)]


def test_what_is_written_again_and_again_is_not_to_be_asked_for_at_once(run):
    text = PLAIN.replace("SELECT name FROM shelf WHERE id = ?", "INSERT INTO shelf VALUES (100 + ?, '')")
    (written,) = [one["fix"] for one in run(text)[0]["findings"] if one["rule"] == "repeated-query"]
    (asked,) = [one["fix"] for one in run(PLAIN)[0]["findings"] if one["rule"] == "repeated-query"]
    assert "executemany" in written
    assert "eager load" in asked


def test_a_comment_a_setting_and_a_switch_silence_it(run, tmp_path):
    quiet = PLAIN.replace("# repeated", "# greenprof: ignore[repeated-query]")
    assert not [one for one in run(quiet)[0]["findings"] if one["rule"] == "repeated-query"]
    assert run(PLAIN, "--no-queries")[0]["queries"] == []
    (tmp_path / "pyproject.toml").write_text('[tool.greenprof]\nignore = ["repeated-query"]\n', encoding="utf-8")
    report, _ = run(PLAIN)
    assert not [one for one in report["findings"] if one["rule"] == "repeated-query"]
    assert report["queries"][0]["count"] == 50


def test_several_runs_give_means_and_make_no_more_of_it(run):
    text = PLAIN.replace("range(50)", "range(6)")
    report, _ = run(text, "--repeat", "3")
    assert sorted(query["count"] for query in report["queries"]) == [1, 1, 3, 6]
    assert [query["rounds"] for query in report["queries"]] == [1, 1, 1, 1]
    assert "repeated-query" not in [one["rule"] for one in report["findings"]]


def test_of_a_quick_series_each_is_counted_and_some_are_timed(run):
    text = """
    import sqlite3, time

    store = sqlite3.connect(":memory:")
    store.create_function("wait", 0, lambda: time.sleep(0.001))
    for key in range(700):
        store.execute("SELECT wait()").fetchall()
    for key in range(2):
        time.sleep(1.05)
        store.execute("SELECT 2")
    """
    report, _ = run(text)
    quick, slow = report["queries"]
    assert (quick["count"], quick["rows"], slow["count"], slow["rounds"]) == (700, 700, 2, 2)
    assert 0.6 < quick["elapsed_s"] < 10, "a thousandth of a second each, on a machine that may be busy"


# Who sends a statement is looked up once for each function that runs, and then told by a mark on its frame: these are
# the ways in which the same instruction of the same function sends for others.
MARKED = """
import sqlite3, sys, threading

store = sqlite3.connect(":memory:", check_same_thread=False)

def name_of(key):
    for _ in range(2):
        store.execute("SELECT 1", ()).fetchone()  # sent

def deeper(key):
    name_of(key)

def asked():
    while True:
        store.execute("SELECT 2").fetchone()  # resumed
        yield

def both(keys):
    for key in keys:
        store.execute("SELECT 3").fetchone()  # in turn
        store.execute("SELECT 4").fetchone()

def traced(keys):
    for key in keys:
        store.execute("SELECT 5").fetchone()  # traced
        if key == 20:
            sys._getframe().f_trace = tracer
            sys.settrace(tracer)
        if key == 40:
            sys.settrace(None)

lines = []
def tracer(frame, event, argument):
    lines.append(event)
    return tracer

def main():
    for key in range(30):
        name_of(key)  # here
        deeper(key)  # and here
        deeper(key)  # and there
    generator = asked()
    for key in range(30):
        next(generator)  # one
        next(generator)  # other
        next(generator)  # third
    both(range(50))
    thread = threading.Thread(target=both, args=(range(50),))
    thread.start()
    both(range(50))  # beside
    thread.join()
    alone = threading.Thread(target=both, args=(range(50),))
    alone.start()
    alone.join()
    both(range(50))  # after
    traced(range(60))
    print(sum(event == "line" for event in lines))

main()
"""


def test_the_same_instruction_is_told_apart_by_who_calls_it(tmp_path):
    text = dedent(MARKED).lstrip()
    (tmp_path / "app.py").write_text(text, encoding="utf-8")
    begin = f"import runpy; runpy.run_path({str(WATCH)!r})['begin']({str(tmp_path)!r}); runpy.run_path('app.py')"
    done = subprocess.run(
        [sys.executable, "-c", begin], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    counted = {}
    for one in counted_in(tmp_path):
        lines = tuple(
            text.splitlines()[frame.line - 1].strip() for frame in one.frames if frame.path.endswith("app.py")
        )
        counted[one.shape, lines] = one.count

    def count(shape, *words):
        return [
            number
            for (its, lines), number in counted.items()
            if its == shape and [line.partition("#")[2].strip() for line in lines if "#" in line] == list(words)
        ]

    assert count("SELECT ?", "here", "sent") == [60]
    assert count("SELECT ?", "and here", "sent") == count("SELECT ?", "and there", "sent") == [60]
    assert [count("SELECT ?", one, "resumed") for one in ("one", "other", "third")] == [[30], [30], [30]]
    assert sum(number for (_, lines), number in counted.items() if lines[-1].endswith("# in turn")) == 250
    assert count("SELECT ?", "beside", "in turn") == count("SELECT ?", "after", "in turn") == [50]
    assert count("SELECT ?", "traced") == [60]
    assert int(done.stdout) >= 3 * 20, "what the program traces itself is traced"


def test_a_finding_of_the_source_is_confirmed_or_not(run):
    text = """
    import sqlite3

    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE shelf (id INTEGER)")
    for key in range(40):
        store.execute("SELECT 1 FROM shelf WHERE id = ?", (key,)).fetchone()  # often
    for row in store.execute("SELECT 3").fetchall():
        store.execute("SELECT 2 FROM shelf WHERE id = ?", row).fetchone()  # once
    """
    report, _ = run(text)
    assert {one["line"]: (one["executions"], one["confirmed"]) for one in report["findings"]} == {
        line_of(text, "# often"): (40, True),
        line_of(text, "# once"): (1, False),
    }
    assert {one["rule"] for one in report["findings"]} == {"query-in-loop"}


def test_the_report_says_that_it_is_confirmed(run, tmp_path):
    run(PLAIN)
    for format_ in ("text", "markdown", "html"):
        command = [GREENPROF, "report", "report.json", "-f", format_]
        shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
        assert "N+1 confirmed: 50 times" in " ".join(shown.split())
        assert "55 statements sent to databases" in shown


def test_a_program_sees_nothing_of_it(tmp_path):
    text = """
    import sys, sqlite3, traceback, warnings, datetime
    print(*sys.meta_path, *sorted(set(sys.modules)), sep="\\n")
    store = sqlite3.connect(":memory:")
    print(type(store), type(store.cursor()), sqlite3.Connection.__mro__)
    for wrong in ("SELEC", 5):
        try:
            store.execute(wrong)
        except Exception:
            traceback.print_exc()
    store.execute("SELECT ?", (datetime.datetime(2026, 1, 1),))
    try:
        import not_there
    except ImportError:
        traceback.print_exc()
    store.nonsense()
    """
    (tmp_path / "app.py").write_text(dedent(text), encoding="utf-8")
    native, ours = (
        subprocess.run([*words, "app.py"], cwd=tmp_path, capture_output=True, text=True, check=False)
        for words in ([sys.executable], [GREENPROF, "run", "-q"])
    )
    native_text, our_text = (re.sub("0x[0-9a-f]+", "0x…", one.stdout + one.stderr) for one in (native, ours))
    assert (our_text, ours.returncode) == (native_text, native.returncode)


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(os.getpid(), 9)"])
def test_counts_survive_a_sudden_end(run, end):
    text = f"""
    import os, sqlite3
    store = sqlite3.connect(":memory:")
    for _ in range(7):
        store.execute("SELECT 1")
    {end}
    """
    assert told(run(text)[0], "shape", "count") == [("SELECT ?", 7)]


def test_forked_children_count_their_own(run):
    text = """
    import os, sqlite3

    def work(times):
        store = sqlite3.connect(":memory:")
        for _ in range(times):
            store.execute("SELECT 1")

    work(1)
    for _ in range(2):
        if os.fork() == 0:
            work(10)
            os._exit(0)
    os.wait(), os.wait()
    """
    assert told(run(text)[0], "shape", "count") == [("SELECT ?", 21)]


SPAWNING = """
import multiprocessing, os, sqlite3, subprocess, sys

def work(times):
    store = sqlite3.connect("store.sqlite3")
    for key in range(times):
        store.execute("SELECT name FROM shelf WHERE id = ?", (key,)).fetchone()  # by all

def main():
    with sqlite3.connect("store.sqlite3") as store:
        store.execute("CREATE TABLE shelf (id INTEGER PRIMARY KEY, name TEXT)")
    for way in ("spawn", "fork"):
        child = multiprocessing.get_context(way).Process(target=work, args=(10,))
        child.start()
        child.join()
    again = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import app; app.work(1000)'], check=True)"
    subprocess.run([sys.executable, "-c", "import app; app.work(100); " + again], check=True)
    subprocess.run([sys.executable, "-Bc", "import app; app.work(5000)"], check=True, env={"A": "b"})
    subprocess.run(["env"], env={"A": "b"})
    seen = "import os; print(sorted(os.environ.items()), flush=True)"
    subprocess.run([sys.executable, "-c", seen], env={"LC_ALL": "C.UTF-8", "PYTHONPATH": "x"})

if __name__ == "__main__":
    main()
"""


def test_pythons_that_a_program_starts_count_too_and_see_nothing_of_it(run):
    report, done = run(SPAWNING)
    assert done.stdout == "A=b\n[('LC_ALL', 'C.UTF-8'), ('PYTHONPATH', 'x')]\n", done.stderr
    (query,) = [one for one in report["queries"] if one["shape"].startswith("SELECT")]
    assert (query["path"], query["line"], query["count"]) == ("app.py", line_of(SPAWNING, "# by all"), 6120)


MODELS = """
import sys
import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}, ROOT_URLCONF="views",
    ALLOWED_HOSTS=["*"], USE_TZ=True, TEMPLATES=[
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": ["pages"]},
    ],
)
django.setup()
from django.db import connection, models

class Author(models.Model):
    name = models.CharField(max_length=50)
    class Meta:
        app_label = "shelf"

class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    class Meta:
        app_label = "shelf"

def fill(books):
    with connection.schema_editor() as editor:
        editor.create_model(Author)
        editor.create_model(Book)
    authors = Author.objects.bulk_create(Author(name=f"author {i}") for i in range(books))
    Book.objects.bulk_create(Book(author_id=i + 1) for i in range(books))
"""
VIEWS = """
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from models import Book

def names(request):
    return HttpResponse(", ".join(book.author.name for book in Book.objects.all()))  # per book

def page(request):
    return render(request, "page.html", {"books": Book.objects.all()})

def one(request):
    return HttpResponse(Book.objects.select_related("author").first().author.name)

urlpatterns = [path("names", names), path("page", page), path("one", one)]
"""
PAGE = """<ul>
{% for book in books %}
<li>{{ book.author.name }}</li>
{% endfor %}
</ul>
"""
CLIENT = """
from models import fill
fill(30)
from django.test import Client
client = Client()
for _ in range({times}):
    assert client.get("/{page}").status_code == 200
"""
DJANGO = {"models.py": MODELS, "views.py": VIEWS, "pages/page.html": PAGE}


def repeated(report):
    return [
        (one["path"], one["line"], one["executions"]) for one in report["findings"] if one["rule"] == "repeated-query"
    ]


def authors(report):
    return [
        (query["path"], query["line"], query["count"], query["rows"], query["rounds"])
        for query in report["queries"]
        if 'FROM "shelf_author"' in query["shape"]
    ]


def test_django_counts_a_lazy_relation_in_a_view(run):
    pytest.importorskip("django")
    report, done = run(CLIENT.format(times=1, page="names"), files=DJANGO)
    assert done.returncode == 0, done.stderr
    assert [found[:4] for found in authors(report)] == [("views.py", line_of(VIEWS, "# per book"), 30, 30)]


def test_django_counts_what_a_template_reads_on_its_line(run):
    pytest.importorskip("django")
    report, _ = run(CLIENT.format(times=1, page="page"), files=DJANGO)
    ((path, line, count, rows, rounds),) = authors(report)
    assert (Path(path).parts[-2:], line, count, rows) == (("pages", "page.html"), 3, 30, 30)
    assert rounds <= 2, "one request, on a machine that may pause it"
    assert repeated(report) == [(path, 3, 30)]


AWAITED_VIEW = """
import asyncio
from asgiref.sync import sync_to_async
from django.http import HttpResponse
from django.urls import path
from models import Author, Book, fill

def names():
    return [book.author.name for book in Book.objects.all()]  # in a thread

async def page(request):
    found = [await Author.objects.aget(pk=book.author_id) async for book in Book.objects.all()]  # awaited
    return HttpResponse(f"{found} {await sync_to_async(names)()}")

urlpatterns = [path("page", page)]
"""
AWAITING_CLIENT = """
import asyncio
import views
from django.test import AsyncClient, Client

async def main():
    assert (await AsyncClient().get("/page")).status_code == 200

views.fill(30)
asyncio.run(main())
assert Client().get("/page").status_code == 200
"""


def test_what_an_async_view_of_django_awaits_is_counted_on_its_line(run):
    pytest.importorskip("django")
    models = MODELS.replace(":memory:", "shelf.sqlite3")  # threads have connections of their own
    report, done = run(AWAITING_CLIENT, files={"models.py": models, "views.py": AWAITED_VIEW})
    assert done.returncode == 0, done.stderr
    assert sorted(found[:3] for found in authors(report)) == [
        ("views.py", line_of(AWAITED_VIEW, "# in a thread"), 60),
        ("views.py", line_of(AWAITED_VIEW, "# awaited"), 60),
    ]


def test_a_page_that_is_requested_often_is_no_repeated_query(run):
    pytest.importorskip("django")
    report, _ = run(CLIENT.format(times=30, page="one"), files=DJANGO)
    (query,) = [query for query in report["queries"] if "INNER JOIN" in query["shape"]]
    assert (query["count"], query["rounds"]) == (30, 30)
    assert repeated(report) == []


SQLALCHEMY = """
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)

class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship()

def label(book):
    return book.author.id  # lazy

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all(Book(id=i, author=Author(id=i)) for i in range(25))
    session.commit()
    session.expunge_all()
    print(sum(map(label, session.scalars(select(Book)))))
"""


def test_sqlalchemy_counts_each_statement_once(run):
    pytest.importorskip("sqlalchemy")
    report, done = run(SQLALCHEMY)
    assert done.stdout == "300\n", done.stderr
    lazy = [query for query in report["queries"] if query["shape"].endswith("FROM author WHERE author.id = ?")]
    assert [(query["line"], query["count"], query["rows"]) for query in lazy] == [
        (line_of(SQLALCHEMY, "# lazy"), 25, 25)
    ]
    assert [(one["executions"], one["confirmed"]) for one in report["findings"] if one["confirmed"]] == [(25, True)]


AWAITED = """
import asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

def inside(session):
    return session.connection().execute(text("SELECT 2"))  # inside

async def main():
    async with AsyncSession(create_async_engine("sqlite+aiosqlite://")) as session:
        for _ in range(12):
            await session.execute(text("SELECT 1"))  # awaited
        await session.run_sync(inside)

asyncio.run(main())
"""


def test_an_async_session_counts_for_the_line_that_awaits(run):
    pytest.importorskip("aiosqlite")
    pytest.importorskip("greenlet")
    report, done = run(AWAITED.replace("SELECT 2", "SELECT 2 AS two"))
    assert done.returncode == 0, done.stderr
    found = {query["shape"]: (query["line"], query["count"]) for query in report["queries"]}
    assert found["SELECT ?"] == (line_of(AWAITED, "# awaited"), 12)
    assert found["SELECT ? AS two"] == (line_of(AWAITED, "# inside"), 1)


def server():
    """A PostgreSQL server on this machine that may be used: its address; None if there is none."""
    try:
        import psycopg

        address = os.environ.get("GREENPROF_TEST_POSTGRES", "dbname=postgres user=postgres")
        psycopg.connect(address, connect_timeout=3).close()
        return address
    except Exception:
        return None


def test_what_the_database_server_used_is_told_apart(run):
    address = server()
    if address is None:
        assert not os.environ.get("GREENPROF_TEST_POSTGRES"), "a server was promised and is not there"
        pytest.skip("NOT TESTED with a database server: no PostgreSQL or no psycopg on this machine")
    report, done = run(f"""
    import psycopg
    with psycopg.connect({address!r}) as connection:
        for _ in range(3):
            connection.execute("SELECT count(*) FROM generate_series(1, 1000000)").fetchone()
        for key in range(200):
            connection.execute("SELECT %s::int", (key,))
    """)
    assert done.returncode == 0, done.stderr
    assert told(report, "shape", "count", "rows") == [
        ("SELECT ?::int", 200, 200), ("SELECT count(*) FROM generate_series(?, ?)", 3, 3),
    ]  # fmt: skip
    small, large = (query["server_s"] for query in report["queries"])
    assert 0.02 < large < 5
    assert small < large
    assert 0 < report["energy"]["server_j"] <= report["energy"]["other_j"]


ASYNCPG = """
    import asyncio, asyncpg
    async def main():
        connection = await asyncpg.connect(**{address!r})
        for key in range(12):
            await connection.fetch("SELECT $1::int", key)  # sent
        async with connection.transaction():
            async for _ in connection.cursor("SELECT generate_series(1, 3)"):
                pass
        await connection.close()
    asyncio.run(main())
"""
PSYCOPG2 = """
    import psycopg2
    connection = psycopg2.connect(**{address!r})
    cursor = connection.cursor()
    for key in range(12):
        cursor.execute("SELECT %s::int", (key,))  # sent
"""


@pytest.mark.parametrize(("driver", "text"), [("asyncpg", ASYNCPG), ("psycopg2", PSYCOPG2)])
def test_other_drivers_of_postgresql(run, driver, text):
    pytest.importorskip(driver)
    address = server()
    if address is None:
        pytest.skip("NOT TESTED with a database server: no PostgreSQL or no psycopg on this machine")
    words = dict(word.replace("dbname", "database").split("=") for word in address.split())
    report, done = run(text.format(address=words))
    assert done.returncode == 0, done.stderr
    shapes = {query["shape"]: (query["count"], query["rows"]) for query in report["queries"]}
    assert shapes["SELECT ?::int"] == (12, 12)
    assert driver != "asyncpg" or shapes["SELECT generate_series(?, ?)"] == (1, 3)
    lines = {query["line"] for query in report["queries"] if query["shape"] == "SELECT ?::int"}
    assert lines == {line_of(text, "# sent")}


@pytest.mark.parametrize(
    ("statement", "shape"),
    [
        ("SELECT a, COUNT(*)\n  FROM t  -- all\n WHERE x >= 12", "SELECT a, COUNT(*) FROM t WHERE x >= ?"),
        ("SELECT a FROM t WHERE n = 'it''s' LIMIT 21;", "SELECT a FROM t WHERE n = ? LIMIT ?"),
        ("select * from t where id in (1,2 , 3) or z IN (%s, %s)", "select * from t where id in (?) or z IN (?)"),
        ("INSERT INTO t (a, b) VALUES (?, ?), (?, ?) RETURNING id", "INSERT INTO t (a, b) VALUES (?) RETURNING id"),
        ("SELECT x::int, $1::text, :name, %(id)s, @p1, ?2 FROM t1", "SELECT x::int, ?::text, ?, ?, ?, ? FROM t1"),
        ("SELECT $$it's$$, $tag$ it's $tag$, E'a', 1.5e-3, 0xff, -7", "SELECT ?, ?, ?, ?, ?, -?"),
        ('SAVEPOINT "s123_x1"', "SAVEPOINT ?"),
        ('SELECT "odd name 1", `b2`, [c 3] FROM [t 4]', 'SELECT "odd name 1", `b2`, [c 3] FROM [t 4]'),
        ("SELECT 'unterminated", "SELECT ?"),
        ("  \n/* nothing */ ", ""),
    ],
)  # fmt: skip
def test_the_shape_of_a_statement(statement, shape):
    assert shape_of(statement) == shape


def test_a_shape_has_an_end():
    assert len(shape_of("SELECT a " + "OR b = c " * 10_000)) < 2100
    assert re.fullmatch(
        r"SELECT \? FROM t WHERE id IN \(\?\)", shape_of(f"SELECT 1 FROM t WHERE id IN ({'9, ' * 999}9)")
    )
