"""Threads as the kernel sees them: whether one runs just now, and the CPU time that it has used.

The CPU clock of a thread (``clock_gettime``) can be read only from inside its own process; from outside the same
figure is the first one of ``/proc/PID/task/TID/schedstat``, in nanoseconds. The kernel brings it up to
date when the thread stops running and at every timer interrupt, so that it lags by 10 ms at most
(``Documentation/scheduler/sched-stats.rst``); a lag shifts CPU time to the next window and loses none.
"""

from __future__ import annotations

import os
from collections.abc import Container
from contextlib import suppress
from pathlib import Path

from greenprof.sampler.processors import own_processor

_USER_TIME, _SYSTEM_TIME, _PROCESSOR = 11, 12, 36  # places in /proc/PID/stat after the name
_DEAD = (b"Z", b"X", b"x")
_MOST_OPEN = 400  # files kept open in all; beyond that each read opens and closes its file
_NS_PER_TICK = 1_000_000_000 // (os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100)


class ThreadEnded(Exception):
    """The thread, or its whole process, is no more."""


def is_alive(pid: int) -> bool:
    """Whether there is such a process, and it is not only waiting to be reaped."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    return stat[stat.rindex(b")") + 2 :][:1] not in _DEAD


class ProcFile:
    """A small file under /proc that is read again and again."""

    open_files = 0

    def __init__(self, path: str) -> None:
        self._path = path
        self._file: int | None = None

    def read(self) -> bytes:
        """What it says now, 1024 bytes at most.

        Raises:
            ThreadEnded: if what it tells of is no more.
            PermissionError: if it may not be read.
        """
        try:
            if self._file is not None:
                return os.pread(self._file, 1024, 0)
            file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            if ProcFile.open_files < _MOST_OPEN:
                ProcFile.open_files += 1
                self._file = file
                return os.pread(file, 1024, 0)
            try:
                return os.pread(file, 1024, 0)
            finally:
                os.close(file)
        except PermissionError:
            raise
        except OSError:
            self.close()
            raise ThreadEnded(self._path) from None

    def close(self) -> None:
        """Let go of the file; a later read opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
            ProcFile.open_files -= 1


class ForeignThreads:
    """The threads of one process that run no Python: those of C libraries that share out their work, as BLAS does.

    ``from_now``: what those that are there now have used so far does not count.
    """

    def __init__(self, pid: int, *, from_now: bool = False) -> None:
        self._pid = pid
        self._counted_ns: dict[int, int] = {}
        if from_now:
            self.take_s(())

    def take_s(self, known: Container[int]) -> float:
        """Their CPU time since this was last asked; `known` are the native ids of the threads that do run Python."""
        now_ns = {}
        with suppress(OSError, ValueError):
            for name in os.listdir(f"/proc/{self._pid}/task"):  # noqa: PTH208
                if int(name) not in known:
                    with suppress(ThreadEnded):
                        now_ns[int(name)] = cpu_ns_of(self._pid, int(name))
        used_ns = sum(max(0, ns - self._counted_ns.get(each, 0)) for each, ns in now_ns.items())
        self._counted_ns = now_ns
        return used_ns / 1e9


class KernelThread:
    """One thread as it was at the last `look`: its CPU time, its processor, and whether it was running.

    ``displaced``: it was ready to run, and could not because this very process was running on its processor.
    ``held``: a tracer has stopped it for a moment (py-spy, a debugger), whatever it was at.
    """

    def __init__(self, pid: int, native_id: int) -> None:
        self.cpu_ns = 0
        self.running = False
        self.displaced = False
        self.held = False
        self.processor = -1
        folder = f"/proc/{pid}/task/{native_id}"
        self._stat = ProcFile(f"{folder}/stat")
        self._schedstat = ProcFile(f"{folder}/schedstat")
        self._seen = b""
        self._has_schedstat = os.path.exists(f"{folder}/schedstat")  # noqa: PTH110

    def look(self) -> bool:
        """Bring the figures up to date; False if the thread certainly did nothing since the last look.

        Raises:
            ThreadEnded: if it is no more; the figures stay as they were seen last.
        """
        if self._has_schedstat:
            seen = self._schedstat.read()
            if seen == self._seen and not self.running:
                return False  # not even scheduled since it was seen waiting: it still waits
            self._seen = seen
            self.cpu_ns = int(seen.split(b" ", 1)[0])
        stat = self._stat.read()
        fields = stat[stat.rindex(b")") + 2 :].split(b" ", _PROCESSOR + 1)  # see proc_pid_stat(5); the state is the 3rd
        if fields[0] in _DEAD:
            raise ThreadEnded(f"state {fields[0]!r}")
        self.running = fields[0] == b"R"
        self.held = fields[0] == b"t"
        self.processor = int(fields[_PROCESSOR])
        self.displaced = self.running and self.processor == own_processor()
        if not self._has_schedstat:
            self.cpu_ns = (int(fields[_USER_TIME]) + int(fields[_SYSTEM_TIME])) * _NS_PER_TICK
        return True

    def close(self) -> None:
        """Let go of its files."""
        self._stat.close()
        self._schedstat.close()


def cpu_ns_of(pid: int, native_id: int) -> int:
    """The CPU time that a thread has used so far.

    Raises:
        ThreadEnded: if it is no more.
    """
    thread = KernelThread(pid, native_id)
    try:
        thread.look()
    finally:
        thread.close()
    return thread.cpu_ns
