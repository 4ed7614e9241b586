"""Threads that run no Python: what they use stands on the lines of those that called the library that started them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.member import Spent
from greenprof.model import Frame
from greenprof.sampler.accounts import Accounts
from greenprof.sampler.process import StackSample

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
PROGRAM = """\
import time, numpy

a = numpy.random.rand(600, 600)
whole_s, own_s = time.process_time(), time.thread_time()
while time.thread_time() < own_s + 1.5:
    for _ in range(5): a @ a
whole_s, own_s = time.process_time() - whole_s, time.thread_time() - own_s
print(whole_s, whole_s - own_s)
"""


@pytest.fixture
def report(tmp_path):
    pytest.importorskip("numpy")
    (tmp_path / "app.py").write_text(PROGRAM, encoding="utf-8")

    def run(threads):
        done = subprocess.run(
            [GREENPROF, "run", "-q", "--meter", "estimate:65", "-o", "report.json", "app.py"],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "OPENBLAS_NUM_THREADS": str(threads)},
        )
        told = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
        return told, *map(float, done.stdout.split())

    return run


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="there is one processor: no two threads at once")
def test_the_threads_of_blas_stand_on_the_line_that_multiplies(report):
    told, used_s, foreign_s = report(threads=2)
    assert foreign_s > 0.3, "BLAS has shared out its work"
    lines = {spot["line"]: spot["cpu_s"] for spot in told["hotspots"] if spot["path"] == "app.py"}
    assert lines[6] == pytest.approx(used_s, rel=0.08)
    assert told["energy"]["unattributed_j"] < 0.1 * told["energy"]["process_j"]
    assert any("threads that run no Python" in note for note in told["notes"])


def test_where_there_are_none_nothing_is_said_of_them(report):
    told, used_s, foreign_s = report(threads=1)
    assert foreign_s < 0.05 * used_s
    assert not any("threads that run no Python" in note for note in told["notes"])


# Which stacks


def sample(line, *, cpu_s=0.0, wait_s=0.0):
    return StackSample(
        frames=(Frame(path="a.py", line=line, function="f", function_line=1),), cpu_s=cpu_s, wait_s=wait_s, count=1
    )


def placed(accounts, cpu_s):
    return {each.frames[0].line: each.cpu_s for each in accounts.place_foreign(1, cpu_s)}


def test_it_goes_to_the_stacks_that_ran_in_proportion_and_not_to_those_that_waited():
    accounts = Accounts()
    accounts.place(1, [sample(1, cpu_s=0.03), sample(2, cpu_s=0.01), sample(3, wait_s=0.1)])
    accounts.spend(Spent(1, ("python",), 0.12))
    assert placed(accounts, 0.08) == pytest.approx({1: 0.06, 2: 0.02})


def test_it_goes_to_those_that_waited_where_none_ran():
    accounts = Accounts()
    accounts.place(1, [sample(1, cpu_s=0.03)])
    accounts.place(1, [sample(3, wait_s=0.1)])
    accounts.spend(Spent(1, ("python",), 0.12))
    assert placed(accounts, 0.08) == pytest.approx({3: 0.08})


def test_it_goes_nowhere_while_no_stack_is_known():
    accounts = Accounts()
    accounts.spend(Spent(1, ("python",), 0.12))
    assert placed(accounts, 0.08) == {}
    assert accounts.due_s(1) == pytest.approx(0.12)


@given(st.lists(st.tuples(*[st.floats(0, 1)] * 3), max_size=20))
def test_no_more_is_placed_than_was_spent(windows):
    accounts, spent_s, on_stacks_s = Accounts(), 0.0, 0.0
    for own_s, foreign_s, asked_s in windows:
        accounts.place(1, [sample(1, cpu_s=own_s)])
        accounts.spend(Spent(1, ("python",), own_s + foreign_s))
        spent_s += own_s + foreign_s
        on_stacks_s += own_s + sum(each.cpu_s for each in accounts.place_foreign(1, asked_s))
        assert on_stacks_s <= spent_s + 1e-9
        assert accounts.due_s(1) == pytest.approx(spent_s - on_stacks_s, abs=1e-9)
