"""The measured process tree: who belongs to it, and its CPU time to the microsecond.

Linux only. greenprof makes itself the *child subreaper*: a process whose parent has ended becomes
its child, so that double forks and orphans are still counted, and ``wait4`` gives the exact CPU time
of everyone who has ended. Of those still alive the per-process CPU clock is read.
See prctl(2) PR_SET_CHILD_SUBREAPER, wait4(2), proc(5) and clock_getcpuclockid(3).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from greenprof.procstat import tick_s

_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 36, 37
_WALK_BUDGET = 0.02  # the share of a core that looking for new processes may use
_LOOKS_AT_COMMAND = 5


@dataclass(frozen=True, slots=True)
class Usage:
    """What ended processes used, from ``wait4``: they, and the children that they had waited for."""

    cpu_s: float = 0.0
    max_rss_bytes: int = 0
    read_bytes: int = 0
    written_bytes: int = 0

    def plus(self, other: Usage) -> Usage:
        """Both together: sums, but for the peak of memory."""
        return Usage(
            self.cpu_s + other.cpu_s,
            max(self.max_rss_bytes, other.max_rss_bytes),
            self.read_bytes + other.read_bytes,
            self.written_bytes + other.written_bytes,
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU time that one process used itself, its children left out."""

    pid: int
    command: tuple[str, ...]
    cpu_s: float


@contextmanager
def adopting_orphans() -> Iterator[bool]:
    """Inside, the orphans of every descendant become children of this process; yields whether they do."""
    import ctypes

    was = ctypes.c_int(0)
    try:
        prctl = ctypes.CDLL(None).prctl
        known = prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(was), 0, 0, 0) == 0
    except (OSError, AttributeError, TypeError):
        known = False
    if not known:
        yield False
        return
    adopting = prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    try:
        yield adopting
    finally:
        prctl(_PR_SET_CHILD_SUBREAPER, was.value, 0, 0, 0)


class ProcessTree:
    """The processes that descend from this one, but for those that were there when it was made."""

    def __init__(self) -> None:
        self._strangers = _all_pids()
        self._members: dict[int, _Member] = {}
        self._reaped = Usage()
        self._cpu_s = 0.0
        self._next_walk_at = 0.0
        self._left_over: list[Spent] = []
        self._root: int | None = None
        self.ended: dict[int, tuple[tuple[str, ...], float]] = {}

    def started(self, pid: int, command: Sequence[str]) -> None:
        """Tell that `pid`, which runs `command`, is the root of the tree."""
        self._root = pid
        self._members[pid] = _Member(pid, tuple(command))

    @property
    def used(self) -> Usage:
        """What the processes that have ended used."""
        return self._reaped

    def cpu_s(self) -> float:
        """CPU time of the tree so far, in seconds: never less than it was."""
        if time.perf_counter() >= self._next_walk_at:
            self.walk()
        alive_s = sum(member.cpu_s() for member in self._members.values())
        self._cpu_s = max(self._cpu_s, self._reaped.cpu_s + alive_s)
        return self._cpu_s

    def take_spent(self) -> tuple[Spent, ...]:
        """What each process has used itself since the last call, as `cpu_s` saw it."""
        alive = (member.take_spent() for member in self._members.values())
        spent = (*self._left_over, *(each for each in alive if each.cpu_s > 0))
        self._left_over.clear()
        return spent

    def walk(self) -> None:
        """Look for processes that are new or gone; `cpu_s` does so as often as a budget allows.

        Whether a process belongs to the tree is settled when it is first seen, for its parent is
        then a member, or this process, which has adopted it.
        """
        begun = time.perf_counter()
        pids = _all_pids()
        self._strangers &= pids
        new = pids - self._strangers - self._members.keys()
        parents = {pid: _parent_of(pid) for pid in new}
        while joining := {pid for pid in new if parents[pid] == os.getpid() or parents[pid] in self._members}:
            self._members.update((pid, _Member(pid)) for pid in joining)
            new -= joining
        self._strangers |= new
        for pid in self._members.keys() - pids:
            self._forget(pid)
        self._next_walk_at = begun + (time.perf_counter() - begun) / _WALK_BUDGET

    def orphans(self) -> tuple[int, ...]:
        """Members that this process has adopted, whether still alive or waiting to be reaped."""
        own = os.getpid()
        return tuple(pid for pid in self._members if pid != self._root and _parent_of(pid) == own)

    def reap_orphans(self) -> None:
        """Collect the adopted processes that have ended."""
        for pid in self.orphans():
            self._reap(pid, os.WNOHANG)

    def reap_root(self) -> int:
        """Wait for the root to end; its wait status, as ``os.waitstatus_to_exitcode`` takes it."""
        if self._root is None:
            raise RuntimeError("no root was started")
        return self._reap(self._root, 0) or 0

    def close(self) -> None:
        """Close the kept-open descriptors; what is still alive is listed as it was last seen."""
        for pid in tuple(self._members):
            self._forget(pid)

    def _reap(self, pid: int, options: int) -> int | None:
        """Wait for one process and book what it used; None if it has not ended or is not ours."""
        try:
            ended, status, usage = os.wait4(pid, options)
        except ChildProcessError:
            return None
        if ended == 0:
            return None
        cpu_s = usage.ru_utime + usage.ru_stime
        self._reaped = self._reaped.plus(
            Usage(cpu_s, usage.ru_maxrss * 1024, usage.ru_inblock * 512, usage.ru_oublock * 512)
        )
        self._forget(pid, cpu_s)
        return status

    def _forget(self, pid: int, cpu_s: float | None = None) -> None:
        member = self._members.pop(pid, None)
        if member is None:
            return
        if cpu_s is not None and member.waited_for_s == 0:  # all of it was its own
            member.own_s = max(member.own_s, cpu_s)
        self.ended[pid] = (member.command, member.own_s)
        self._left_over.append(member.take_spent())
        member.close()


def _all_pids() -> set[int]:
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208 (six times slower)


def _parent_of(pid: int) -> int | None:
    """The parent of `pid`, None once it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:  # noqa: PTH123
            return int(_after_name(file.read(1024))[1])
    except OSError:
        return None


def _after_name(stat: bytes) -> list[bytes]:
    """The fields of /proc/PID/stat from the third, the state, on: the name may hold blanks and brackets."""
    return stat[stat.rfind(b")") + 2 :].split()


class _Member:
    """One living process: its CPU clock, and the children that it has waited for."""

    def __init__(self, pid: int, command: tuple[str, ...] = ()) -> None:
        self._pid = pid
        self._clock = (~pid << 3) | 2  # as clock_getcpuclockid(3) makes it: CPUCLOCK_SCHED of a process
        self._tick_s = tick_s()
        self._looks = 0
        self._stat: int | None = None
        self._taken_s = 0.0
        self.command = command
        self.own_s = 0.0
        self.waited_for_s = 0.0
        with suppress(OSError):
            self._stat = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)

    def cpu_s(self) -> float:
        """Its own CPU time and that of the children it has waited for; 0 once it is gone."""
        try:
            self.own_s = max(self.own_s, time.clock_gettime(self._clock))
        except OSError:
            return 0.0
        self._look_at_command()
        self.waited_for_s = max(self.waited_for_s, self._read_waited_for_s())
        return self.last_cpu_s

    @property
    def last_cpu_s(self) -> float:
        """What `cpu_s` gave when it was last alive."""
        return self.own_s + self.waited_for_s

    def take_spent(self) -> Spent:
        """Its own CPU time since this was last asked."""
        before_s, self._taken_s = self._taken_s, self.own_s
        return Spent(self._pid, self.command, self.own_s - before_s)

    def close(self) -> None:
        if self._stat is not None:
            os.close(self._stat)
            self._stat = None

    def _read_waited_for_s(self) -> float:
        try:
            fields = _after_name(os.pread(self._stat, 1024, 0)) if self._stat is not None else []
        except OSError:
            return 0.0
        return (int(fields[13]) + int(fields[14])) * self._tick_s if fields else 0.0  # cutime, cstime

    def _look_at_command(self) -> None:
        """Read its command line a few times, for a fork shows its parent's until it execs."""
        if self._looks >= _LOOKS_AT_COMMAND:
            return
        self._looks += 1
        with suppress(OSError), open(f"/proc/{self._pid}/cmdline", "rb", buffering=0) as file:  # noqa: PTH123
            words = file.read(65536).split(b"\0")[:-1]
            self.command = tuple(word.decode("utf-8", "replace") for word in words) or self.command
