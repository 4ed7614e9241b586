"""The fixture: calls, blocks and what is awaited; what is wrong is said in one line."""

from __future__ import annotations

import json

import pytest


def energies(suite) -> dict[str, float]:
    document = json.loads((suite.path / "out.json").read_text(encoding="utf-8"))
    return {one["name"]: round(one["energy"]["machine_j"], 6) for one in document["benchmarks"]}


def test_a_call_a_block_and_what_is_awaited_give_the_joules_of_one(suite):
    done = suite.run(
        """
import asyncio

def test_call(energy):
    assert energy(lambda joules: burn(joules) or "done", 0.02) == "done"
    assert round(energy.result.machine_j, 6) == 0.02

def test_block(energy):
    burn(5)
    with energy:
        burn(0.03)
    burn(5)

def test_blocks(energy):
    for _ in range(3):
        with energy:
            burn(0.03)
            with energy:
                burn(0.01)
    assert len(energy.result.rounds) == 3

def test_awaited(energy):
    async def work(joules):
        burn(joules)
        await asyncio.sleep(0)
        return "done"

    async def main():
        return await energy.aio(work, 0.05)

    assert asyncio.run(main()) == "done"

def test_pedantic(energy):
    made, called = [], []

    def setup():
        burn(7)
        made.append(1)
        return (0.06,), {"seconds": 0.002}

    def work(joules, seconds):
        called.append(1)
        burn(joules, seconds)

    energy.pedantic(work, setup=setup, rounds=3, warmup_rounds=1)
    assert len(made) == len(called) == 4
    assert len(energy.result.rounds) == 3

def test_many_calls(energy):
    energy.pedantic(burn, args=(0.001,), kwargs={"seconds": 0}, rounds=2, iterations=5)
    assert [one.calls for one in energy.result.rounds] == [5, 5]
""",
        "--green-json=out.json",
    )
    done.assert_outcomes(passed=6)
    assert energies(suite) == {
        "test_call": 0.02,
        "test_block": 0.03,
        "test_blocks": 0.04,
        "test_awaited": 0.05,
        "test_pedantic": 0.06,
        "test_many_calls": 0.001,
    }


def test_a_short_call_is_repeated_until_a_round_is_long_enough(suite):
    done = suite.run(
        """
def test_short(energy):
    calls = []
    energy(calls.append, 1)
    assert max(one.calls * one.wall_s for one in energy.result.rounds) >= 0.01
    assert len(energy.result.rounds) == 3
    assert len(calls) > 1000

def test_long(energy):
    energy(time.sleep, 0.05)
    assert [one.calls for one in energy.result.rounds] == [1, 1, 1]
""",
        "--green-min-time=0.02",
        "--green-min-rounds=3",
        "--green-max-time=0.03",
        quick=False,
    )
    done.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("energy(5)", "energy needs a function, not int: energy(f, x), not energy(f(x))"),
        (
            "energy(lambda: 1); energy(lambda: 1)",
            "energy measures one thing in a test, and has measured a call already",
        ),
        ("energy(wait)", "energy cannot await here: write await energy.aio(f, x)"),
        ("energy(wait())", "energy cannot await here: write await energy.aio(f, x)"),
        ("energy(items)", "calling a generator function runs none of it: energy(lambda: list(f()))"),
        ("energy.pedantic(len, args=([],), rounds=0)", "energy.pedantic: rounds is a whole number from 1, not 0"),
        (
            "energy.pedantic(len, setup=dict, iterations=2)",
            "energy.pedantic: with a setup there is one call in a round*",
        ),
        ("energy.units = '3'", "energy.units is a whole number from 1, not '3'"),
        ("energy.units = 0", "energy.units is a whole number from 1, not 0"),
        ("energy.units = -5", "energy.units is a whole number from 1, not -5"),
        ("energy.extra_info = None", "energy.extra_info is a dict, not NoneType"),
        ("energy.pedantic(len, setup=lambda: 5)", "energy.pedantic: a setup returns None or (args, kwargs), not int"),
    ],
)
def test_wrong_use_is_one_line_at_the_line_of_the_test(suite, code, said):
    done = suite.run(
        f"""
async def wait():
    pass

def items():
    yield 1

def test_wrong(energy):
    {code}
"""
    )
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([f"E * {said.replace('[', '[[]')}"])
    done.stdout.no_fnmatch_line("*pytest_plugin/fixture.py*")


def test_what_the_code_raises_goes_through_and_its_budget_says_nothing(suite):
    done = suite.run(
        """
@pytest.mark.energy_budget("1 mJ")
def test_call(energy):
    energy(lambda: burn(1) or 1 / 0)

@pytest.mark.energy_budget("1 mJ")
def test_block(energy):
    with energy:
        burn(1)
        raise KeyError("gone")

@pytest.mark.energy_budget("1 mJ")
def test_whole():
    burn(1)
    assert 1 == 2

@pytest.mark.energy_budget("1 mJ")
def test_skipped():
    burn(1)
    pytest.skip("not today")

@pytest.mark.energy_budget("1 mJ")
@pytest.mark.xfail(reason="known", strict=True)
def test_expected():
    burn(1)
    assert 1 == 2

@pytest.fixture
def broken():
    raise OSError("no disk")

@pytest.mark.energy_budget("1 mJ")
def test_setup(broken):
    burn(1)
"""
    )
    done.assert_outcomes(failed=3, skipped=1, xfailed=1, errors=1)
    done.stdout.fnmatch_lines(["test_it.py FFFsxE *"])
    done.stdout.no_fnmatch_line("*over its budget*")


def test_after_what_raised_another_thing_may_be_measured(suite):
    done = suite.run(
        """
def test_calls(energy):
    with pytest.raises(ValueError):
        energy(int, "x")
    assert energy(int, "3") == 3
    assert energy.result.mode == "calls"

def test_block_and_call(energy):
    with pytest.raises(ZeroDivisionError), energy:
        1 / 0
    energy(int)
    assert energy.result.mode == "calls"
"""
    )
    done.assert_outcomes(passed=2)


def test_disabled_it_calls_once_and_holds_no_budget(suite):
    code = """
@pytest.mark.energy_budget("1 mJ")
def test_call(energy):
    calls = []
    assert energy(lambda: calls.append(burn(1)) or "done") == "done"
    with_setup = []
    assert len(calls) == 1
    assert energy.result is None

@pytest.mark.energy_budget("1 mJ")
def test_whole():
    burn(1)
"""
    done = suite.run(code, "--green-disable")
    done.assert_outcomes(passed=2)
    done.stdout.no_fnmatch_line("*greenprof)*")
    done = suite.again("--green-disable", "--green-enable")
    done.assert_outcomes(failed=2)
