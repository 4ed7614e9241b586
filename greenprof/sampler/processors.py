"""Which processor this thread runs on, and keeping out of the way of those that are measured.

A sampler on the same processor as its target would only ever see the target displaced: at the places where the kernel
takes a processor away, which are mostly system calls, and not where the time goes. It would also slow the target down.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable, Collection


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
    """Moves this thread to processors that the measured threads do not run on, as far as there are any."""

    def __init__(self) -> None:
        self._allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
        self._chosen = self._allowed

    def keep_off(self, busy: Collection[int]) -> None:
        """Do not run on these processors; if that leaves none, on any."""
        self._choose(self._allowed.difference(busy) or self._allowed)

    def restore(self) -> None:
        """Run on any processor again that was allowed at first."""
        self._choose(self._allowed)

    def _choose(self, processors: set[int]) -> None:
        if processors != self._chosen:
            try:
                os.sched_setaffinity(0, processors)
            except OSError:  # a processor was taken away from us: all stays as it is
                self._allowed = os.sched_getaffinity(0)
                processors = self._allowed
            self._chosen = processors
