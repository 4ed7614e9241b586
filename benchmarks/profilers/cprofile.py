"""cProfile: counts and times every call inside the program's first thread, by elapsed time; knows functions only."""

from __future__ import annotations

import pstats
from collections.abc import Iterable, Sequence
from pathlib import Path

from profilers import Frame, Installed, Stack

DISTRIBUTION = None
COMMAND = None
RATES = False


def command(installed: Installed, program: Sequence[str], output: Path, rate_hz: int) -> list[str]:
    """It has no rate."""
    return [str(installed.python), "-m", "cProfile", "-o", str(output), *program]


def stacks(output: Path) -> Iterable[tuple[Stack, float]]:
    """Each function's own time, under those that called it."""
    known = pstats.Stats(str(output)).stats  # type: ignore[attr-defined]
    for (path, _, name), (_, _, own_s, _, callers) in known.items():
        frame = Frame(path, name, None)
        if not callers:
            yield (frame,), own_s
        for (caller_path, _, caller), (_, _, caller_s, _) in callers.items():
            yield (Frame(caller_path, caller, None), frame), caller_s
