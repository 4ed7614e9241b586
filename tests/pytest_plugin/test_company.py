"""The plugin among others: pytest-benchmark, pytest-asyncio, pytest-cov and pytest-xdist in one suite, and left out."""

from __future__ import annotations

from importlib.metadata import entry_points

import pytest

OTHERS = ("benchmark", "asyncio", "pytest_cov", "xdist")
here = {entry.name for entry in entry_points(group="pytest11")}
in_company = pytest.mark.skipif(not here.issuperset(OTHERS), reason=f"needs {', '.join(OTHERS)}")

TOGETHER = """
import asyncio

def work():
    return sum(range(100))

@pytest.mark.energy_budget("1 J")
def test_energy(energy):
    assert energy(burn, 0.01) is None

@pytest.mark.energy_budget("1 mJ")
def test_over(energy):
    energy(burn, 0.01)

def test_benchmark(benchmark):
    assert benchmark.pedantic(work, rounds=2) == 4950

@pytest.mark.asyncio
@pytest.mark.energy_budget("1 J")
async def test_async(energy):
    async def awaited():
        await asyncio.sleep(0)
        burn(0.001)

    await energy.aio(awaited)

@pytest.mark.asyncio
@pytest.mark.energy_budget("1 J")
async def test_async_as_a_whole():
    await asyncio.sleep(0)
    burn(0.001)

def test_plain():
    pass
"""


@in_company
@pytest.mark.parametrize("options", [(), ("-n2",)], ids=["alone", "xdist"])
def test_all_plugins_together(suite, options):
    suite.pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    place = suite.options.index("no:asyncio")
    suite.options = (*suite.options[: place - 1], *suite.options[place + 1 :])
    done = suite.run(TOGETHER, "--cov=.", "--cov-report=term", *options, apart=True)
    done.assert_outcomes(passed=5, failed=1)
    done.stdout.fnmatch_lines(["over its budget of 1 mJ by *"])
    done.stdout.fnmatch_lines(["test_it.py *%*"])  # pytest-cov saw the tests too


@in_company
def test_both_fixtures_in_one_test(suite):
    done = suite.run(
        """
def test_both(benchmark, energy):
    benchmark.pedantic(len, args=([],), rounds=2)
    energy(burn, 0.001)
"""
    )
    done.assert_outcomes(passed=1)


def test_left_out_it_is_gone_and_the_rest_runs(suite):
    suite.write("def test_plain():\n    pass\n\n@pytest.mark.energy_budget('1 J')\ndef test_marked():\n    pass\n")
    done = suite.pytester.runpytest_subprocess("-p", "no:greenprof", "-W", "ignore")
    done.assert_outcomes(passed=2)
    done.stdout.no_fnmatch_line("*greenprof)*")
    help_text = suite.pytester.runpytest_subprocess("-p", "no:greenprof", "--help").stdout.str()
    assert "--green" not in help_text
