"""Which processor this thread runs on, and keeping out of the way of those that are measured.

A sampler on the same processor as its target would only ever see the target displaced: at the places where the kernel
takes a processor away, which are mostly system calls, and not where the time goes. It would also slow the target down.
"""

from __future__ import annotations

import ctypes
import functools
import os
import time
from collections.abc import Callable, Collection

from greenprof.procstat import tick_s

_LEAST_S, _OFTEN_S = 0.1, 0.5  # between two looks at who is idle: the kernel counts in steps of 10 ms
_IDLE_PART = 0.6


@functools.cache
def _sched_getcpu() -> Callable[[], int]:
    try:
        function = ctypes.CDLL(None).sched_getcpu
    except (AttributeError, OSError, TypeError):
        return lambda: -1
    return function


def own_processor() -> int:
    """The number of the processor that this thread runs on; -1 where the system cannot tell."""
    return _sched_getcpu()()


class Elbowroom:
    """Moves this thread to idle processors that the measured threads do not run on, as far as there are any.

    Only to idle ones: on a processor that is busy with something else it would be kept waiting, and moving there can
    take the kernel seconds.
    """

    def __init__(self) -> None:
        self._allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        self._chosen = self._allowed
        self._looked_s = time.monotonic()
        self._idle = _idle_ticks()

    def keep_off(self, busy: Collection[int]) -> None:
        """Do not run on these processors; if no other is idle, on any. Does nothing for a while after each time."""
        if time.monotonic() - self._looked_s >= _LEAST_S:
            self._choose((self._free() & self._allowed).difference(busy) or self._allowed)

    def reconsider(self) -> None:
        """Run on any processor again if the chosen ones are not idle any more. To be called now and then."""
        if self._chosen != self._allowed and time.monotonic() - self._looked_s >= _OFTEN_S:
            self._choose(self._free() & self._chosen or self._allowed)

    def restore(self) -> None:
        """Run on any processor again that was allowed at first."""
        self._choose(self._allowed)

    def _free(self) -> set[int]:
        """Processors that have been idle for most of the time since the last look."""
        before, self._idle = self._idle, _idle_ticks()
        elapsed_s, self._looked_s = time.monotonic() - self._looked_s, time.monotonic()
        enough = _IDLE_PART * elapsed_s / tick_s()
        return {number for number, ticks in self._idle.items() if ticks - before.get(number, ticks) >= enough}

    def _choose(self, processors: set[int]) -> None:
        if processors != self._chosen:
            try:
                os.sched_setaffinity(0, processors)
            except OSError:  # a processor was taken away from us: all stays as it is
                self._allowed = os.sched_getaffinity(0)
                processors = self._allowed
            self._chosen = processors


def _idle_ticks() -> dict[int, int]:
    """By number of each processor, the clock ticks in which it did nothing (proc_stat(5))."""
    try:
        with open("/proc/stat", "rb", buffering=0) as file:  # noqa: PTH123
            lines = [line.split() for line in file.read(1 << 20).splitlines() if line.startswith(b"cpu")]
    except OSError:
        return {}
    return {int(name[3:]): int(idle) + int(waiting) for name, _, _, _, idle, waiting, *_ in lines[1:]}
