"""``--green``: the energy of a whole suite, its dearest tests, and N+1 queries that its tests confirm."""

from __future__ import annotations

import json

import pytest

SUITE = """
import sqlite3

def spin(seconds):
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass

def load(db):
    return [db.execute("select a from t where a = ?", (n,)).fetchall() for n in range(30)]

@pytest.fixture
def db():
    db = sqlite3.connect(":memory:")
    db.execute("create table t (a)")
    return db

def test_dear():
    burn(0.8, 0)
    spin(0.15)

def test_cheap():
    burn(0.2, 0)
    spin(0.02)

def test_repeats(db):
    load(db)

def test_repeats_too(db):
    load(db)
    load(db)

def test_single(db):
    for number in range(9):
        db.execute("insert into t values (1)")
    db.commit()

def test_call(energy, db):
    energy(db.execute, "select 1")

def test_fails():
    assert 1 == 2
"""


def test_it_tells_of_the_suite_and_changes_no_result(suite):
    done = suite.run(SUITE, "--green", "--green-json=out.json")
    done.assert_outcomes(passed=6, failed=1)
    done.stdout.fnmatch_lines(
        [
            "*energy of the suite (greenprof)*",
            "This suite used * and * of CPU time; the machine used 1.000 J in *.",
            "The 7 dearest tests:",
            "* test_it.py::test_dear",
            "N+1 queries that these tests have sent:",
            "  60 times  test_it.py:*  select a from t where a = ?",
            "      in test_it.py::test_repeats_too and in 1 other test",
            "      * at test_it.py:*",
        ]
    )
    assert done.stdout.str().count(" times  ") == 1
    document = json.loads((suite.path / "out.json").read_text(encoding="utf-8"))
    told = document["suite"]
    assert set(told["tests"]) == {f"test_it.py::test_{name}" for name in (
        "dear", "cheap", "repeats", "repeats_too", "single", "call", "fails"
    )}  # fmt: skip
    assert told["machine_j"] == pytest.approx(1.0, abs=1e-3)
    known = [one["process_j"] for one in told["tests"].values() if one["process_j"] is not None]
    assert sum(known) <= told["process_j"] * 1.001
    assert told["tests"]["test_it.py::test_dear"]["cpu_s"] >= 0.15


def test_it_holds_for_a_suite_without_tests_and_one_that_is_only_collected(suite):
    assert suite.run("", "--green").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    done = suite.run(SUITE, "--green", "--collect-only", "--green-save=name")
    assert done.ret == 0
    assert not (suite.path / ".greenprof").exists()


def test_its_tables_speak_the_language_that_was_asked_for(suite, monkeypatch):
    monkeypatch.setenv("GREENPROF_LANG", "nl")
    done = suite.run(SUITE, "--green", "--green-json=out.json")
    done.stdout.fnmatch_lines(
        [
            "*energie van 1 test (greenprof)*",
            "test *energie *95%-interval*",
            "Joules zijn gemeten door known (±0%; a test); alles, per aanroep.",
            "test_call: de teller van known bewoog niet.",
            "*energie van de testsuite (greenprof)*",
            "Deze testsuite verbruikte * CPU-tijd; de machine verbruikte 1,000 J in *.",
            "De 7 duurste tests:",
            "N+1-query’s die deze tests hebben gestuurd:",
            "  60 keer  test_it.py:*  select a from t where a = ?",
            "      in test_it.py::test_repeats_too en in 1 andere test",
            "      * op test_it.py:*: *",
        ]
    )
    assert "gemeten" not in (suite.path / "out.json").read_text(encoding="utf-8")
    monkeypatch.setenv("GREENPROF_LANG", "klingon")
    assert "energy of the suite" in suite.run(SUITE, "--green").stdout.str(), "no test fails for a name in a variable"
