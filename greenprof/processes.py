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

from greenprof.member import Member, Spent, parent_of, rss_bytes_of

_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 36, 37
_WALK_BUDGET = 0.02  # the share of a core that looking for new processes may use
_LONGEST_WITHOUT_WALK_S = 1.0
_LOOKS_AT_COMMAND = 5  # at the command of one that has just joined
_MOST_NEW = 300  # process ids given out since the last look that are looked at one by one
_MOST_GLANCES = 200  # clocks read at every tick


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
        self._members: dict[int, Member] = {}
        self._newcomers: dict[int, int] = {}
        self._young: dict[int, int] = {}
        self._reaped = Usage()
        self._cpu_s = 0.0
        self._next_walk_at = 0.0
        self._walk_anyway_at = 0.0
        self._next_look_at = 0.0
        self._newest_at_walk = 0
        self._left_over: list[Spent] = []
        self._root: int | None = None
        self._newest = _NewestPid()
        self.ended: dict[int, tuple[tuple[str, ...], float]] = {}

    def __contains__(self, pid: object) -> bool:
        """Whether `pid` belongs to the tree and was still there at the last look."""
        return pid in self._members

    @property
    def root(self) -> int | None:
        """The process that was started or joined."""
        return self._root

    def started(self, pid: int, command: Sequence[str]) -> None:
        """Tell that `pid`, which runs `command`, is the root of the tree."""
        self._root = pid
        self._join(pid, os.getpid(), tuple(command))

    def joined(self, pid: int, command: Sequence[str]) -> None:
        """Tell that `pid`, which runs already, is the root; what it and its descendants used before is not counted."""
        own = os.getpid()  # which may be one of them: a notebook's kernel starts who measures it
        parents = {each: parent_of(each) for each in _all_pids() if each != own}
        family = {pid: parents.get(pid) or 0}
        while joining := {each: parent for each, parent in parents.items() if parent in family and each not in family}:
            family.update((each, parent or 0) for each, parent in joining.items())
        for each, parent in family.items():
            self._join(each, parent, tuple(command) if each == pid else ())
            self._members[each].begin_now()
        self._strangers = {own, *parents} - set(family)
        self._root = pid

    def leave_out(self, pid: int) -> None:
        """Tell that `pid` was started by this process for itself and does not belong to the tree."""
        self._strangers.add(pid)

    def was_there(self, pid: int) -> bool:
        """Whether this member was there before the tree was joined."""
        return pid in self._members and self._members[pid].was_there

    def pending_s(self, pid: int) -> float:
        """What a member has used since `take_spent` was last called."""
        member = self._members.get(pid)
        return member.pending_s() if member is not None else 0.0

    @property
    def used(self) -> Usage:
        """What the processes that have ended used."""
        return self._reaped

    def cpu_s(self) -> float:
        """CPU time of the tree so far, in seconds: never less than it was."""
        if time.perf_counter() >= self._next_walk_at and self._has_changed():
            self.walk()
        alive_s = sum(member.cpu_s() for member in self._members.values())
        self._cpu_s = max(self._cpu_s, self._reaped.cpu_s + alive_s)
        return self._cpu_s

    def rss_bytes(self) -> int | None:
        """Resident memory of the members together, what they share counted for each; None of too many to ask."""
        if len(self._members) > _MOST_GLANCES:
            return None
        return sum(rss_bytes_of(pid) for pid in self._members)

    def _has_changed(self) -> bool:
        """Whether a process may have begun or ended since the last walk: mostly none has, and a walk costs 0.4 ms."""
        newest = self._newest.read()
        if not newest or newest != self._newest_at_walk or time.perf_counter() >= self._walk_anyway_at:
            return True
        return not all(member.glance() for member in self._members.values())

    def take_spent(self) -> tuple[Spent, ...]:
        """What each process has used itself since the last call, as it was seen at the last look.

        What one used between the last look at it and its end is told by ``wait4``, or by its parent's account of
        ended children. Of that, each is given no more than it can have used in that time; the rest was used by
        processes too short-lived to be seen at all, and stands under a process 0 whose command says whose children they
        were.
        """
        alive = (member.take_spent() for member in self._members.values())
        spent = (*self._left_over, *(each for each in alive if each.cpu_s > 0))
        self._left_over.clear()
        return spent

    def newcomers(self) -> dict[int, int]:
        """Members that have joined since the last call, each with its parent.

        To be called at every tick: it takes a few microseconds where nothing was started, because the
        kernel tells the process id given out last. It also reads the clocks of the members, so that what a process
        used is known up to the tick before its end.
        """
        newest = self._newest.read()
        if newest != self._newest.known and time.perf_counter() >= self._next_look_at:
            self._look(newest)
        for pid, looks in list(self._young.items()):
            if pid in self._members and looks:
                self._members[pid].look_at_command()
                self._young[pid] = looks - 1
            else:
                del self._young[pid]
        if len(self._members) <= _MOST_GLANCES:
            for member in self._members.values():
                member.glance()
        newcomers, self._newcomers = self._newcomers, {}
        return newcomers

    def _look(self, newest: int) -> None:
        """Look at the process ids that were given out since the last look, as far as the budget goes."""
        begun = time.perf_counter()
        if 0 < newest - self._newest.known <= _MOST_NEW:
            self._admit(set(range(self._newest.known + 1, newest + 1)) - self._strangers - self._members.keys())
            self._newest.known = newest
        elif begun >= self._next_walk_at:  # very many, or the numbers began anew
            self.walk()
        self._next_look_at = begun + (time.perf_counter() - begun) / _WALK_BUDGET

    def walk(self) -> None:
        """Look for processes that are new or gone; `cpu_s` does so as often as a budget allows.

        Whether a process belongs to the tree is settled when it is first seen, for its parent is
        then a member, or this process, which has adopted it.
        """
        begun = time.perf_counter()
        for member in self._members.values():  # before the list: a child that is on it has not been waited for yet
            member.look_at_children()
        self._newest.known = self._newest_at_walk = self._newest.read()
        pids = _all_pids()
        self._strangers &= pids
        self._strangers |= self._admit(pids - self._strangers - self._members.keys())
        for pid in reversed([pid for pid in self._members if pid not in pids]):  # children before their parents
            self._forget(pid)
        for member in self._members.values():
            self._left_over += member.take_unseen()
        self._next_walk_at = begun + (time.perf_counter() - begun) / _WALK_BUDGET
        self._walk_anyway_at = begun + _LONGEST_WITHOUT_WALK_S

    def _admit(self, pids: set[int]) -> set[int]:
        """Make members of those that belong to the tree; the others."""
        parents = {pid: parent_of(pid) for pid in pids}
        others = set(pids)
        while joining := {pid for pid in others if parents[pid] == os.getpid() or parents[pid] in self._members}:
            for pid in joining:
                self._join(pid, parents[pid] or 0)
            others -= joining
        return others

    def _join(self, pid: int, parent: int, command: tuple[str, ...] = ()) -> None:
        if not command and parent in self._members:  # a fork has its parent's until it execs
            command = self._members[parent].command
        self._members[pid] = Member(pid, parent, command)
        self._newcomers[pid] = parent
        self._young[pid] = _LOOKS_AT_COMMAND

    def orphans(self) -> tuple[int, ...]:
        """Members that this process has adopted, whether still alive or waiting to be reaped."""
        own = os.getpid()
        return tuple(pid for pid in self._members if pid != self._root and parent_of(pid) == own)

    def reap_orphans(self) -> None:
        """Collect the adopted processes that have ended."""
        for pid in self.orphans():
            self._reap(pid, os.WNOHANG)

    def reap_root(self) -> int:
        """Wait for the root to end; its wait status, as ``os.waitstatus_to_exitcode`` takes it."""
        if self._root is None:
            raise RuntimeError("no root was started")
        self.walk()  # an ended process that was not reaped still tells what it and its children used
        return self._reap(self._root, 0) or 0

    def close(self) -> None:
        """Close the kept-open descriptors; what is still alive is listed as it was last seen."""
        for pid in tuple(self._members):
            self._forget(pid)
        self._newest.close()

    def _reap(self, pid: int, options: int) -> int | None:
        """Wait for one process and book what it used; None if it has not ended or is not ours."""
        if pid in self._members:
            self._members[pid].glance()
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
        member = self._members.get(pid)
        if member is not None and member.waited_for_s == 0:  # all of it was its own
            member.own_s = max(member.own_s, cpu_s)
        self._forget(pid, reaped=True)
        return status

    def _forget(self, pid: int, *, reaped: bool = False) -> None:
        member = self._members.pop(pid, None)
        if member is None:
            return
        parent = self._members.get(member.parent)
        if reaped:  # and so are those that it has waited for
            for child in [each for each, other in self._members.items() if other.parent == pid and not other.glance()]:
                self._forget(child, reaped=True)
        elif parent is not None:
            parent.has_lost(member)
        else:  # it was joined, or nobody waited for it
            self._reaped = self._reaped.plus(Usage(member.last_cpu_s))
        self.ended[pid] = (member.command, member.own_s)
        self._left_over.append(member.take_spent())
        member.close()


class _NewestPid:
    """The process id given out last, of a process or a thread: the last field of /proc/loadavg (proc_loadavg(5))."""

    def __init__(self) -> None:
        self._file: int | None = None
        with suppress(OSError):
            self._file = os.open("/proc/loadavg", os.O_RDONLY | os.O_CLOEXEC)
        self.known = self.read()

    def read(self) -> int:
        """The number; always the same where the system does not tell."""
        try:
            return int(os.pread(self._file, 128, 0).rsplit(None, 1)[1]) if self._file is not None else 0
        except (OSError, ValueError, IndexError):
            return 0

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _all_pids() -> set[int]:
    return set(map(int, filter(str.isdigit, os.listdir("/proc"))))  # noqa: PTH208 (six times slower)
