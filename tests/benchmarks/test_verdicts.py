"""The page of verdicts says what the recorded decisions come to, and a decision can be made."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
verdicts = pytest.importorskip("verdicts")
sys.path.remove(str(BENCHMARKS))


def test_the_page_holds_what_was_recorded() -> None:
    page = (BENCHMARKS / "VERDICTS.md").read_text(encoding="utf-8")
    assert verdicts.decisions_table(verdicts.read(verdicts.RESULTS)) in page
    assert verdicts.peer_table(verdicts.read(verdicts.PEER_RESULTS)) in page


def test_a_decision_becomes_a_line() -> None:
    line = verdicts.decide("function", True, random.Random(1), {})
    assert json.loads(json.dumps(line))["changed"] is True
    assert len(line["ratios"]) >= 8
    assert line["cpu_s"] > 0
    assert line["ms"] < 20


def test_neighbours_end_with_who_started_them() -> None:
    code = f"""if True:
    import sys; sys.path.insert(0, {str(BENCHMARKS)!r})
    import os, verdicts
    with verdicts.neighbours(1):
        os._exit(0)"""
    subprocess.run([sys.executable, "-c", code], check=True)
    listed = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True).stdout
    assert not [line for line in listed.splitlines() if line.split()[0] == "1" and "os.getppid() == owner" in line]
