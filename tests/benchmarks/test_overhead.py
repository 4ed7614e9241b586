"""The overhead suite: one short run of it, and what it says where it cannot."""

from __future__ import annotations

import importlib
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def suite(*options):
    command = [sys.executable, BENCHMARKS / "overhead.py", "--as-is", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measuring needs Linux")
def test_a_short_run_says_what_each_tool_costs():
    short = ["--seconds", "0.3", "--pairs", "2", "--peer-pairs", "2", "--rates", "100"]
    done = suite("--programs", "mixed", "--tools", "greenprof,cprofile", "-f", "json", *short)
    assert done.returncode == 0, done.stderr
    found = {outcome["tool"]: outcome for outcome in json.loads(done.stdout)}
    assert [found[tool]["pairs"] for tool in ("greenprof", "cprofile")] == [2, 2]
    assert found["cprofile"]["slowdown"] > max(1.2, found["greenprof"]["slowdown"])
    assert 0 < found["greenprof"]["own_share"] < 0.5
    assert found["greenprof"]["other_core"] > 0


@pytest.fixture
def overhead(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("overhead")


def test_what_the_machine_did_else_is_left_out(overhead):
    quiet = [0.01, 0.02, 0.0, 0.01, 0.02, 0.01, 0.0, 0.01]
    middle, half = overhead.trimmed([*quiet, 0.9, -0.7])
    assert middle == pytest.approx(0.01, abs=0.005)
    assert half < 0.02
    assert overhead.trimmed([1.0, 3.0])[0] == 2.0


@pytest.fixture
def contest(overhead):
    """A contest on a program that costs 1 s alone and as much as it is told under a tool."""

    class Told:
        name = "told"

        def __init__(self, costs):
            self.costs, self.order = list(costs), []

        def cost(self, _installed, tool, _rate):
            self.order.append(tool)
            work = self.costs.pop(0) if tool else 1.0
            if work is None:
                raise RuntimeError("failed with 3: no")
            return overhead.Cost(work_cpu_s=work, around_cpu_s=0.5, other_cpu_s=work / 10, elapsed_s=work)

    return lambda *costs: overhead.Contest(Told(costs), "tool", None, 100)


def test_the_slowdown_is_that_of_the_pairs(contest):
    running = contest(1.1, 1.2)
    running.add_pair()
    running.add_pair()
    said = running.outcome("3.12")
    assert (said.pairs, said.slowdown) == (2, pytest.approx(math.sqrt(1.1 * 1.2)))
    assert said.half_width == pytest.approx(12.706 * math.log(1.2 / 1.1) / 2, rel=1e-3)
    assert running._program.order == ["tool", None, None, "tool"]


def test_it_goes_on_until_it_is_sure(contest):
    sure, unsure = contest(1.1, 1.1, 1.1), contest(1.0, 1.5, 1.0)
    for _ in range(3):
        assert not sure.settled(0.01, 20)
        sure.add_pair()
        unsure.add_pair()
    assert sure.settled(0.01, 20)
    assert not unsure.settled(0.01, 20)
    assert unsure.settled(0.01, 3)


def test_a_tool_that_fails_is_not_run_again(contest):
    running = contest(None)
    running.add_pair()
    assert running.settled(0.01, 20)
    assert running.outcome("3.12").why == "failed with 3: no"


def test_without_pyperformance_the_mixed_program_is_left(overhead, tmp_path):
    (tmp_path / "bin").mkdir()
    with pytest.raises(RuntimeError, match="pyperformance is not installed"):
        overhead._deltablue(overhead.Installed(tmp_path / "bin/python", tmp_path / "bin/python"))


def test_wrong_use_is_said():
    done = suite("--programs", "dreams")
    assert done.returncode == 2
    assert "unknown dreams" in done.stderr
