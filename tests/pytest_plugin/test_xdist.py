"""Workers measure in turn where the meter is the machine's, and the controller reports once."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("xdist")

SUITE = """
import enum
import os

class Colour(str, enum.Enum):  # a text, and more than can be sent as one
    RED = "red"

@pytest.mark.parametrize("number", range(8))
@pytest.mark.energy_budget("15 mJ")
def test_share(energy, number):
    energy.pedantic(burn, args=(0.02 if number == 3 else 0.01,), rounds=2)

@pytest.mark.parametrize("colour", [Colour.RED])
@pytest.mark.energy_budget("15 mJ")
def test_whole(colour):
    burn(0.01, 0.02)

def test_other():
    pass
"""


@pytest.mark.parametrize("workers", [2, 4])
def test_each_sees_its_own_joules_only(suite, workers):
    done = suite.run(SUITE, "-n", str(workers), "--green-json=out.json", "-p", "no:benchmark", apart=True)
    done.assert_outcomes(passed=9, failed=1)
    done.stdout.fnmatch_lines(["*energy of 9 tests (greenprof)*"])
    assert done.stdout.str().count("energy of 9 tests") == 1
    done.stdout.fnmatch_lines(["OVER BUDGET test_it.py::test_share[[]3] - over its budget of 15 mJ by 5.0 mJ*"])
    document = json.loads((suite.path / "out.json").read_text(encoding="utf-8"))
    joules = {one["name"]: one["energy"]["machine_j"] for one in document["benchmarks"]}
    assert {name: round(value, 6) for name, value in joules.items()} == {
        "test_whole[red]": 0.01,
        **{f"test_share[{number}]": 0.02 if number == 3 else 0.01 for number in range(8)},
    }


def test_what_is_a_process_s_own_is_measured_at_the_same_time(suite):
    done = suite.run(
        """
BOTH = Path(__file__).with_name("both")

@pytest.mark.parametrize("me", [0, 1])
@pytest.mark.energy_budget("10 s cpu")
def test_meet(me):
    BOTH.with_suffix(f".{me}").touch()
    until = time.monotonic() + 20
    while not BOTH.with_suffix(f".{1 - me}").exists():  # in turn, they would never meet
        assert time.monotonic() < until
        time.sleep(0.01)
""".replace("BOTH =", "from pathlib import Path\n\nBOTH ="),
        *("-n", "2", "-p", "no:benchmark"),
        apart=True,
    )
    done.assert_outcomes(passed=2)


def test_a_worker_that_is_killed_while_it_measures_keeps_nobody_waiting(suite):
    done = suite.run(
        """
import os

def test_killed(energy):
    energy(os._exit, 1)

@pytest.mark.parametrize("number", range(4))
def test_other(energy, number):
    energy.pedantic(burn, args=(0.01,))
""",
        *("-n", "2", "-p", "no:benchmark"),
        apart=True,
    )
    done.assert_outcomes(passed=4, failed=1)
    done.stdout.fnmatch_lines(["*energy of 4 tests (greenprof)*"])


def test_the_whole_suite_is_told_once(suite):
    done = suite.run(SUITE, "-n", "2", "--green", "-p", "no:benchmark", apart=True)
    assert done.stdout.str().count("energy of the suite (greenprof)") == 1
    done.stdout.fnmatch_lines(["The 10 dearest tests:"])
