"""The same history on SQLite and on PostgreSQL."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from greenprof import project_folder
from greenprof.errors import GreenprofError
from greenprof.history import inbox
from greenprof.history.address import address_of
from greenprof.history.store import History, Wanted

_SPEC = spec_from_file_location("history_conftest", Path(__file__).parent / "conftest.py")
assert _SPEC is not None and _SPEC.loader is not None
samples = module_from_spec(_SPEC)
_SPEC.loader.exec_module(samples)

ALL = Wanted()


def test_what_is_put_in_comes_out(address):
    history = History(address)
    first = samples.report(123.5, day=2)
    (number,) = history.add(samples.kept([first]))
    (row,) = history.rows(ALL)
    assert (row.id, row.project, row.label, row.command, row.host) == (number, "shop", "report", "python app.py", "f1")
    assert (row.process_j, row.interval_j, row.total_j) == (123.5, (123.5 * 0.99, 123.5 * 1.01), 247.0)
    assert (row.started_at, row.dirty, row.exit_code) == (samples.START.replace(day=3), True, 0)
    assert history.report(number) == first
    assert History(address).row(number) == row


def test_odd_texts_are_kept(address):
    history = History(address)
    odd = samples.report(command="python \udcff \0 ' % _ ; DROP")
    history.add(samples.kept([odd]))
    assert len(history.rows(Wanted(command="*DROP*"))) == 1
    assert history.rows(Wanted(command="*x_y*")) == []


def test_a_run_is_there_once_and_all_of_a_batch_or_none(address):
    history = History(address)
    same = samples.kept([samples.report()])
    assert len(history.add(same)) == 1
    assert history.add(same) == []
    broken = [*samples.kept([samples.report()]), ("x", samples.CONTEXT, None)]
    with pytest.raises(AttributeError):
        history.add(broken)
    assert len(history.rows(ALL)) == 1


def test_runs_are_chosen_and_forgotten(address):
    history = History(address)
    history.add(samples.kept([samples.report(day=day, host=f"f{day % 2}") for day in range(6)]))
    assert [row.started_at.day for row in history.rows(Wanted(host="f1", since=samples.START.replace(day=3)))] == [4, 6]
    assert history.rows(Wanted(label="re?ort")) != [] == history.rows(Wanted(label="re%"))
    first = history.rows(ALL)[0].id
    assert history.forget(ALL, [first]) == 1
    with pytest.raises(GreenprofError, match=f"no run {first}"):
        history.report(first)
    assert history.forget(Wanted(host="f0")) == 2
    assert [row.host for row in history.rows(ALL)] == ["f1"] * 3


WRITER = """
import sys, uuid
sys.path.insert(0, sys.argv[2])
import conftest as samples
from greenprof.config import load_config
from greenprof.history.address import address_of
from greenprof.history.store import History
history = History(address_of(load_config()))
for number in range(int(sys.argv[1])):
    history.add(samples.kept([samples.report(float(number + 1))]))
    print(number, flush=True)
"""


def writer(number):
    words = [sys.executable, "-c", WRITER, str(number), str(Path(__file__).parent)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def test_two_write_at_once_from_the_first_on(address):
    both = [writer(10), writer(10)]
    assert [one.wait(60) for one in both] == [0, 0]
    assert len(History(address).rows(ALL)) == 20


def test_a_kill_loses_nothing_that_was_stored(address):
    killed = writer(100_000)
    for _ in range(5):
        said = killed.stdout.readline()
    killed.send_signal(signal.SIGKILL)
    told = [*killed.stdout.read().split(), said.strip()]
    killed.wait()
    stored = len(History(address).rows(ALL))
    assert stored >= max(map(int, told)) + 1
    history = History(address)
    history.add(samples.kept([samples.report()]))
    assert len(history.rows(ALL)) == stored + 1
    assert history.report(history.rows(ALL)[0].id)


def test_the_migrations_make_the_tables_that_the_code_knows(address):
    from alembic.autogenerate import compare_metadata
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    import greenprof.history
    from greenprof.history.database import open_database
    from greenprof.history.tables import HEAD, metadata

    History(address)
    with open_database(address, []).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "greenprof_history_version"})
        assert compare_metadata(context, metadata) == []
    config = Config()
    config.set_main_option("script_location", str(Path(greenprof.history.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_newer_history_is_left_alone(address):
    import sqlalchemy as sa

    from greenprof.history.database import open_database, writing

    History(address)
    with writing(open_database(address, [])).begin() as connection:
        connection.execute(sa.text("UPDATE greenprof_history_version SET version_num = '9999'"))
    with pytest.raises(GreenprofError, match="newer greenprof"):
        History(address)


def test_what_waits_is_taken_in_once(address, project):
    for day in range(3):
        inbox.put(samples.report(day=day), samples.CONTEXT, project)
    (waits, *_) = inbox.waiting(project)
    copy = waits.read_bytes()
    damaged = inbox.waiting(project)[1]
    damaged.write_bytes(copy[:100])
    history = History(address, root=project)
    assert (len(history.rows(ALL)), inbox.waiting(project)) == (2, [])
    assert "is damaged" in history.warnings[0]
    assert damaged.with_suffix(".damaged").exists()
    waits.write_bytes(copy)  # as if a crash had come between the database and the deletion
    assert len(History(address, root=project).rows(ALL)) == 2
    assert (project / ".greenprof" / ".gitignore").read_text() == "*\n"


def test_a_damaged_file_is_moved_aside(project):
    from greenprof.config import load_config

    project_folder.make(project / project_folder.FOLDER)
    path = project / project_folder.FOLDER / "history.sqlite"
    path.write_bytes(b"no database " * 1000)
    history = History(address_of(load_config()))
    assert "is damaged" in history.warnings[0]
    (aside,) = path.parent.glob("history.sqlite.damaged-*")
    assert aside.read_bytes().startswith(b"no database")
    assert history.add(samples.kept([samples.report()])) == [1]


def test_a_folder_that_cannot_be_written_is_read(project, bound_by_modes):
    from greenprof.config import load_config

    address = address_of(load_config())
    project_folder.make(project / project_folder.FOLDER)
    History(address).add(samples.kept([samples.report()]))
    for path in (address.path, address.path.parent):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with bound_by_modes():
            assert len(History(address, root=project).rows(ALL)) == 1
    finally:
        address.path.parent.chmod(0o755)


@pytest.mark.parametrize(
    ("given", "said"),
    [("mysql://x/y", "mysql databases are not supported"), ("nowhere/at/all.sqlite", "there is no folder")],
)
def test_a_wrong_address_is_one_clear_line(project, given, said):
    from greenprof.config import load_config

    with pytest.raises(GreenprofError, match=said):
        History(address_of(load_config(), given))


def test_a_password_is_not_shown(project):
    from greenprof.config import load_config

    address = address_of(load_config(), "postgresql://me:secret@127.0.0.1:1/db")
    with pytest.raises(GreenprofError) as caught:
        History(address)
    assert "secret" not in str(caught.value)
    assert "me:***@127.0.0.1" in str(caught.value)


def test_ten_thousand_runs_are_shown_quickly(address, greenprof):
    from dataclasses import asdict

    import sqlalchemy as sa

    from greenprof.history.database import open_database, writing
    from greenprof.history.rows import row_of
    from greenprof.history.tables import runs

    History(address)
    plain = asdict(row_of(samples.report(), samples.CONTEXT, "", "0.1.0"))
    del plain["id"]
    many = [
        {**plain, "uid": str(number), "process_j": 100.0 + number % 7 - 20 * (number > 6000)}
        for number in range(10_000)
    ]
    with writing(open_database(address, [])).begin() as connection:
        connection.execute(sa.insert(runs), many)
    start = time.process_time()
    code, shown, _ = greenprof("history")
    assert time.process_time() - start < 3  # the aim is 1 s; other tests run beside this one
    assert code == 0
    assert "10,000 runs" in shown
    assert "▼ −19 % since run 6002" in shown
