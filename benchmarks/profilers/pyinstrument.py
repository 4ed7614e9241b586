"""pyinstrument: samples inside the program, of the thread that it was started in, by elapsed time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from profilers import Frame, Installed, Stack

DISTRIBUTION = "pyinstrument"
COMMAND = "pyinstrument"
RATES = True


def command(installed: Installed, program: Sequence[str], output: Path, rate_hz: int) -> list[str]:
    """Its session is kept, which holds every sample with its lines."""
    options = ["--interval", str(1 / rate_hz), "--renderer", "pyisession", "--outfile", str(output)]
    return [str(installed.beside("pyinstrument")), *options, *program]


def stacks(output: Path) -> Iterable[tuple[Stack, float]]:
    """A frame is ``function, path, first line`` joined by NUL, then attributes behind \\1, of which l is the line."""
    for identifiers, seconds in json.loads(output.read_text(encoding="utf-8"))["frame_records"]:
        yield tuple(_frame(identifier) for identifier in identifiers), seconds


def _frame(identifier: str) -> Frame:
    name, *attributes = identifier.split("\1")
    function, path, *_ = name.split("\0")
    lines = [int(word[1:]) for word in attributes if word.startswith("l") and word[1:].isdigit()]
    return Frame(path, function, lines[0] if lines else None)
