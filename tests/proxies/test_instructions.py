"""Instructions are counted by callgrind in another process, alike in every one, without its start."""

from __future__ import annotations

import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from greenprof.budgets import INSTRUCTIONS
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.proxies import Count, grown, in_callgrind, instructions

with_valgrind = pytest.mark.skipif(shutil.which("valgrind") is None, reason="needs valgrind")

WORK = """
import os, threading, time

def add_up(numbers):
    found = {}
    for number in range(numbers):
        found[number % 7] = found.get(number % 7, 0) + number
    return {str(key) for key in found}

def work():
    return add_up(1000)

def more_work():
    return add_up(1005)

class Matrix:
    def __imatmul__(self, other):
        return self

def matrices():
    one = Matrix()
    for _ in range(1000):
        one @= one

def beside():
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    if os.fork() == 0:
        work()
        os._exit(0)
    os.wait()

def fails():
    raise LookupError("nothing here")

def never_ends():
    while True:
        time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("counted")
    (folder / "piece.py").write_text(WORK)
    return folder


@pytest.fixture(scope="module")
def work(folder: Path) -> Count:
    return instructions.count("piece:work", folder=folder)


@with_valgrind
def test_another_process_takes_the_same_number(folder: Path, work: Count) -> None:
    again = instructions.count("piece:work", folder=folder)
    assert again.counts == pytest.approx(work.counts, rel=0.0003)  # 0 on Python 3.11 and 3.12
    assert grown(work, again, 0.0025) == "kept"
    assert work.quantity == INSTRUCTIONS
    assert 300_000 < work.value < 3_000_000, "the work itself, and not the start of Python, which takes 30 million"


@with_valgrind
def test_half_a_percent_more_work_is_found(folder: Path, work: Count) -> None:
    assert grown(work, instructions.count("piece:more_work", folder=folder), 0.0025) == "over"


@with_valgrind
def test_a_program_that_uses_the_marking_operator_itself_is_counted_whole(folder: Path) -> None:
    assert instructions.count("piece:matrices", folder=folder, calls=1).value > 200_000


@with_valgrind
def test_threads_and_processes_beside_it_are_not_counted(folder: Path, work: Count) -> None:
    assert instructions.count("piece:beside", folder=folder, calls=1).value < work.value / 2


@with_valgrind
def test_what_fails_is_named_with_its_last_line(folder: Path) -> None:
    with pytest.raises(GreenprofError, match=r"piece:fails failed under callgrind .*LookupError: nothing here"):
        instructions.count("piece:fails", folder=folder)


@with_valgrind
def test_what_never_ends_is_ended(folder: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(
        GreenprofError, match=r"piece:never_ends did not end within 0.5 s under callgrind, where it runs"
    ):
        instructions.count("piece:never_ends", folder=folder, timeout_s=0.5)
    assert time.monotonic() - begun < 20


@with_valgrind
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv of util-linux")
def test_it_ends_with_the_process_that_counts(folder: Path) -> None:
    program = "from greenprof.proxies import instructions; instructions.count('piece:never_ends')"
    counting = subprocess.Popen([sys.executable, "-c", program], cwd=folder)
    children = Path(f"/proc/{counting.pid}/task/{counting.pid}/children")
    until_s = time.monotonic() + 60
    found: Path | None = None
    while found is None and time.monotonic() < until_s:
        for child in children.read_text().split():
            place = Path("/proc") / child
            with suppress(OSError):
                words = (place / "cmdline").read_bytes().split(b"\0")
                if b"valgrind" in words[0] and b"piece:never_ends" in words:
                    found = place
        time.sleep(0.02)
    assert found is not None
    counting.terminate()
    assert counting.wait(20) == -signal.SIGTERM
    until_s = time.monotonic() + 20
    while found.exists() and time.monotonic() < until_s and "Z" not in (found / "stat").read_text().split()[2:3]:
        time.sleep(0.02)
    assert not found.exists() or (found / "stat").read_text().split()[2] == "Z"


@with_valgrind
def test_a_command_is_counted_less_its_mere_start(folder: Path) -> None:
    start = [sys.executable, "-S", "-c", "import piece"]
    command = [*start[:-1], "import piece; piece.work()"]
    count = instructions.of_command(command, without=start, folder=folder)
    assert 300_000 < count.value < 3_000_000


@pytest.mark.parametrize("name", ["", "piece", "piece:", ":work", "piece:work()", "-c:x", "a b:c"])
def test_a_name_that_names_no_function(name: str) -> None:
    with pytest.raises(GreenprofError, match="write module:function") as caught:
        instructions.count(name)
    assert caught.value.exit_code == EXIT_USAGE


def test_without_valgrind_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(GreenprofError, match="valgrind, which is not installed: apt install valgrind"):
        instructions.count("piece:work")


@with_valgrind
def test_where_addresses_cannot_be_fixed_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may forbid the call; the number is there all the same, with a note."""
    refuses = tmp_path / "setarch"
    refuses.write_text("#!/bin/sh\nexit 1\n")
    refuses.chmod(refuses.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    instructions._unrandomised.cache_clear()
    try:
        assert "Addresses could not be fixed" in instructions.notes()[0]
    finally:
        instructions._unrandomised.cache_clear()


def test_outside_callgrind_a_marked_call_is_a_call() -> None:
    assert in_callgrind.counted(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        in_callgrind.counted(lambda: 1 // 0)
