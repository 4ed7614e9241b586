"""scalene: samples inside the program by signals, lines and functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from profilers import Frame, Installed, Stack

DISTRIBUTION = "scalene"
COMMAND = "scalene"
RATES = True


def command(installed: Installed, program: Sequence[str], output: Path, rate_hz: int) -> list[str]:
    """CPU time only: the profiling of memory, which costs more, is off."""
    options = ["--cpu-only", "--cpu-sampling-rate", str(1 / rate_hz), "--outfile", str(output)]
    script, *arguments = program
    return [str(installed.beside("scalene")), "run", *options, script, "---", *arguments]


def stacks(output: Path) -> Iterable[tuple[Stack, float]]:
    """Each line with what it calls CPU time: in Python and in native code. Its system time is mostly waiting."""
    for path, file in json.loads(output.read_text(encoding="utf-8"))["files"].items():
        for line in file["lines"]:
            weight = line["n_cpu_percent_python"] + line["n_cpu_percent_c"]
            if weight > 0:
                yield (Frame(path, "?", line["lineno"]),), weight
