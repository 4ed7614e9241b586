"""On systems without Linux's files and modules everything but measuring works, and measuring says so politely."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# A stand-in for macOS and Windows: what they lack is not to be had, as far as a process can pretend.
ELSEWHERE = """
import builtins, os, sys
import psutil  # knows its own way on each system, but not on one that only pretends to be another
for name in ("resource", "fcntl"):
    sys.modules[name] = None
real_open, real_os_open, real_listdir = builtins.open, os.open, os.listdir
def refuse(path):
    if str(path).startswith(("/proc", "/sys")):
        raise FileNotFoundError(2, "No such file or directory", str(path))
def fake_open(path, *a, **k): refuse(path); return real_open(path, *a, **k)
def fake_os_open(path, *a, **k): refuse(path); return real_os_open(path, *a, **k)
def fake_listdir(path="."): refuse(path); return real_listdir(path)
builtins.open, os.open, os.listdir = fake_open, fake_os_open, fake_listdir
for name in ("pidfd_open", "sched_getaffinity", "sched_setaffinity", "wait4", "waitid"):
    if hasattr(os, name):
        delattr(os, name)
sys.platform = "darwin"
from greenprof.cli import main
sys.argv[0] = "greenprof"
main()
"""

REPORT = Path(__file__).parent / "reporters" / "snapshots" / "shop.json"


@pytest.fixture
def elsewhere(tmp_path: Path):
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", ELSEWHERE, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    (tmp_path / "app.py").write_text("while not event.is_set():\n    pass\n", encoding="utf-8")
    return run


def test_lint_works(elsewhere) -> None:
    done = elsewhere("lint", "app.py")
    assert (done.returncode, "busy-wait" in done.stdout) == (1, True), done.stderr


def test_a_saved_report_is_shown(elsewhere, tmp_path: Path) -> None:
    saved = REPORT.read_text(encoding="utf-8").replace("greenprof VERSION", '"greenprof": "0.1.0"')
    (tmp_path / "saved.json").write_text(saved, encoding="utf-8")
    for format_ in ("text", "html", "markdown", "json"):
        done = elsewhere("report", "saved.json", "-f", format_)
        assert (done.returncode, done.stderr) == (0, "")


def test_measuring_says_what_is_missing(elsewhere) -> None:
    done = elsewhere("run", "app.py")
    assert done.returncode == 125
    assert done.stderr == "greenprof: measuring a program needs Linux (this is darwin); lint and report work here\n"


@pytest.mark.parametrize("command", ["agent", "top"])
def test_watching_a_host_says_what_is_missing(elsewhere, command: str) -> None:
    done = elsewhere(command)
    assert done.returncode == 2
    assert done.stderr == "greenprof: processes can be watched on Linux only\n"


def test_a_report_is_exported(elsewhere, tmp_path: Path) -> None:
    saved = REPORT.read_text(encoding="utf-8").replace("greenprof VERSION", '"greenprof": "0.1.0"')
    (tmp_path / "saved.json").write_text(saved, encoding="utf-8")
    assert "greenprof_run_process_joules" in elsewhere("export", "saved.json").stdout


def test_doctor_names_what_does_not_work(elsewhere) -> None:
    done = elsewhere("doctor")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stdout.endswith("No meter works here.\n")
