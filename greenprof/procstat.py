"""CPU time of the whole machine, from the first line of /proc/stat (proc(5))."""

from __future__ import annotations

import os

PATH = "/proc/stat"
ENOUGH_BYTES = 256  # the first line is shorter


def tick_s() -> float:
    """The grain of /proc/stat in seconds: 10 ms on most systems."""
    return 1 / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.01


def busy_s(stat: bytes) -> float:
    """User, nice, system, irq and softirq time of all processors together; steal is another machine's work."""
    user, nice, system, _idle, _iowait, irq, softirq = stat.split(maxsplit=8)[1:8]
    return sum(map(int, (user, nice, system, irq, softirq))) * tick_s()


class BusyClock:
    """CPU seconds that all processors spent at work since start-up, through a kept-open descriptor.

    Whoever uses a short window has to allow for the grain.
    """

    def __init__(self) -> None:
        self._file = os.open(PATH, os.O_RDONLY | os.O_CLOEXEC)

    def read_s(self) -> float:
        """What `busy_s` says of now."""
        return busy_s(os.pread(self._file, ENOUGH_BYTES, 0))

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)
