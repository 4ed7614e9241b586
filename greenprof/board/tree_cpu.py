"""How much CPU time a sandboxed process tree used, so that no process of it can hide.

`wait4` knows only the children that somebody waited for: a worker whose parent ignores SIGCHLD, or that is killed with
its namespace, is in nobody's account, and a submission that moves its work there would look free. The kernel's task
clock is inherited by every process that is started from here, and its count comes back when that one dies
(perf_event_open(2), PERF_COUNT_SW_TASK_CLOCK). Where this user may not open it, the machine's own account of busy time
is taken, which nothing escapes but which holds the work of others too.
"""

from __future__ import annotations

import time

from greenprof.perf_event import (
    ANY_CPU,
    FLAG_DISABLED,
    FLAG_ENABLE_ON_EXEC,
    FLAG_EXCLUDE_KERNEL,
    FLAG_INHERIT,
    SOFTWARE_TASK_CLOCK,
    THIS_THREAD,
    TYPE_SOFTWARE,
    Attributes,
    Event,
    open_event,
)
from greenprof.procstat import ENOUGH_BYTES, PATH, busy_s

TASK_CLOCK = "task clock of the process tree"
MACHINE = "busy time of the whole machine: the kernel lets this user open no task clock, so others' work is in it"


class TreeClock:
    """CPU seconds of all that this thread starts between two readings; open it before, close it after."""

    def __init__(self) -> None:
        self._event = _open()
        self._busy_s, self._own_s = machine_busy_s(), time.process_time()

    @property
    def source(self) -> str:
        """Whose account it is."""
        return MACHINE if self._event is None else TASK_CLOCK

    def read(self) -> float:
        """CPU seconds since it was opened, of processes that have ended."""
        shown = None if self._event is None else self._event.read()
        if shown is not None:
            return shown[0] / 1e9
        return max(0.0, machine_busy_s() - self._busy_s - (time.process_time() - self._own_s))

    def close(self) -> None:
        """Stop counting."""
        if self._event is not None:
            self._event.close()


def _open() -> Event | None:
    flags = FLAG_INHERIT | FLAG_DISABLED | FLAG_ENABLE_ON_EXEC
    for more in (0, FLAG_EXCLUDE_KERNEL):  # a software clock that may not see the kernel counts all the same
        attributes = Attributes(type=TYPE_SOFTWARE, config=SOFTWARE_TASK_CLOCK, flags=flags | more)
        try:
            return open_event(attributes, pid=THIS_THREAD, cpu=ANY_CPU)
        except OSError:
            continue
    return None


def machine_busy_s() -> float:
    """CPU seconds that the whole machine was at work since it was started."""
    with open(PATH, "rb") as file:  # noqa: PTH123
        return busy_s(file.read(ENOUGH_BYTES))
