"""Who used the processors since the last look: CPU time by group of processes.

A look reads the clock of every process, and more only of those whose clock has moved: their name, which ``exec``
changes, and when they were started, which tells a process id that was given out anew. One that has been working for a
while, and never had children, is looked at more closely every fourth time only, unless its clock has gone back. So 300
processes of which most are asleep cost half a millisecond.

What a process used between the last look at it and its end, and all of one that came and went unseen, its parent's
account of ended children tells as soon as it has waited for them. It is *told of children*: the seen child's
group, as far as that can have had it since the last look at it, gets it, else the group of the parent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from greenprof.monitor.system import Group, System
from greenprof.procstat import tick_s

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOKS_AT_PLACE = 3  # a service is put into its control group just after it was started
_SKIPS = 3
_TOLERANCE_S = 2 * tick_s()  # /proc counts children in steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """CPU seconds since the last look: ``own_s`` seen on clocks, ``told_s`` told of children, ``busy_s`` in all.

    ``processes`` is how many there are now, by group.
    """

    own_s: Mapping[Group, float]
    told_s: Mapping[Group, float]
    busy_s: float
    processes: Mapping[Group, int]


@dataclass(slots=True)
class _Seen:
    """A process as last seen."""

    group: Group
    command: str
    parent: int
    start: int
    used_ns: int
    children_s: float
    explained_s: float  # of children_s: what children were seen to use
    looks: int = 0
    skips: int = 0  # times that its clock alone will do
    lost: list[Group] = field(default_factory=list)  # groups of children that have ended

    @property
    def all_s(self) -> float:
        """What its parent's account grows by when it is waited for."""
        return self.used_ns / 1e9 + max(self.children_s, self.explained_s)


class ProcessTable:
    """The processes of a machine, looked at again and again. What they used before the first look is not counted."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._seen: dict[int, _Seen] = {}
        self._groups: dict[Group, int] = defaultdict(int)
        self._interned: dict[Group, Group] = {}
        self._busy_s = system.busy_s()
        for pid in system.pids():
            self._meet(pid, before=True)

    def __len__(self) -> int:
        return len(self._seen)

    def look(self, elapsed_s: float) -> Look:
        """What was used since the last look, `elapsed_s` ago."""
        used: dict[Group, float] = defaultdict(float)
        told: dict[Group, float] = defaultdict(float)
        system, seen = self._system, self._seen
        pids = set(system.pids())
        clock = system.cpu_ns
        most_ns = elapsed_s * system.cpus * 1.5e9 + 1e8  # a clock that tells more is another's
        moved: list[int] = []
        gone: list[int] = [pid for pid in seen if pid not in pids]
        for pid in pids:
            process = seen.get(pid)
            if process is None:
                if born := self._meet(pid):
                    used[born.group] += min(born.used_ns, most_ns) / 1e9
                    moved.append(pid)
                continue
            try:
                now_ns = clock(pid)
            except OSError:
                gone.append(pid)
                continue
            if now_ns != process.used_ns:
                now = process
                if process.skips and now_ns > process.used_ns:
                    process.skips -= 1
                else:
                    now = self._moved(pid, process)
                    moved.append(pid)
                before_ns = process.used_ns if now is process else 0
                used[now.group] += min(max(0, now_ns - before_ns), most_ns) / 1e9
                now.used_ns = now_ns
        moved += self._bury(gone)
        self._hear(moved, told, elapsed_s)
        before_s, self._busy_s = self._busy_s, system.busy_s()
        if len(self._interned) > 4 * len(self._groups) + 100:
            self._interned = {group: group for group in self._groups}
        return Look(own_s=used, told_s=told, busy_s=max(0.0, self._busy_s - before_s), processes=dict(self._groups))

    def _meet(self, pid: int, before: bool = False) -> _Seen | None:
        """A process that is new; None where it has gone already. With `before` it was there before anybody looked."""
        system = self._system
        try:
            stat = system.stat(pid)
            used_ns = system.cpu_ns(pid)
        except OSError:
            return None
        group = self._intern(system.group(pid, stat.command))
        self._groups[group] += 1
        known_s = stat.children_s if before else 0.0
        made = self._seen[pid] = _Seen(
            group, stat.command, stat.parent, stat.start, used_ns, stat.children_s, known_s,
            looks=_LOOKS_AT_PLACE if before else 0,
        )  # fmt: skip
        return made

    def _moved(self, pid: int, process: _Seen) -> _Seen:
        """A process whose clock has moved, as it is called by now; another one where its number was given out anew."""
        try:
            stat = self._system.stat(pid)
        except OSError:
            return process
        if stat.start != process.start:
            self._bury([pid])
            return self._meet(pid) or process
        process.parent = stat.parent
        process.children_s = max(process.children_s, stat.children_s)
        if stat.command != process.command or process.looks < _LOOKS_AT_PLACE:
            process.looks += 1
            process.command = stat.command
            self._regroup(process, self._intern(self._system.group(pid, stat.command)))
        elif not process.children_s and not process.explained_s:
            process.skips = _SKIPS
        return process

    def _regroup(self, process: _Seen, group: Group) -> None:
        if group is not process.group:
            self._leave(process.group)
            self._groups[group] += 1
            process.group = group

    def _leave(self, group: Group) -> None:
        self._groups[group] -= 1
        if self._groups[group] <= 0:
            del self._groups[group]

    def _intern(self, group: Group) -> Group:
        return self._interned.setdefault(group, group)

    def _bury(self, gone: Iterable[int]) -> list[int]:
        """Take leave of processes that have ended; those whose account of children is worth a look now."""
        buried = {pid: process for pid in gone if (process := self._seen.pop(pid, None)) is not None}
        if not buried:
            return []
        heirs = set()
        for process in buried.values():
            self._leave(process.group)
            heir, generations = process.parent, 0
            while heir in buried and generations < 64:  # it was waited for by one that has ended too
                heir, generations = buried[heir].parent, generations + 1
            parent = self._seen.get(heir)
            if parent is not None:
                parent.explained_s += process.all_s
                parent.lost.append(process.group)
                parent.skips = 0
                heirs.add(heir)
        for pid, process in list(self._seen.items()):
            if process.parent in buried:
                self._adopted(pid, process)
        return list(heirs)

    def _adopted(self, pid: int, process: _Seen) -> None:
        try:
            process.parent = self._system.stat(pid).parent
        except OSError:
            process.parent = 0

    def _hear(self, pids: Iterable[int], told: dict[Group, float], elapsed_s: float) -> None:
        """What parents tell of children that nobody has seen."""
        for pid in dict.fromkeys(pids):
            process = self._seen.get(pid)
            if process is None:
                continue
            if process.lost:
                self._read_children(pid, process)
            if process.children_s - process.explained_s > _TOLERANCE_S:
                self._look_for_children(pid)  # one that was alive a moment ago may be in the account by now
            more_s = process.children_s - process.explained_s
            if more_s > _TOLERANCE_S:
                process.explained_s = process.children_s
                for group in process.lost[:1000]:
                    part_s = min(more_s, elapsed_s)
                    told[group] += part_s
                    more_s -= part_s
                if more_s > 0:
                    told[process.group] += more_s
            process.lost.clear()

    def _read_children(self, pid: int, process: _Seen) -> None:
        try:
            stat = self._system.stat(pid)
        except OSError:
            return
        if stat.start == process.start:
            process.children_s = max(process.children_s, stat.children_s)
            # Those that nobody waits for (SIGCHLD is ignored) are in no account.
            process.explained_s = min(process.explained_s, process.children_s)

    def _look_for_children(self, pid: int) -> None:
        gone = []
        for child, process in self._seen.items():
            if process.parent == pid:
                try:
                    self._system.cpu_ns(child)
                except OSError:
                    gone.append(child)
        self._bury(gone)
