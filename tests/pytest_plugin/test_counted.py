"""Budgets of bytecodes and of instructions: counted beside the measuring, told as proxies, and never as joules."""

from __future__ import annotations

import shutil
import sys

import pytest

from greenprof.pytest_plugin.counted_words import words_of

WORK = """
import asyncio

def add_up(numbers):
    total = 0
    for number in range(numbers):
        total += number
    return total
"""

SIZE = """
import pytest

def pytest_addoption(parser):
    parser.addoption("--size", type=int)

@pytest.fixture
def size(request):
    return request.config.option.size + 0
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
    done.stdout.fnmatch_lines(["test_it, test_whole: bytecodes are counted through sys.monitoring, * Python 3.12*"])


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="needs valgrind")
def test_instructions_are_counted_in_another_process_for_all_tests_at_once(suite):
    with (suite.path / "conftest.py").open("a", encoding="utf-8") as file:
        file.write(SIZE)
    suite.pytester.makeini("[pytest]\naddopts = -p no:hypothesispytest -p no:benchmark -p no:asyncio -p no:xdist\n")
    done = suite.run(
        WORK
        + """
import os

@pytest.mark.energy_budget("1M instructions")
def test_call_kept(energy):
    assert energy(add_up, 100) == 4950

@pytest.mark.energy_budget("1k instructions")
def test_call_over(energy):
    energy.pedantic(add_up, setup=lambda: ((100,), {}))

@pytest.mark.energy_budget("1k instructions")
def test_whole_over(size):
    add_up(size)

@pytest.mark.energy_budget("1k instructions")
def test_block_is_not_counted(energy):
    with energy:
        add_up(100)

@pytest.mark.energy_budget("1k instructions")
def test_that_fails(energy):
    energy(add_up, 100)
    assert False

@pytest.mark.energy_budget("1k instructions")
def test_what_raises_counts_for_nobody(energy):
    with pytest.raises(ValueError):
        energy(int, "x")

@pytest.mark.energy_budget("1M instructions")
def test_that_fails_there():
    assert "GREENPROF_COUNTED_AGAIN" not in os.environ

@pytest.mark.energy_budget("1M instructions")
def test_call_kept_too(energy):
    energy(add_up, 10)
""",
        "--size",
        "100",
        "--junitxml=out.xml",
        "test_it.py",
    )
    done.assert_outcomes(passed=5, failed=3)
    done.stdout.fnmatch_lines(
        ["over its budget of 1k instructions by * instructions (*): * instructions counted, a proxy for its energy"] * 2
    )
    done.stdout.no_fnmatch_line("*test_that_fails *over its budget*")
    for line in ("test_call_kept *kept", "test_call_kept_too *kept", "test_that_fails_there *1M instructions [?]"):
        done.stdout.fnmatch_lines([line])
    done.stdout.fnmatch_lines(["test_that_fails_there: instructions could not be counted: it failed under callgrind."])
    assert (suite.path / "out.xml").read_text(encoding="utf-8").count("<testcase ") == 8


def test_without_valgrind_the_budget_is_not_held_and_the_test_passes(suite, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    done = suite.run("@pytest.mark.energy_budget('1k instructions')\ndef test_it(energy):\n    energy(burn, 0.001)\n")
    done.assert_outcomes(passed=1)


@counts_here
def test_an_empty_test_an_empty_block_and_a_call_count_what_is_theirs(suite):
    done = suite.run(
        WORK
        + """
@pytest.mark.energy_budget("3 bytecodes")
def test_nothing():
    pass

@pytest.mark.energy_budget("3 bytecodes")
def test_no_block(energy):
    with energy:
        pass

@pytest.mark.energy_budget("1M bytecodes")
def test_call(energy):
    energy(add_up, 100)
    test_call.count = energy.result.counts["bytecodes"]

@pytest.mark.energy_budget("1M bytecodes")
def test_block(energy):
    with energy:
        add_up(100)
    assert abs(energy.result.counts["bytecodes"] - test_call.count) <= 8  # how the call itself is made
"""
    )
    done.assert_outcomes(passed=4)


@counts_here
def test_counting_takes_no_part_in_the_cpu_time(suite):
    done = suite.run(
        """
kept = [[] for _ in range(300_000)]  # what a collection takes some 10 ms to go through

@pytest.mark.energy_budget("100 bytecodes", "5 ms cpu")
def test_nothing():
    pass

@pytest.mark.energy_budget("100 bytecodes", "5 ms cpu")
def test_no_block(energy):
    with energy:
        pass
"""
    )
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["*test_n*: bytecodes were counted meanwhile, *10 times slower*"])


@counts_here
def test_a_test_that_runs_again_is_counted_again(suite):
    done = suite.run(
        WORK + "\n@pytest.mark.energy_budget('500 bytecodes')\ndef test_over():\n    add_up(100)\n", "--reruns=2"
    )
    done.assert_outcomes(failed=1)
    assert "2 rerun" in done.stdout.str()


def test_of_the_users_words_those_stay_that_choose_what_runs_and_how(pytester: pytest.Pytester):
    config = pytester.parseconfig(
        *("-o", "xfail_strict=1", "--import-mode=importlib", "-k", "a or b", "-x", "--tb", "short", "--green-json=x"),
        *("--cov=src", "--junitxml", "out.xml", "--green-compare-fail", "mean:5%", "-n", "3", "--green", "tests"),
    )
    words = words_of(config, pytester.path / "scratch")
    stay = ["-o", "xfail_strict=1", "--import-mode=importlib", "-k", "a or b", "--tb", "short", "tests"]
    kept = words[: words.index("-q")]
    assert kept[-len(stay) :] == stay
    assert not {"-x", "--green", "3", "out.xml", "mean:5%", "--cov=src", "--green-json=x"} & set(words)
    assert "--maxfail=0" in words
