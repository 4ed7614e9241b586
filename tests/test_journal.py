"""A killed greenprof leaves what it had seen; one that ends leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from greenprof.journal import Batch, Journal
from greenprof.model import Frame, Host, MeterInfo, Run, Sample, Window
from greenprof.wire import load

GREENPROF = [sys.executable, "-m", "greenprof"]
BUSY = "import time\nend = time.time() + {seconds}\nwhile time.time() < end:\n    sum(range(10000))\n"
RUN = Run(
    command=("python", "app.py"), started_at="2026-11-21T20:00:00Z", duration_s=0.0, exit_code=None, cpu_s=0.0,
    processes=0, max_rss_bytes=None, read_bytes=None, written_bytes=None,
)  # fmt: skip
HOST = Host(cpu="a CPU", cores=2, os="Linux", python="3.12", virtualised=None, governor=None, fingerprint="f")
METER = MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.05, scope="all")


def batch(number: int, *, last: bool = False) -> Batch:
    return Batch(
        frames=[Frame(path="app.py", line=number + 1, function="f", function_line=1)],
        stacks=[(number,)],
        windows=[Window(start_s=number, end_s=number + 1, joules=(2.0,), busy_s=1.0, program_s=0.9, greenprof_s=0.01)],
        samples=[Sample(window=number, stack=number, cpu_s=0.9, wait_s=0.0, count=9, power=1.25)],
        last=last,
    )


def test_what_was_written_is_read_back_in_order(tmp_path: Path) -> None:
    journal = Journal(RUN, HOST, METER, tmp_path)
    for number in range(3):
        journal.write(batch(number, last=number == 2))
    seen = journal.read_back()
    assert list(seen.samples) == [sample for number in range(3) for sample in batch(number).samples]
    assert list(seen.windows) == [window for number in range(3) for window in batch(number).windows]
    assert list(seen.stacks) == [(0,), (1,), (2,)]
    journal.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_short_run_writes_nothing(tmp_path: Path) -> None:
    journal = Journal(RUN, HOST, METER, tmp_path)
    journal.write(batch(0, last=True))
    assert list(tmp_path.iterdir()) == []
    assert len(journal.read_back().samples) == 1
    journal.remove()


def test_the_folder_stays_if_something_else_is_in_it(tmp_path: Path) -> None:
    (tmp_path / ".greenprof").mkdir()
    (tmp_path / ".greenprof" / "history").write_text("kept")
    journal = Journal(RUN, HOST, METER, tmp_path)
    journal.write(batch(0))
    journal.remove()
    assert {path.name for path in (tmp_path / ".greenprof").iterdir()} == {"history", ".gitignore"}


def test_a_line_that_was_cut_off_costs_that_line_only(tmp_path: Path) -> None:
    journal = Journal(RUN, HOST, METER, tmp_path)
    journal.write(batch(0))
    journal.write(batch(1))
    (file,) = (tmp_path / ".greenprof").glob("*.jsonl")
    file.write_text(file.read_text()[:-20])
    (recording,) = load(file)  # type: ignore[misc]
    assert recording.run.duration_s == 1
    assert recording.run.exit_code is None
    assert len(recording.samples) == 1
    assert "ended before the program" in recording.notes[0]


@pytest.mark.parametrize(
    "damage", ["", '{"format":"greenprof-journal"}\n', '{"format":"greenprof-journal","x":1}\n[]\n']
)
def test_a_damaged_journal_is_refused_in_one_line(damage: str, tmp_path: Path) -> None:
    file = tmp_path / "unfinished.jsonl"
    file.write_text(damage)
    done = subprocess.run([*GREENPROF, "report", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("greenprof: ") and len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="measuring needs Linux")
def test_a_kill_loses_little_and_an_end_leaves_no_trace(tmp_path: Path) -> None:
    script = tmp_path / "busy.py"
    script.write_text(BUSY.format(seconds=5))
    process = subprocess.Popen(
        [*GREENPROF, "run", "-q", "busy.py"], cwd=tmp_path, start_new_session=True, stderr=subprocess.DEVNULL
    )
    folder, deadline = tmp_path / ".greenprof", time.time() + 30
    while time.time() < deadline and not any(
        file.read_text().count("\n") > 2
        for file in folder.glob("*.jsonl")  # a header and two seconds
    ):
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    (file,) = folder.glob("*.jsonl")
    shown = subprocess.run([*GREENPROF, "report", str(file)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert shown.returncode == 0, shown.stderr
    assert "busy.py:4" in shown.stdout
    assert "ended before the program" in shown.stdout
    os.killpg(process.pid, signal.SIGKILL)
    file.unlink()

    script.write_text(BUSY.format(seconds=1.6))
    subprocess.run([*GREENPROF, "run", "-q", "busy.py"], cwd=tmp_path, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["busy.py"]
