"""The corpus of N+1 queries: its labels, a proof of a sample, and what the proof and the score say of wrong ones."""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NPLUSONE = Path(__file__).parents[2] / "benchmarks" / "nplusone"
SAMPLE = [
    "async_orders",
    "flask_gallery",
    "hotel_form",
    "newsroom_admin",
    "peewee_stock",
    "shop_api",
    "tortoise_events",
]


@pytest.fixture
def module(monkeypatch):
    """A module of the corpus by its name."""
    monkeypatch.syspath_prepend(NPLUSONE)
    return importlib.import_module


@pytest.fixture
def altered(module, tmp_path):
    """A copy of an application, with a text of one of its files replaced."""

    def altered(name, file, old, new):
        folder = shutil.copytree(NPLUSONE / "apps" / name, tmp_path / name)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return module("corpus").read(folder)

    return altered


def test_applications_are_whole(module):
    corpus = module("corpus")
    apps = corpus.apps()
    assert len([app for app in apps if app.shape != corpus.QUIET]) >= 40
    assert len([app for app in apps if app.shape == corpus.QUIET]) >= 10
    for app in apps:
        assert app.framework in module("statements").HEAR, app.name
        assert not list(corpus.labels_in(app.folder / "good")), app.name
        if app.shape == corpus.QUIET:
            assert not (app.folder / "bad").exists(), app.name
        else:
            assert app.shape in {label.shape for label in app.labels}, app.name


def test_a_sample_holds():
    command = [sys.executable, NPLUSONE / "prove.py", *SAMPLE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(SAMPLE)} applications" in done.stdout
    assert "0 do not hold" in done.stdout


def test_a_label_on_a_line_without_queries_does_not_hold(module, altered):
    app = altered("garage_jobs", "bad/garage/board.py", "lines = []", "lines = []  # n+1: lazy-forward")
    assert [fault for fault in module("prove").prove([app])[0].faults if "0 statements more for 8 rows more" in fault]


def test_queries_without_a_label_are_a_fault(module, altered):
    app = altered("garage_jobs", "bad/garage/board.py", "  # n+1: lazy-forward", "")
    assert [fault for fault in module("prove").prove([app])[0].faults if fault.startswith("no label")]


def test_a_twin_that_grows_or_answers_otherwise_is_a_fault(module, altered):
    app = altered(
        "garage_jobs", "good/garage/repository.py", "statement.options(joinedload(Job.car))", "statement.limit(9)"
    )
    faults = " ".join(module("prove").prove([app])[0].faults)
    assert "good grows" in faults
    assert "answers differ" in faults


def test_score_counts_labels_and_alarms(module, altered):
    score = module("score")
    app = altered(
        "country_codes",
        "good/geo/normalise.py",
        "return [iso in known for iso in isos]",
        "return [session.query(Country).filter_by(iso=iso).first() is not None for iso in isos]",
    )
    scored = score.score(app)
    assert {label.shape for label in app.labels} - {label.shape for label in scored.missed} >= {"in-bulk"}
    assert [said.path for said in scored.alarms] == ["geo/normalise.py"]
    assert "0 of 1 fixed twins quiet" in score.in_words([scored])


def test_an_application_that_there_is_not_is_named(module):
    with pytest.raises(ValueError, match="no_such_app"):
        module("corpus").apps(["no_such_app"])


def test_statements_that_differ_in_values_have_one_shape(module):
    shape = module("statements").shape
    assert shape("SELECT a FROM t WHERE b IN (1, 2, 3) AND c = 'it''s'") == shape(
        "SELECT a FROM t WHERE b IN (?) AND c = ?"
    )
    assert shape("INSERT INTO t VALUES (?, ?), (?, ?)") == shape("INSERT INTO t VALUES (?)")
    assert shape("SELECT a FROM t1") != shape("SELECT a FROM t2")
