"""One process of the tree: its CPU clock, its command, and the children that it has waited for.

Linux only: see proc_pid_stat(5) and clock_getcpuclockid(3).
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass

from greenprof.procstat import tick_s

_LOOKS_AT_COMMAND = 5
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_LATE_S = 0.5  # the time after its end in which what it used may become known
_PARENT, _CHILDREN_USER, _CHILDREN_SYSTEM, _EXIT_SIGNAL = 1, 13, 14, 35  # places in /proc/PID/stat after the name


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU time that one process used itself, its children left out."""

    pid: int
    command: tuple[str, ...]
    cpu_s: float


def parent_of(pid: int) -> int | None:
    """The parent of process `pid`; None once it is gone, and for the number of a thread."""
    try:
        with open(f"/proc/{pid}/stat", "rb", buffering=0) as file:  # noqa: PTH123
            fields = _after_name(file.read(1024))
    except OSError:
        return None
    return int(fields[_PARENT]) if fields[_EXIT_SIGNAL] != b"-1" else None


def rss_bytes_of(pid: int) -> int:
    """The resident memory of process `pid` now; 0 once it is gone."""
    try:
        with open(f"/proc/{pid}/statm", "rb", buffering=0) as file:  # noqa: PTH123
            return int(file.read(64).split()[1]) * _PAGE_BYTES
    except (OSError, IndexError, ValueError):
        return 0


def _after_name(stat: bytes) -> list[bytes]:
    """The fields of /proc/PID/stat from the third, the state, on: the name may hold blanks and brackets."""
    return stat[stat.rfind(b")") + 2 :].split()


class Member:
    """One living process: its CPU clock, and the children that it has waited for."""

    def __init__(self, pid: int, parent: int, command: tuple[str, ...] = ()) -> None:
        self.parent = parent
        self.command = command
        self.own_s = 0.0
        self.waited_for_s = 0.0
        self.was_there = False
        self._pid = pid
        self._clock = (~pid << 3) | 2  # as clock_getcpuclockid(3) makes it: CPUCLOCK_SCHED of a process
        self._tick_s = tick_s()
        self._looks = 0
        self._name = b""
        self._stat: int | None = None
        self._taken_s = 0.0
        self._seen_s = time.monotonic()
        self._unseen_s = 0.0  # the time between the last look at it and the first that found it gone
        self._before_s = self._waited_for_before_s = 0.0
        self._explained_s = 0.0  # of waited_for_s: what its ended children were seen to use
        self._lost: list[tuple[float, Member]] = []  # when they were missed first
        with suppress(OSError):
            self._stat = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)

    def begin_now(self) -> None:
        """Leave out what was used until now."""
        self.cpu_s()
        self.was_there = True
        self._before_s, self._waited_for_before_s = self.own_s, self.waited_for_s
        self.own_s = self.waited_for_s = 0.0

    def glance(self) -> bool:
        """Read its clock; False once it is gone."""
        now_s = time.monotonic()
        try:
            self.own_s = max(self.own_s, time.clock_gettime(self._clock) - self._before_s)
        except OSError:
            self._unseen_s = self._unseen_s or now_s - self._seen_s
            return False
        self._seen_s = now_s
        return True

    def cpu_s(self) -> float:
        """Its own CPU time and that of the children it has waited for; 0 once it is gone."""
        if not self.glance():
            return 0.0
        if self._looks < _LOOKS_AT_COMMAND:
            self._looks += 1
            self.look_at_command()
        self.look_at_children()
        return self.last_cpu_s

    @property
    def last_cpu_s(self) -> float:
        """What `cpu_s` gave when it was last alive."""
        return self.own_s + self.waited_for_s

    def take_spent(self) -> Spent:
        """Its own CPU time since this was last asked."""
        before_s, self._taken_s = self._taken_s, self.own_s
        return Spent(self._pid, self.command, self.own_s - before_s)

    def pending_s(self) -> float:
        """Its own CPU time since `take_spent` was called."""
        self.glance()
        return self.own_s - self._taken_s

    def close(self) -> None:
        """Close its file."""
        if self._stat is not None:
            os.close(self._stat)
            self._stat = None

    def has_lost(self, child: Member) -> None:
        """Tell that this child of it has ended."""
        child.glance()
        now_s = time.monotonic()
        self._lost = [each for each in self._lost if now_s - each[0] < _LATE_S]
        self._lost.append((now_s, child))
        self._explained_s += child.own_s + max(child.waited_for_s, child._explained_s)

    def take_unseen(self) -> list[Spent]:
        """What its ended children used beyond what was seen of them, since this was last asked."""
        unseen_s, lost = self.waited_for_s - self._explained_s, self._lost
        if unseen_s < self._tick_s:
            return []
        self._explained_s, self._lost = self.waited_for_s, []
        longest_s = sum(child._unseen_s for _, child in lost)
        part = min(1.0, unseen_s / longest_s) if longest_s > 0 else 0.0
        spent = [Spent(child._pid, child.command, part * child._unseen_s) for _, child in lost]
        if unseen_s > longest_s:
            name = self.command[0].rsplit("/", 1)[-1] if self.command else "a process"
            spent.append(Spent(0, (f"short-lived children of {name}",), unseen_s - longest_s))
        return spent

    def look_at_children(self) -> None:
        """Bring up to date what the children that it has waited for used; and its command, if its name has changed."""
        try:
            stat = os.pread(self._stat, 1024, 0) if self._stat is not None else b""
        except OSError:
            return
        fields = _after_name(stat)
        if fields:
            ticks = int(fields[_CHILDREN_USER]) + int(fields[_CHILDREN_SYSTEM])
            self.waited_for_s = max(self.waited_for_s, ticks * self._tick_s - self._waited_for_before_s)
            name = stat[: stat.rfind(b")")]
            if name != self._name:
                self._name = name
                self.look_at_command()

    def look_at_command(self) -> None:
        """Read its command line: a fork shows its parent's until it execs."""
        with suppress(OSError), open(f"/proc/{self._pid}/cmdline", "rb", buffering=0) as file:  # noqa: PTH123
            words = file.read(65536).split(b"\0")[:-1]
            self.command = tuple(word.decode("utf-8", "replace") for word in words) or self.command
