"""``greenprof run --native``: C functions below the line that called them, and the joules stay where they were."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("measuring needs Linux", allow_module_level=True)

GREENPROF = str(Path(sys.executable).with_name("greenprof"))
HAS_PY_SPY = shutil.which("py-spy", path=sysconfig.get_path("scripts")) is not None
needs_py_spy = pytest.mark.skipif(not HAS_PY_SPY and not os.environ.get("CI"), reason="py-spy is not installed")

PROGRAM = """\
import sys, time, zlib
def pack(data):
    return zlib.compress(data, 6)
def loop(n):
    total = 0
    for number in range(n):
        total += number * number % 7
    return total
def main(end):
    data = bytes(range(256)) * 2000
    while time.monotonic() < end:
        pack(data)
        loop(100_000)
main(time.monotonic() + float(sys.argv[1]))
"""
PACKS, LOOPS = 3, (6, 7)  # the lines that the time goes to


def run(folder, *words, environment=None, greenprof=(GREENPROF,)):
    command = [*greenprof, "run", "--native", "-o", "report.json", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def report_in(folder):
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def nodes(tree):
    for node in tree:
        yield node
        yield from nodes(node["children"])


def native_below(report, path, line):
    """All native nodes below a line, wherever it stands in the tree."""
    shares = [share for node in nodes(report["tree"]) if node["path"] == path for share in node["lines"]]
    return [node for share in shares if share["line"] == line for node in nodes(share["native"])]


def of_zlib(native):
    return {node["function"] for node in native if "deflate" in node["function"] or "zlib" in node["function"]}


def says(report, words):
    return [note for note in report["notes"] if words in note]


@pytest.fixture
def app(tmp_path):
    (tmp_path / "app.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


@needs_py_spy
def test_c_functions_stand_below_the_line_that_called_them(app):
    done = run(app, "-o", "report.collapsed", "-o", "report.txt", "--save", "run.json", "app.py", "3")
    assert done.returncode == 0, done.stderr
    report = report_in(app)
    assert says(report, "is estimated from"), report["notes"]
    assert of_zlib(native_below(report, "app.py", PACKS))
    # A Python that is a shared library calls the system's loader for its thread's data, a tenth of such a loop.
    assert not any(of_zlib(native_below(report, "app.py", line)) for line in LOOPS)
    # The lines keep what they used, and all of it is there.
    by_line = {spot["line"]: spot for spot in report["hotspots"] if spot["path"] == "app.py"}
    in_native_j = {line: sum(native["self_j"] for native in spot["native"]) for line, spot in by_line.items()}
    assert 0.5 < in_native_j[PACKS] / by_line[PACKS]["self_j"] <= 1.0001
    loops = [line for line in LOOPS if line in by_line]
    assert sum(in_native_j[line] for line in loops) < 0.3 * sum(by_line[line]["self_j"] for line in loops)
    energy = report["energy"]
    on_lines = sum(spot["self_j"] for spot in report["hotspots"])
    assert on_lines + energy["unattributed_j"] == pytest.approx(energy["process_j"])
    exported = [line.rpartition(" ") for line in (app / "report.collapsed").read_text(encoding="utf-8").splitlines()]
    assert sum(int(weight) for *_, weight in exported) == round(energy["process_j"] * 1e6)
    assert [stack for stack, *_ in exported if ";app.py:3;" in stack and stack.endswith(")")]
    assert "native: " in (app / "report.txt").read_text(encoding="utf-8")
    # What it cost is said, and py-spy is greenprof's own.
    assert report["overhead"]["paused_s"] > 0
    assert report["run"]["processes"] == 1
    assert says_nothing_of_py_spy(report)
    # Without what py-spy saw, the same recording gives the same lines.
    saved = json.loads((app / "run.json").read_text(encoding="utf-8"))
    saved["runs"][0]["native"] = None
    (app / "without.json").write_text(json.dumps(saved), encoding="utf-8")
    subprocess.run([GREENPROF, "report", "without.json", "-o", "report.json"], cwd=app, check=True, capture_output=True)
    without = report_in(app)
    assert [{**spot, "native": []} for spot in report["hotspots"]] == without["hotspots"]
    assert report["functions"] == without["functions"]
    assert report["energy"] == without["energy"]


def says_nothing_of_py_spy(report):
    return not any("py-spy" in spot["path"] for spot in report["hotspots"]) and not any(
        "py-spy" in word for process in report["processes"] for word in process["command"]
    )


@needs_py_spy
def test_children_and_a_process_that_runs_already(app):
    parent = "import subprocess, sys\nsubprocess.run([sys.executable, 'app.py', '2'], check=True)\n"
    (app / "parent.py").write_text(parent, encoding="utf-8")
    assert run(app, "parent.py").returncode == 0
    assert native_below(report_in(app), "app.py", PACKS)
    running = subprocess.Popen([sys.executable, "app.py", "30"], cwd=app)
    try:
        time.sleep(0.5)
        assert run(app, "--pid", str(running.pid), "--duration", "2").returncode == 0
        assert running.poll() is None
    finally:
        running.kill()
        running.wait()
    assert native_below(report_in(app), "app.py", PACKS)


# A py-spy that is made up: what it may do to a measurement, and how it writes.

OTHER_SCRIPTS = """\
import sys, sysconfig
folder = sys.argv.pop(1)
sysconfig.get_path = lambda *_: folder
import greenprof.sampler.pyspy as pyspy
pyspy._LAST_PATIENCE_S = 0.5
from greenprof.cli import main
main()
"""


@pytest.fixture
def other_py_spy(app, tmp_path_factory):
    """Run with another py-spy, which is a shell script; or with none."""
    folder = tmp_path_factory.mktemp("scripts")

    def run_with(script, *words):
        if script is not None:
            path = folder / "py-spy"
            path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo py-spy 9.9 && exit\n{script}\n', encoding="utf-8")
            path.chmod(0o755)
        environment = {**os.environ, "PATH": "/usr/bin:/bin"}
        greenprof = (sys.executable, "-c", OTHER_SCRIPTS, str(folder))
        return run(app, *words, environment=environment, greenprof=greenprof)

    return run_with


def test_without_py_spy_one_line_says_how_to_get_it(other_py_spy, app):
    done = other_py_spy(None, "app.py", "1")
    assert done.returncode == 125
    assert done.stderr.splitlines() == [
        "greenprof: --native needs py-spy, which is not installed: pip install 'greenprof[native]'"
    ]
    assert not (app / "report.json").exists()


@pytest.mark.parametrize(
    ("script", "note"),
    [
        ("echo 'Error: it may not' >&2; echo 'Reason: nobody knows' >&2; exit 1", "py-spy: it may not; nobody knows"),
        ("exit 0", "py-spy saw no line"),
        ("trap '' INT; while :; do sleep 1; done", "py-spy did not end"),
        ("kill -SEGV $$", "py-spy saw no line"),
        ('while [ "$1" != --output ]; do shift; done; head -c 9999 /dev/urandom > "$2"; exit 3', "py-spy saw no line"),
    ],
)
def test_a_py_spy_that_fails_loses_nothing(script, note, other_py_spy, app):
    assert other_py_spy(script, "app.py", "1").returncode == 0
    report = report_in(app)
    assert says(report, f"native functions are not shown: {note}"), report["notes"]
    assert {spot["line"] for spot in report["hotspots"]} >= {PACKS, *LOOPS}
    assert not any(spot["native"] for spot in report["hotspots"])


def test_names_of_every_language_are_read(other_py_spy, app):
    main, pack = f"main ({app}/app.py:11)", f"pack ({app}/app.py:{PACKS})"
    below = [
        "std::vector<int, std::allocator<int> >::push_back(int const&) (vector.cc:12)",
        "<[u8; 32] as core::fmt::Debug>::fmt (/build/src/lib.rs:7)",
        "apply(int (*)(char), int) (/usr/lib/lib odd.so)",
        "0x7f00 (/usr/lib/libz.so.1);0x7f01 (/usr/lib/libz.so.1)",
    ]
    process = 'process 1:"python -c f(1);g (2) 3"'
    lines = [
        *(f"{process};{main};{pack};{functions} 25" for functions in below),
        # A native function between two of Python, a line that nobody else has seen, and no line at all.
        f"{process};0x1 (libc.so.6);{main};PyObject_Call (libpython3.so);loop ({app}/app.py:7) 10",
        f"{main};loop ({app}/app.py:7);0x3 (/usr/lib/libc.so.6);0x4 (/usr/lib/libc.so.6) 10",  # as for 3.14
        f"{main};nowhere ({app}/other.py:7);memcpy (libc.so.6) 10",
        "0x2 (libc.so.6);brk (libc.so.6) 9",
        "no stack at all",
    ]
    written = app / "written.txt"
    written.write_text("\n".join(lines), encoding="utf-8")
    script = f"""while [ "$1" != --output ]; do shift; done; cp '{written}' "$2"; exec sleep 30"""
    assert other_py_spy(script, "app.py", "1").returncode == 0
    report = report_in(app)
    told = native_below(report, "app.py", PACKS)
    assert {(node["function"], node["path"]) for node in told} == {
        ("std::vector<int, std::allocator<int> >::push_back(int const&)", "vector.cc"),
        ("<[u8; 32] as core::fmt::Debug>::fmt", "/build/src/lib.rs"),
        ("apply(int (*)(char), int)", "/usr/lib/lib odd.so"),
        ("[libz.so.1]", "/usr/lib/libz.so.1"),
    }
    whole_j = next(spot["self_j"] for spot in report["hotspots"] if spot["line"] == PACKS)
    assert [node["total_j"] for node in told] == pytest.approx([whole_j / 4] * 4, rel=0.01)
    assert not native_below(report, "app.py", 7)
    assert says(
        report, "from 120 samples of py-spy 9.9, which held the program for each of them; 19 more led to no line"
    )


def test_loops_are_not_divided(app):
    done = run(app, "--sampler", "inside", "app.py", "1")
    assert done.returncode == 2
    assert "--native" in done.stderr
