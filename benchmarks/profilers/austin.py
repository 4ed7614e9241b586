"""austin: reads the stacks from outside, in C."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from profilers import Frame, Installed, Stack

DISTRIBUTION = "austin-dist"
COMMAND = "austin"
RATES = True


def command(installed: Installed, program: Sequence[str], output: Path, rate_hz: int) -> list[str]:
    """In the mode that estimates CPU time (`--sleepless`), with children."""
    rate = ["--interval", f"{round(1e6 / rate_hz)}us", "--timeout", "5s"]
    options = ["--sleepless", "--children", *rate, "--output", str(output)]
    return [str(installed.beside("austin")), *options, str(installed.python), *program]


def stacks(output: Path) -> Iterable[tuple[Stack, float]]:
    """A line each: process, thread and frames (``path:function:line``) joined by semicolons, and microseconds.

    Of a stack that it could not read whole, what could be read.
    """
    for line in output.read_text(encoding="utf-8").splitlines():
        words, _, time_us = line.rpartition(" ")
        if words.startswith("P"):
            frames = (word.rsplit(":", 2) for word in words.split(";")[2:])
            yield (
                tuple(Frame(frame[0], frame[1], int(frame[2])) for frame in frames if frame[-1].isdigit()),
                float(time_us),
            )
