"""Simulated processes: a machine in which everybody's CPU time and joules are known, because its user decides them.

``SimulatedProcesses`` goes where the agent asks the kernel (`greenprof.monitor.system.System`), and is also the clock:
with each `sleep` its processes work, its meter counts ``idle_w`` and ``watts_per_cpu`` for each CPU second, and the
truth is kept. The tests and benchmarks/agent_cost.py share it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from greenprof.model import Reading
from greenprof.monitor.system import Group, Stat


@dataclass(slots=True)
class SimulatedProcess:
    """One process: `load` is the share of a core that it uses."""

    command: str
    parent: int
    load: float
    start: int
    cpu_s: float = 0.0
    children_s: float = 0.0
    service: str = ""
    container: str = ""


class SimulatedProcesses:
    """A machine, its clock and its meter."""

    name = "simulated"
    domains = ("package-0",)
    estimated = False
    uncertainty = 0.01
    scope = "a machine that does not exist"
    max_interval_s: float | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, cpus: int = 4, idle_w: float | None = 10.0, watts_per_cpu: float = 15.0) -> None:
        self.cpus = cpus
        self.idle_w = idle_w
        self.watts_per_cpu = watts_per_cpu
        self.now_ns = 10**12
        self.table: dict[int, SimulatedProcess] = {1: SimulatedProcess("init", 0, 0.0, 0)}
        self.joules = 0.0
        self.kernel_load = 0.0  # interrupts: nobody's
        self.truth_j: dict[str, float] = defaultdict(float)  # above idle, by the command that used them
        self.unreadable = False
        self._busy_s = 0.0
        self._next_pid = 2

    # what its user does

    def start(self, command: str, load: float = 0.0, *, parent: int = 1, pid: int | None = None, **place: str) -> int:
        """A process begins."""
        if pid is None:
            pid, self._next_pid = self._next_pid, self._next_pid + 1
        start = self.now_ns // 10_000_000 + pid * 1_000_003
        self.table[pid] = SimulatedProcess(command, parent, load, start, **place)
        return pid

    def end(self, pid: int, *, waited_for: bool = True) -> None:
        """A process ends, its children go to init, and its parent has waited for it."""
        ended = self.table.pop(pid)
        for process in self.table.values():
            if process.parent == pid:
                process.parent = 1
        parent = self.table.get(ended.parent)
        if waited_for and parent is not None:
            parent.children_s += ended.cpu_s + ended.children_s
            self._use(parent, 1e-6)  # to wait is work too

    def short(self, command: str, cpu_s: float, *, parent: int) -> None:
        """A process comes, works and goes, faster than anybody looks."""
        pid = self.start(command, parent=parent)
        self._use(self.table[pid], cpu_s)
        self.end(pid)

    def sleep(self, seconds: float) -> None:
        """Time goes on, and everybody works."""
        self.now_ns += round(seconds * 1e9)
        for process in self.table.values():
            if process.load:
                self._use(process, process.load * seconds)
        self.joules += (self.idle_w or 0.0) * seconds + self.kernel_load * seconds * self.watts_per_cpu
        self._busy_s += self.kernel_load * seconds

    def _use(self, process: SimulatedProcess, cpu_s: float) -> None:
        process.cpu_s += cpu_s
        self._busy_s += cpu_s
        self.joules += cpu_s * self.watts_per_cpu
        self.truth_j[process.command] += cpu_s * self.watts_per_cpu

    # what the agent asks

    def monotonic_ns(self) -> int:
        return self.now_ns

    def boottime_ns(self) -> int:
        return self.now_ns

    def pids(self) -> list[int]:
        return list(self.table)

    def cpu_ns(self, pid: int) -> int:
        return int(self._of(pid).cpu_s * 1e9)

    def stat(self, pid: int) -> Stat:
        process = self._of(pid)
        children_s = int(process.children_s * 100) / 100  # /proc counts them in steps of 10 ms
        return Stat(command=process.command, parent=process.parent, start=process.start, children_s=children_s)

    def group(self, pid: int, command: str) -> Group:
        process = self._of(pid)
        return Group(command, process.service, process.container)

    def busy_s(self) -> float:
        return int(self._busy_s * 100) / 100

    def read(self) -> Reading:
        return Reading(at_ns=self.now_ns, joules=(None if self.unreadable else self.joules,))

    def close(self) -> None:
        pass

    def _of(self, pid: int) -> SimulatedProcess:
        try:
            return self.table[pid]
        except KeyError:
            raise ProcessLookupError(pid) from None
