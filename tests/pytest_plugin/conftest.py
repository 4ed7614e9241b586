"""Suites to run the plugin on, and a counter whose truth is known: the tests in them move it themselves."""

from __future__ import annotations

import itertools
import sqlite3  # noqa: F401 - counted from the first suite on, as above
from importlib import import_module

import pytest

# Loaded once, and not anew by each suite that is run in this process: a driver is counted by one counter only.
for _name in ("judging", "session", "statements", "table", "where"):
    import_module(f"greenprof.pytest_plugin.{_name}")

# What every suite has beside its tests: a counter in a file, which a test moves by the joules that it is to burn, and
# a meter on it that every process opens.
_BURNING = """
import fcntl
import os
import time
from pathlib import Path

from greenprof.measuring import shared
from greenprof.model import Reading

COUNTER = Path({counter!r})


def burn(joules, seconds=0.003):
    counter = os.open(COUNTER, os.O_RDWR)
    fcntl.flock(counter, fcntl.LOCK_EX)
    os.pwrite(counter, b"%020d" % (int(os.pread(counter, 30, 0)) + round(joules * 1e6)), 0)
    os.close(counter)
    time.sleep(seconds)


class KnownMeter:
    domains, idle_w, max_interval_s, notes = ("package-0",), None, None, ()
    scope, resolution_s = "a test", 1e-5

    def __init__(self, estimated):
        self.name = "guessed" if estimated else "known"
        self.estimated, self.uncertainty = estimated, 1.03 if estimated else 0.0

    def read(self):
        return Reading(at_ns=time.monotonic_ns(), joules=(int(COUNTER.read_bytes()) / 1e6,))

    def close(self):
        pass


def pytest_configure(config):
    shared._BY_SPEC["known"] = shared.SharedMeter(KnownMeter(False))
    shared._BY_SPEC["guessed"] = shared.SharedMeter(KnownMeter(True))
"""
_CONFTEST = """
from burning_{number} import pytest_configure
"""
_HEADER = """
import time

import pytest
from burning_{number} import burn
"""
_NUMBERS = itertools.count()


class Suite:
    """A folder with tests that burn known joules: ``suite.run(code, *options)``."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester, self.path = pytester, pytester.path
        number = next(_NUMBERS)  # a name of its own, for one process runs many suites
        self._header = _HEADER.format(number=number)
        pytester.syspathinsert()
        counter = self.path / "counter"
        counter.write_text(f"{5_000_000_000:020d}", encoding="ascii")
        burning = _BURNING.replace("{counter!r}", repr(str(counter)))
        (self.path / f"burning_{number}.py").write_text(burning, encoding="utf-8")
        (self.path / "conftest.py").write_text(_CONFTEST.format(number=number), encoding="utf-8")
        self.options = (
            "--green-meter",
            "known",
            "--green-scope",
            "machine",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:asyncio",
        )
        self.quick = ("--green-max-time", "0.01", "--green-min-time", "0.001", "--green-min-rounds", "2")

    def write(self, code: str, name: str = "test_it.py") -> None:
        (self.path / name).write_text(f"{self._header}\n{code}", encoding="utf-8")

    def run(self, code: str, *options: str, quick: bool = True, apart: bool = False):
        """Run the tests in `code`; in a process of their own with `apart`."""
        self.write(code)
        return self.again(*options, quick=quick, apart=apart)

    def again(self, *options: str, quick: bool = True, apart: bool = False):
        run = self.pytester.runpytest_subprocess if apart else self.pytester.runpytest_inprocess
        return run(*self.options, *(self.quick if quick else ()), *options)


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a CI sets is set by the tests that are about it."""
    for name in ("GITHUB_ACTIONS", "CI", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    """A suite with a counter of its own."""
    return Suite(pytester)
