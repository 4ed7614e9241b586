"""What a program of the overhead suite used: written to ``cost.json`` in its folder when its work is done."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def measured() -> Iterator[None]:
    """CPU time of this process (all threads, user + system) and elapsed time inside; CPU time since its start."""
    begun_s, started_s = time.process_time(), time.monotonic()
    yield
    ended_s, elapsed_s = time.process_time(), time.monotonic() - started_s
    figures = {"work_cpu_s": ended_s - begun_s, "process_cpu_s": ended_s, "work_s": elapsed_s}
    Path("cost.json").write_text(json.dumps(figures), encoding="utf-8")
