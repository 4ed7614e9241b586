"""Budgets of bytecodes and of instructions: counted beside the measuring, told as proxies, and never as joules."""

from __future__ import annotations

import shutil
import sys

import pytest

WORK = """
import asyncio

def add_up(numbers):
    total = 0
    for number in range(numbers):
        total += number
    return total
"""

counts_here = pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring begins with Python 3.12")


@counts_here
def test_bytecodes_of_a_call_a_block_a_coroutine_and_a_whole_test(suite):
    done = suite.run(
        WORK
        + """
@pytest.mark.energy_budget("5000 bytecodes")
def test_call_kept(energy):
    energy(add_up, 100)

@pytest.mark.energy_budget("500 bytecodes")
def test_call_over(energy):
    energy(add_up, 100)

@pytest.mark.energy_budget("500 bytecodes")
def test_whole_over():
    add_up(100)

@pytest.mark.energy_budget("1000 bytecodes")
def test_whole_kept():
    add_up(100)

@pytest.mark.energy_budget("5 bytecodes per number")
def test_block_over(energy):
    energy.units = 100
    with energy:
        add_up(100)

@pytest.mark.energy_budget("500 bytecodes")
def test_awaited_over(energy):
    async def work():
        await asyncio.sleep(0)
        return add_up(100)

    async def main():
        return await energy.aio(work)

    assert asyncio.run(main()) == 4950
"""
    )
    done.assert_outcomes(passed=2, failed=4)
    done.stdout.fnmatch_lines(
        ["over its budget of 500 bytecodes by * bytecodes (*): * bytecodes counted, a proxy for its energy"] * 2
        + ["over its budget of 5 bytecodes per number by * bytecodes (*): * bytecodes counted, a proxy*"]
    )


@counts_here
def test_a_whole_test_counts_its_function_and_nothing_of_pytest(suite):
    done = suite.run(
        """
@pytest.mark.energy_budget("20 bytecodes")
def test_nothing():
    pass

@pytest.mark.energy_budget("10 bytecodes")
def test_that_fails():
    assert False
"""
    )
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.no_fnmatch_line("*over its budget*")


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Python 3.12 counts")
def test_python_3_11_says_why_and_lets_the_test_pass(suite):
    done = suite.run(
        """
@pytest.mark.energy_budget("10 bytecodes")
def test_it(energy):
    energy(burn, 0.001)

@pytest.mark.energy_budget("10 bytecodes")
def test_whole():
    pass
"""
    )
    done.assert_outcomes(passed=2)


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="needs valgrind")
def test_instructions_are_counted_in_another_process_for_all_tests_at_once(suite):
    suite.pytester.makeini("[pytest]\naddopts = -p no:hypothesispytest -p no:benchmark -p no:asyncio -p no:xdist\n")
    done = suite.run(
        WORK
        + """
@pytest.mark.energy_budget("1M instructions")
def test_call_kept(energy):
    assert energy(add_up, 100) == 4950

@pytest.mark.energy_budget("1k instructions")
def test_call_over(energy):
    energy.pedantic(add_up, setup=lambda: ((100,), {}))

@pytest.mark.energy_budget("1k instructions")
def test_whole_over():
    add_up(100)

@pytest.mark.energy_budget("1k instructions")
def test_block_is_not_counted(energy):
    with energy:
        add_up(100)

@pytest.mark.energy_budget("1k instructions")
def test_that_fails(energy):
    energy(add_up, 100)
    assert False
"""
    )
    done.assert_outcomes(passed=2, failed=3)
    done.stdout.fnmatch_lines(
        ["over its budget of 1k instructions by * instructions (*): * instructions counted, a proxy for its energy"] * 2
    )
    done.stdout.no_fnmatch_line("*test_that_fails*over its budget*")


def test_without_valgrind_the_budget_is_not_held_and_the_test_passes(suite, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    done = suite.run("@pytest.mark.energy_budget('1k instructions')\ndef test_it(energy):\n    energy(burn, 0.001)\n")
    done.assert_outcomes(passed=1)
