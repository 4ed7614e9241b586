"""What a program of the accuracy suite truly used: the thread's CPU clock, read inside it at both ends of each part.

A part lasts a millisecond or more and reading the clock takes less than a microsecond, so the clock itself does not
show. Each process keeps its own account and writes it to ``truth-PID.json`` in its folder when it has ended its work.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SPENT_S: dict[str, float] = {}


@contextmanager
def part(name: str) -> Iterator[None]:
    """Inside, the CPU time of this thread counts as that of the part `name`."""
    begun_ns = time.thread_time_ns()
    try:
        yield
    finally:
        SPENT_S[name] = SPENT_S.get(name, 0.0) + (time.thread_time_ns() - begun_ns) / 1e9


def write() -> None:
    """Leave the account where the suite finds it."""
    Path(f"truth-{os.getpid()}.json").write_text(json.dumps(SPENT_S), encoding="utf-8")
