"""The accuracy suite: what it counts as an error, how each tool's file is read, and one short run of it."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PROGRAMS = BENCHMARKS / "programs" / "accuracy"
HELPERS = {"truth.py", "child_script.py", "phases.py"}  # what is not run by itself
SOURCE = """\
def outer():
    inner()
    stray()
    heavy()  # part: a line

def inner():  # part: a function
    for _ in range(9):
        pass

def aside():  # not counted
    pass

outer()
"""


@pytest.fixture
def module(monkeypatch):
    """A module of the benchmarks by its name."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


@pytest.fixture
def parts(module, tmp_path):
    (tmp_path / "program.py").write_text(SOURCE)
    (tmp_path / "helper.py").write_text("def help(): pass\n")
    return module("parts").Parts(tmp_path.glob("*.py"))


@pytest.fixture
def stack(module):
    def make(*frames):
        return tuple(module("profilers").Frame(*frame) for frame in frames)

    return make


MAIN = ("/folder/program.py", "<module>", 13)
OUTER = ("/folder/program.py", "outer", 2)


@pytest.mark.parametrize(
    ("frames", "part"),
    [
        ([MAIN, OUTER, ("program.py", "inner", 7)], "a function"),
        ([MAIN, OUTER, ("program.py", "inner", 7), ("/lib/json.py", "dumps", 7)], "a function"),
        ([MAIN, ("/folder/program.py", "outer", 4), ("helper.py", "help", 1)], "a line"),
        ([MAIN, ("/folder/program.py", "outer", 3)], "elsewhere in the program"),
        ([MAIN, OUTER, ("program.py", "aside", 11)], None),
        ([MAIN], None),
        ([("/lib/runpy.py", "run", 7)], None),
        ([("program.py", "inner", None)], "a function"),
        ([("program.py", "aside", None)], None),
        ([], None),
    ],
)
def test_a_sample_counts_for_the_innermost_part(parts, stack, frames, part):
    assert parts.of(stack(*frames)) == part


def test_a_tool_that_knows_functions_only_cannot_be_judged_by_lines(module, parts, stack):
    with pytest.raises(module("parts").FunctionsOnly):
        parts.of(stack(("program.py", "outer", None)))


def test_shares_are_of_what_was_seen_in_the_program(parts, stack):
    seen = [(stack(("program.py", "inner", 6)), 3.0), (stack(MAIN), 50.0), (stack(("program.py", "outer", 4)), 1.0)]
    assert parts.shares(seen) == {"a function": 0.75, "a line": 0.25}
    assert parts.shares([(stack(MAIN), 1.0)]) == {}


SHARES = st.dictionaries(st.sampled_from("abcde"), st.floats(0.01, 100), min_size=1)


@given(SHARES, SHARES)
def test_errors_are_points_between_none_and_all(one, other):
    sys.path.insert(0, str(BENCHMARKS))
    try:
        parts = importlib.import_module("parts")
    finally:
        sys.path.remove(str(BENCHMARKS))
    found, truth = parts.normalised(one), parts.normalised(other)
    assert sum(found.values()) == pytest.approx(1)
    largest, variation = parts.largest_error(found, truth), parts.total_variation(found, truth)
    assert 0 <= largest <= variation + 1e-9 <= 100 + 1e-6
    assert parts.total_variation(found, found) == 0
    assert variation == pytest.approx(parts.total_variation(truth, found))


def test_all_on_a_wrong_part_is_an_error_of_a_hundred_points(module):
    assert module("parts").total_variation({"a": 1.0}, {"b": 1.0}) == 100
    assert module("parts").largest_error({"a": 0.7, "b": 0.3}, {"a": 0.6, "b": 0.2, "c": 0.2}) == pytest.approx(20)


@pytest.mark.parametrize(
    ("tool", "written", "seen"),
    [
        (
            "py_spy",
            "<module> (/w/p.py:9);f (/w/a b.py:3) 7\n<module> (/w/p.py:9) 2\n",
            [([("/w/p.py", "<module>", 9), ("/w/a b.py", "f", 3)], 7), ([("/w/p.py", "<module>", 9)], 2)],
        ),
        (
            "austin",
            "# mode: cpu\n\nP1;T0:1;/w/p.py:<module>:9;/w/p.py:f:3 1500\nP1;T0:1;/w/p.py:f:4;:INVALID: 20\n"
            "# duration: 5\n",
            [([("/w/p.py", "<module>", 9), ("/w/p.py", "f", 3)], 1500), ([("/w/p.py", "f", 4)], 20)],
        ),
        (
            "pyinstrument",
            json.dumps({"frame_records": [[["Main\0<thread>\0001", "f\0p.py\0002\1cC\1l5", "sum\0<b>\0000"], 0.25]]}),
            [([("<thread>", "Main", None), ("p.py", "f", 5), ("<b>", "sum", None)], 0.25)],
        ),
        (
            "scalene",
            json.dumps({"files": {"/w/p.py": {"lines": [
                {"lineno": 1, "n_cpu_percent_python": 0, "n_cpu_percent_c": 0.0},
                {"lineno": 2, "n_cpu_percent_python": 20.5, "n_cpu_percent_c": 4.5},
            ]}}}),
            [([("/w/p.py", "?", 2)], 25)],
        ),
        (
            "greenprof",
            json.dumps({"hotspots": [{"path": "p.py", "function": "f", "line": 2, "cpu_s": 1.5, "samples": 9}]}),
            [([("p.py", "f", 2)], 1.5)],
        ),
    ],
)  # fmt: skip
def test_what_a_tool_writes_is_read(module, stack, tmp_path, tool, written, seen):
    output = tmp_path / "profile"
    output.write_text(written)
    assert list(module(f"profilers.{tool}").stacks(output)) == [(stack(*frames), weight) for frames, weight in seen]


def test_every_tool_has_pinned_packages(module):
    names = module("profilers").NAMES
    files = {file.stem: file.read_text().split("\n") for file in module("profilers").REQUIREMENTS.glob("*.txt")}
    assert set(files) == {"programs", *names} - {"greenprof", "cprofile"}
    for lines in files.values():
        assert all("==" in line for line in lines if line and not line.startswith("#"))


@pytest.mark.parametrize("program", sorted({path.name for path in PROGRAMS.glob("*.py")} - HELPERS))
def test_every_program_runs_and_its_parts_are_those_that_are_marked(module, tmp_path, program):
    for file in PROGRAMS.glob("*.py"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run([sys.executable, program, "0.5"], cwd=tmp_path, check=True)
    told = {name for file in tmp_path.glob("truth-*") for name in json.loads(file.read_text())}
    texts = [program, "child_script.py"] if program == "children.py" else [program]
    marked = {
        name for text in texts for name in module("parts").marks((PROGRAMS / text).read_text(encoding="utf-8")).values()
    } - {None}
    assert told == marked or told | {"NumPy"} == marked


def suite(*options):
    command = [sys.executable, BENCHMARKS / "accuracy.py", "--as-is", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measuring needs Linux")
def test_a_short_run_is_about_right():
    done = suite("--quick", "--scenarios", "shares", "--tools", "greenprof,cprofile,py_spy", "-f", "json")
    assert done.returncode == 0, done.stderr
    found = {outcome["tool"]: outcome for outcome in json.loads(done.stdout)["outcomes"]}
    assert found["greenprof"]["samples"] > 200
    for tool in ("greenprof", "cprofile"):
        assert found[tool]["truth"]["60 %"] == pytest.approx(0.6, abs=0.05)
        assert found[tool]["variation_points"] < 10


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--tools", "abacus"], "unknown abacus; known: greenprof"),
        (["--scenarios", "shares,dreams"], "unknown dreams"),
        (["--python", "python-of-nowhere"], "no such Python: python-of-nowhere"),
    ],
)
def test_wrong_use_is_said(options, complaint):
    done = suite(*options)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_a_tool_that_is_not_there_is_said(tmp_path):
    (tmp_path / "python").symlink_to(sys.executable)
    done = suite("--tools", "austin", "--scenarios", "shares", "--python", str(tmp_path / "python"))
    assert done.returncode == 0, done.stderr
    assert f"- austin (shares): there is no {tmp_path / 'austin'}" in done.stdout
