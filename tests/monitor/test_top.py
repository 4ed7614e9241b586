"""``greenprof top`` as somebody at a terminal sees it, and into a pipe."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable

import pytest

from greenprof.monitor.top import Row, ordered

from .conftest import greenprof
from .test_agent import BURN

TOP = [sys.executable, "-m", "greenprof", "top"]


@pytest.fixture(scope="module", autouse=True)
def somebody_works():
    with subprocess.Popen([sys.executable, "-c", BURN.replace("30", "120")]) as process:
        yield
        process.kill()


def test_once_into_a_pipe():
    done = greenprof("top", "--once", "--interval", "0.5", NO_COLOR="1")
    text = done.stdout.decode()
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.match(r"greenprof  the machine (about )?[\d.]+ m?W, [\d.]+ m?J in \S+ m?s", text)
    assert "estimated, ±" in text or "measured, ±" in text
    assert re.search(r"^ *[\d.]+ m?W +[\d.]+ % +[\d.]+ m?J +\d\.\d\d +\d* +python", text, re.MULTILINE)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert "q ends" not in text


def test_a_pipe_or_a_dumb_terminal_is_once_without_being_asked():
    assert greenprof("top", "--interval", "0.3").stdout.count(b"the machine") == 1


def test_json_has_every_group_and_says_what_the_meter_is():
    view = json.loads(greenprof("top", "--once", "--json", "--interval", "0.5").stdout)
    assert (view["format"], view["version"]) == ("greenprof-top", 1)
    assert view["uncertainty"] > 0
    together_j = sum(row["joules"] for row in view["groups"]) + (view["idle_w"] or 0.0) * view["elapsed_s"]
    assert together_j == pytest.approx(view["joules"], rel=0.05)
    assert any(row["command"].startswith("python") and row["watts"] > 0 for row in view["groups"])


def test_json_goes_on_until_it_is_told_to_end():
    with subprocess.Popen(
        [*TOP, "--json", "--interval", "0.2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.terminate()
        assert process.wait(10) == 0
        assert process.stderr.read() == b""
    assert lines[0]["joules"] < lines[1]["joules"] < lines[2]["joules"]


def test_a_reader_that_has_enough_is_no_fault():
    with subprocess.Popen(
        [*TOP, "--json", "--interval", "0.1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        process.wait(10)
        assert b"Traceback" not in process.stderr.read()


def test_live_on_a_terminal_with_keys():
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    environment = {**os.environ, "COLUMNS": "90", "LINES": "20", "TERM": "xterm", "NO_COLOR": "1"}
    shown = b""
    process = subprocess.Popen([*TOP, "--interval", "0.3"], stdin=theirs, stdout=theirs, stderr=theirs, env=environment)

    def read_until(done: Callable[[], bool]) -> None:
        nonlocal shown
        until = time.monotonic() + 20
        while not done() and time.monotonic() < until:
            if select.select([ours], [], [], 0.1)[0]:
                shown += os.read(ours, 65_536)

    try:
        read_until(lambda: b"(by watts)" in shown)
        os.write(ours, b"s")
        read_until(lambda: b"(by joules)" in shown)
        os.write(ours, b"q")
        read_until(lambda: process.poll() is not None)
        read_until(lambda: not select.select([ours], [], [], 0)[0])
        assert process.poll() == 0
    finally:
        process.kill()
        process.wait()
    after = termios.tcgetattr(theirs)
    os.close(ours)
    os.close(theirs)
    assert b"(by joules)" in shown
    assert after[3] == before[3], "the terminal is as it was"
    assert b"\x1b[?1049l" in shown, "what was on it is back"


def test_order():
    rows = (
        Row(command="b", service="", container="", watts=1.0, joules=9.0, cores=0.1, processes=1),
        Row(command="a", service="", container="", watts=2.0, joules=3.0, cores=0.3, processes=1),
    )
    assert [[row.command for row in ordered(rows, by)] for by in ("watts", "joules", "cores", "command")] == [
        ["a", "b"], ["b", "a"], ["a", "b"], ["a", "b"],
    ]  # fmt: skip


def test_in_dutch():
    text = greenprof("top", "--once", "--interval", "0.2", "--lang", "nl").stdout.decode()
    assert "de machine" in text
    assert "vermogen" in text
