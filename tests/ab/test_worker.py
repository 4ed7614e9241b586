"""What runs inside either side: how often a test, and its fixtures, are called for so many calls."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from greenprof.ab.workers import PIPES, SCRIPT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="two sides are measured side by side on Linux only")

TESTS = """
import pytest

SEEN = []


@pytest.fixture
def anew():
    SEEN.append("anew")


@pytest.fixture(scope="module")
def once():
    SEEN.append("once")


def test_alone():
    SEEN.append("alone")


@pytest.mark.parametrize("number", [1, 2])
def test_given(once, number):
    SEEN.append(f"given {number}")


def test_made(anew):
    SEEN.append("made")


class Test:
    def test_self(self):
        assert not hasattr(self, "been")
        self.been = True
        SEEN.append("self")


def test_third_time():
    SEEN.append("third")
    assert SEEN.count("third") < 3


def test_told(capsys):
    (__import__("pathlib").Path(__file__).parent / "seen.txt").write_text("|".join(SEEN))
"""


@pytest.fixture
def ask(tmp_path: Path):
    """Ask a worker for calls of tests, one after the other; each answer, and what was seen to be called."""
    (tmp_path / "test_it.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "spec.json").write_text(
        json.dumps(
            {
                "files": None, "arguments": ["test_it.py"], "lenient": False, "as_module": False, "cwd": str(tmp_path),
                "top": str(tmp_path), "hidden": [], "modules": [], "scratch": str(tmp_path / "scratch"),
                "rootdir": str(tmp_path), "inipath": os.devnull, "options": {}, "settings": [],
            }
        )
    )  # fmt: skip

    def asked(*requests: tuple[int, str]) -> tuple[list[str], list[str]]:
        hear, to_ask = os.pipe()
        to_read, say = os.pipe()
        lines = [*requests, (1, "test_told")]
        os.write(to_ask, "".join(f"{calls} test_it.py::{name}\n" for calls, name in lines).encode())
        os.close(to_ask)
        subprocess.run(
            [sys.executable, str(SCRIPT), str(tmp_path / "spec.json")], cwd=tmp_path, pass_fds=(hear, say),
            env={**os.environ, PIPES: f"{hear},{say}"}, capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        os.close(say)
        os.close(hear)
        with os.fdopen(to_read, encoding="utf-8") as answers:
            told = answers.read().splitlines()[1 : 1 + len(requests)]
        return told, (tmp_path / "seen.txt").read_text(encoding="utf-8").split("|")

    return asked


def test_each_test_is_called_as_often_as_asked_and_its_fixtures_are_made_as_pytest_does(ask):
    told, seen = ask(
        (5, "test_alone"), (3, "test_given[1]"), (2, "test_given[2]"), (2, "test_made"), (3, "Test::test_self"),
        (1, "test_alone"),
    )  # fmt: skip
    assert all(line.startswith("cpu_s ") and float(line.split()[1]) >= 0 for line in told), told
    assert seen == [
        *["alone"] * 5, "once", *["given 1"] * 3, *["given 2"] * 2, *["anew", "made"] * 2, *["self"] * 3, "alone",
    ]  # fmt: skip


def test_a_test_that_fails_on_the_way_says_so(ask):
    told, seen = ask((5, "test_third_time"), (1, "test_alone"))
    assert told[0].startswith("error failed AssertionError: "), told
    assert told[1].startswith("cpu_s "), "the others go on"
    assert seen == ["third"] * 3 + ["alone"]
