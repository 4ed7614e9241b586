"""greenprof: reads the stacks from outside, in Python. Not from the package index: the one that is installed here.

It runs on the Python that the user named if it is installed there, else on the one that runs the comparison.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from profilers import Frame, Installed, Stack

DISTRIBUTION = "greenprof"
COMMAND = None
RATES = True


def executable(installed: Installed) -> str:
    """The command `greenprof`."""
    places = (path.with_name("greenprof") for path in (installed.base, Path(sys.executable)))
    return str(next(place for place in places if place.is_file()))


def command(installed: Installed, program: Sequence[str], output: Path, rate_hz: int) -> list[str]:
    """`greenprof run`, without lint and without a report on the terminal."""
    options = ["--quiet", "--no-lint", "--interval", str(1 / rate_hz), "--format", "json", "--output", str(output)]
    saved = ["--save", str(_recording(output))]
    return [executable(installed), "run", *options, *saved, "--", str(installed.python), *program]


def stacks(output: Path) -> Iterable[tuple[Stack, float]]:
    """Each line with its CPU time: a report charges the innermost line of the user's own."""
    for spot in json.loads(output.read_text(encoding="utf-8"))["hotspots"]:
        yield (Frame(spot["path"], spot["function"], spot["line"]),), spot["cpu_s"]


def samples(output: Path) -> int:
    """How many samples the report stands on."""
    return sum(spot["samples"] for spot in json.loads(output.read_text(encoding="utf-8"))["hotspots"])


def own_share(output: Path) -> float:
    """greenprof's own CPU time from the program's start to its end, as a share of one core."""
    (recording,) = json.loads(_recording(output).read_text(encoding="utf-8"))["runs"]
    windows = recording["windows"]
    return sum(window["greenprof_s"] for window in windows) / windows[-1]["end_s"]


def _recording(output: Path) -> Path:
    return output.with_suffix(".recording.json")
