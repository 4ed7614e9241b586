"""CPU time of single threads, read from outside, and of the children of this process.

Linux only where it is exact (clock_getcpuclockid(3), proc_pid_task(5)); elsewhere children count once they have ended.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from contextlib import suppress

try:
    import resource
except ImportError:  # not a Unix
    resource = None  # type: ignore[assignment]

_THREAD, _PROCESS = 6, 2  # CPUCLOCK_SCHED of a thread and of a process
_TASKS = "/proc/self/task"


def thread_ns(native_id: int) -> int | None:
    """CPU time of a thread of this process; None once it has ended, or where the system does not tell."""
    try:
        return time.clock_gettime_ns((~native_id << 3) | _THREAD)
    except (AttributeError, OSError):
        return None


def process_ns() -> int:
    """CPU time of this process, and of the children that it has waited for."""
    return time.process_time_ns() + _waited_for_ns()


def children_ns() -> int:
    """CPU time of the children of this process that are alive, and of theirs."""
    return sum(map(_alive_ns, _children(_TASKS)))


def threads_named(prefixes: tuple[str, ...]) -> dict[int, str]:
    """The threads of this process whose names begin with one of `prefixes`, by the system's number."""
    return {
        thread.native_id: thread.name
        for thread in threading.enumerate()
        if thread.native_id is not None and thread.name.startswith(prefixes)
    }


def _waited_for_ns() -> int:
    if resource is None:
        return 0
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return int((usage.ru_utime + usage.ru_stime) * 1e9)


def _alive_ns(pid: int) -> int:
    """CPU time of a living child and of its own living children; 0 once it is gone."""
    try:
        own_ns = time.clock_gettime_ns((~pid << 3) | _PROCESS)
    except (AttributeError, OSError):
        return 0
    return own_ns + sum(map(_alive_ns, _children(f"/proc/{pid}/task")))


def _children(tasks: str) -> Iterable[int]:
    """The children of a process, whichever of its threads has started them."""
    with suppress(OSError):
        for thread in os.listdir(tasks):  # noqa: PTH208 (six times slower)
            with suppress(OSError), open(f"{tasks}/{thread}/children", "rb", buffering=0) as file:  # noqa: PTH123
                yield from map(int, file.read(65536).split())
