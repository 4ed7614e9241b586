"""The benchmark of the linter's speed: a short run of it over a folder of one's own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "lint_speed.py"
sys.path.insert(0, str(BENCHMARK.parent))
_SPEC = importlib.util.spec_from_file_location("lint_speed", BENCHMARK)
lint_speed = importlib.util.module_from_spec(_SPEC)
sys.modules["lint_speed"] = lint_speed
_SPEC.loader.exec_module(lint_speed)

SLOW = "import re\n\n\ndef f(words):\n    for word in words:\n        re.compile(word + 'x')\n"


@pytest.fixture
def folder(tmp_path):
    for name in ("one", "two"):
        (tmp_path / "code" / name).mkdir(parents=True)
        (tmp_path / "code" / name / "slow.py").write_text(SLOW * 20, encoding="utf-8")
    return tmp_path / "code"


def benchmark(folder, *options):
    command = [sys.executable, BENCHMARK, "--folders", folder, "--tools", "none", "--runs", "1", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_table_for_all_and_one_for_a_sample(folder):
    done = benchmark(folder, "--sample-lines", "100")
    assert done.returncode == 0, done.stderr
    rows = [line.split("|")[1:-1] for line in done.stdout.splitlines() if line.startswith("| greenprof, cold")]
    assert "(code; 240 lines)" in done.stdout
    assert "(120 lines)" in done.stdout
    assert len(rows) == 2
    for row in rows:
        assert 0 < float(row[2]) < 60
        assert 5 < float(row[6]) < 500


def test_perflint_is_compared_where_both_have_ended_well():
    seconds = {"greenprof, cold": 2.0, "greenprof, one process": 4.0, "perflint, its own command": 40.0}
    found = lint_speed.compared(seconds)
    assert "20.0 times as fast as perflint's own command, which has one process" in found
    assert "with one process each, 10.0 times" in found
    del seconds["perflint, its own command"]
    assert lint_speed.compared(seconds) == ""


def test_screening_is_checked(folder):
    done = benchmark(folder, "--screening")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "with and without screening: the same\n"
