"""py-spy: reads the stacks from outside, in Rust."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from profilers import Frame, Installed, Stack

DISTRIBUTION = "py-spy"
COMMAND = "py-spy"
RATES = True

_FRAME = re.compile(r"(?P<function>.*) \((?P<path>.*):(?P<line>\d+)\)")


def command(installed: Installed, program: Sequence[str], output: Path, rate_hz: int) -> list[str]:
    """Its default, which leaves idle threads out, with children."""
    options = ["--rate", str(rate_hz), "--subprocesses", "--full-filenames", "--format", "raw", "--output", str(output)]
    return [str(installed.beside("py-spy")), "record", *options, "--", str(installed.python), *program]


def stacks(output: Path) -> Iterable[tuple[Stack, float]]:
    """A line each: frames joined by semicolons, and how often they were seen."""
    for line in output.read_text(encoding="utf-8").splitlines():
        words, _, count = line.rpartition(" ")
        found = (_FRAME.fullmatch(word) for word in words.split(";"))
        yield tuple(Frame(one["path"], one["function"], int(one["line"])) for one in found if one), float(count)
