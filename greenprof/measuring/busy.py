"""CPU time of this process and of the whole machine, cheap enough for a short block."""

from __future__ import annotations

import math
import os
import time
from typing import NamedTuple

from greenprof.procstat import ENOUGH_BYTES, PATH, busy_s, tick_s

try:
    import resource
except ImportError:  # not a Unix
    resource = None  # type: ignore[assignment]

# Reading /proc/stat costs microseconds on a small machine and hundreds of them on a large one.
_SHARE_OF_TIME = 0.02


class Busy(NamedTuple):
    """The machine's CPU times at an instant, not yet parsed, and this process's CPU time at the same instant."""

    at_ns: int
    stat: bytes
    own_ns: int


def own_cpu_ns() -> int:
    """CPU time of this process and of the children that it has waited for."""
    own_ns = time.process_time_ns()
    if resource is None:
        return own_ns
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own_ns + int((children.ru_utime + children.ru_stime) * 1e9)


class BusyClock:
    """Reads /proc/stat at most once per tick of it, for it shows nothing new more often, and for 2 % of the time."""

    def __init__(self) -> None:
        self._last: Busy | None = None
        self._good_until_ns = 0
        self._tick_ns = round(1e9 * tick_s())
        try:
            self._file = os.open(PATH, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError:
            self._file = -1

    def read(self) -> Busy | None:
        """The CPU times of now, or of at most a tick ago; ``None`` where the system does not tell them."""
        now_ns = time.monotonic_ns()
        if now_ns < self._good_until_ns or self._file < 0:
            return self._last
        begun_ns = time.thread_time_ns()  # and not the time that passes: another process may run in the middle of it
        try:
            self._last = Busy(now_ns, os.pread(self._file, ENOUGH_BYTES, 0), own_cpu_ns())
        except OSError:
            self._last = None
        cost_ns = time.thread_time_ns() - begun_ns
        self._good_until_ns = now_ns + max(self._tick_ns, round(cost_ns / _SHARE_OF_TIME))
        return self._last

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def others_s(first: Busy, last: Busy, elapsed_s: float) -> tuple[float, float, float] | None:
    """CPU seconds that other processes used in `elapsed_s`, at the rate of `first` to `last`, and its bounds.

    ``None`` if the two are one and the same: the time between is below the grain of /proc/stat. That
    file counts in ticks, and each processor's count is off by up to one, independently of the others.
    """
    span_s = (last.at_ns - first.at_ns) / 1e9
    if span_s <= 0:
        return None
    used_s = busy_s(last.stat) - busy_s(first.stat) - (last.own_ns - first.own_ns) / 1e9
    error_s = tick_s() * math.sqrt(os.cpu_count() or 1)
    scale = elapsed_s / span_s
    return max(0.0, used_s) * scale, max(0.0, used_s - error_s) * scale, max(0.0, used_s + error_s) * scale
