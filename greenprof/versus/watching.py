"""The peak of memory of a process that is smaller than the one that started it.

What the kernel tells of an ended process begins with the mark of who started it (getrusage(2)), so that of a small
program nothing is known afterwards. While it runs, its own high-water mark is in ``/proc``: it is looked at now and
then, more seldom the longer it runs, and the last look is at most one twentieth of its time before its end, or 50 ms;
where a busy machine made it much earlier, nothing is known.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_FIRST_S, _SHARE, _SELDOM_S = 0.001, 0.05, 0.05
_LATE = 0.8  # of its time must have passed at the last look


@dataclass
class Peak:
    """The largest mark of any process that was seen, and when it was looked last; None where that was too early."""

    bytes: int | None = None
    looked_s: float = 0.0


@contextmanager
def watched(pid: int | None) -> Iterator[Peak]:
    """Watch a process and those that it starts until the end of the block; nothing for no process."""
    peak = Peak()
    if pid is None:
        yield peak
        return
    ended, begun_s = threading.Event(), time.monotonic()
    watcher = threading.Thread(target=_watch, args=(pid, peak, ended), daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        elapsed_s = time.monotonic() - begun_s
        ended.set()
        watcher.join()
        if peak.looked_s - begun_s < _LATE * elapsed_s:
            peak.bytes = None


def _watch(pid: int, peak: Peak, ended: threading.Event) -> None:
    begun_s = time.monotonic()
    pause_s = 0.0
    while not ended.wait(pause_s):
        seen = max(filter(None, map(_mark_bytes, _family(pid))), default=None)
        if seen is not None:
            peak.bytes, peak.looked_s = max(seen, peak.bytes or 0), time.monotonic()
        pause_s = min(_SELDOM_S, max(_FIRST_S, _SHARE * (time.monotonic() - begun_s)))


def _family(pid: int) -> list[int]:
    """A process and all below it, as far as this kernel tells."""
    found = [pid]
    for one in found:  # grows meanwhile
        with suppress(OSError, ValueError):
            found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text(encoding="ascii").split())
    return found


def _mark_bytes(pid: int) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None
