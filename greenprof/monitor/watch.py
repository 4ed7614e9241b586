"""A host that is watched: a meter, who used the processors, and the books of both."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from greenprof import __version__
from greenprof.meters.clock import Clock, SystemClock
from greenprof.meters.meter import Meter
from greenprof.model import Reading
from greenprof.monitor.families import Family, Point, counter, gauge
from greenprof.monitor.ledger import OTHER, Account, Ledger, Span, shares
from greenprof.monitor.system import Group, System
from greenprof.monitor.table import Look, ProcessTable

MOST_GROUPS = 100


@dataclass(slots=True)
class _Pending:
    """CPU time and wall time whose joules are not known yet."""

    own_s: dict[Group, float]
    told_s: dict[Group, float]
    busy_s: float = 0.0
    elapsed_s: float = 0.0

    def add(self, look: Look, elapsed_s: float, most: int) -> None:
        """Add what a look has shown; beyond `most` groups it goes to those that have no place."""
        for into, more in ((self.own_s, look.own_s), (self.told_s, look.told_s)):
            for group, seconds in more.items():
                key = group if group in into or len(into) < most else OTHER
                into[key] = into.get(key, 0.0) + seconds
        self.busy_s += look.busy_s
        self.elapsed_s += elapsed_s


class Watch:
    """Joules of a host and its groups of processes since the watch began."""

    def __init__(
        self,
        meter: Meter,
        system: System,
        *,
        most_groups: int = MOST_GROUPS,
        clock: Clock | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._meter = meter
        self._clock = SystemClock() if clock is None else clock
        self._wall = wall
        self.began_s = wall()
        self._cpus = system.cpus
        self._most = most_groups
        self._table = ProcessTable(system)
        self.ledger = Ledger(most_groups, self.began_s)
        self._first = self._last = meter.read()
        self._looked_ns = self._clock.monotonic_ns()
        self._pending = _Pending({}, {})
        self._debt_s = 0.0
        self._domains: dict[str, float] = dict.fromkeys(meter.domains, 0.0)
        self._domain_w: dict[str, float] = {}
        self._offsets = [joules or 0.0 for joules in self._first.joules]
        self.processes: Mapping[Group, int] = {}
        self.ticks = self.unknown_ticks = 0
        self.known_at_s: float | None = None

    @property
    def meter(self) -> Meter:
        """The meter that is read."""
        return self._meter

    @property
    def total_j(self) -> float:
        """Joules of the machine so far."""
        return sum(self._domains.values())

    @property
    def total_w(self) -> float | None:
        """Watts of the machine over the last tick; None while they are not known."""
        return sum(self._domain_w.values()) if self._domain_w else None

    def tick(self) -> bool:
        """Look again; False where the meter could not be read, so that the next tick has the joules of both."""
        reading = self._meter.read()
        now_ns = self._clock.monotonic_ns()
        elapsed_s = max(1e-9, (now_ns - self._looked_ns) / 1e9)
        self._looked_ns = now_ns
        look = self._table.look(elapsed_s)
        self.processes = look.processes
        self.ticks += 1
        self._pending.add(look, elapsed_s, 4 * self._most + 1000)
        if None in reading.joules:
            self.unknown_ticks += 1
            self._domain_w = {}
            return False
        self._book(reading, now_ns / 1e9)
        return True

    def _book(self, reading: Reading, now_s: float) -> None:
        pending, self._pending = self._pending, _Pending({}, {})
        if None in self._first.joules:  # it could not be read when the watch began: it begins now
            self._first = self._last = reading
            self._offsets = [joules or 0.0 for joules in reading.joules]
            return
        elapsed_s = pending.elapsed_s
        total_j = 0.0
        for place, domain in enumerate(self._meter.domains):
            stands_j = max(self._domains[domain], (reading.joules[place] or 0.0) - self._offsets[place])
            drawn_j = stands_j - self._domains[domain]
            self._domains[domain] = stands_j
            self._domain_w[domain] = drawn_j / elapsed_s
            total_j += drawn_j
        known_s = max(0.0, elapsed_s - max(0.0, reading.invalid_s - self._last.invalid_s))
        self._last = reading
        idle_w = self._meter.idle_w
        idle_j = 0.0 if idle_w is None else min(total_j, idle_w * known_s)
        used = shares(pending.own_s, pending.told_s, pending.busy_s, self._debt_s, self._cpus)
        self._debt_s = used.debt_s
        self.known_at_s = now_s
        self.ledger.book(total_j, idle_j, used, Span(elapsed_s=elapsed_s, now_s=now_s, wall_s=self._wall()))

    def families(self) -> tuple[Family, ...]:
        """All that is known now, as metrics."""
        return (*self._of_host(), *self._of_groups(), *self._of_meter(), *self._of_itself())

    def _of_host(self) -> list[Family]:
        began_s, ledger = self.began_s, self.ledger
        joules = tuple(
            Point(value=joules, labels={"domain": domain}, created_s=began_s)
            for domain, joules in self._domains.items()
        )
        watts = tuple(Point(value=watts, labels={"domain": domain}) for domain, watts in self._domain_w.items())
        made = [
            counter(
                "greenprof_host_joules", "Joules of the machine, by domain of the meter; they add up.", joules, "joules"
            ),
            gauge("greenprof_host_watts", "Mean power of the machine over the last tick.", watts, "watts"),
        ]
        idle_w = self._meter.idle_w
        if idle_w is not None:
            idle = Point(value=ledger.idle_j, created_s=began_s)
            made += [
                counter(
                    "greenprof_host_idle_joules", "Joules that the machine would have used anyway.", (idle,), "joules"
                ),
                gauge("greenprof_host_idle_watts", "What it draws when nothing runs.", (Point(value=idle_w),), "watts"),
            ]
        return made

    def _of_groups(self) -> list[Family]:
        rows = [(dict(group._asdict()), account) for group, account in self.ledger.rows()]

        def points(value: Callable[[Account], float]) -> tuple[Point, ...]:
            return tuple(
                Point(value=value(account), labels=labels, created_s=account.created_s) for labels, account in rows
            )

        ledger, began_s = self.ledger, self.began_s
        return [
            counter(
                "greenprof_process_joules",
                "Joules above idle of processes, by command, service and container.",
                points(lambda account: account.joules),
                "joules",
            ),
            counter(
                "greenprof_process_cpu_seconds",
                "CPU time of processes, as it was shared out.",
                points(lambda account: account.cpu_s),
                "seconds",
            ),
            counter(
                "greenprof_forgotten_joules",
                "Joules of groups that are shown no more.",
                (Point(value=ledger.forgotten_j, created_s=began_s),),
                "joules",
            ),
        ]

    def _of_meter(self) -> list[Family]:
        meter = self._meter
        said = {
            "meter": meter.name, "estimated": str(meter.estimated).lower(), "uncertainty": f"{meter.uncertainty:g}",
            "scope": meter.scope,
        }  # fmt: skip
        return [
            Family(
                name="greenprof_meter",
                kind="info",
                help="Which meter it is, whether it estimates, how uncertain it is (relative, 95 %) and what it sees.",
                points=(Point(value=1, labels=said),),
            ),
            gauge(
                "greenprof_meter_uncertainty_ratio",
                "Relative uncertainty of the joules, at 95 %.",
                (Point(value=meter.uncertainty),),
                "ratio",
            ),
            counter(
                "greenprof_meter_invalid_seconds",
                "Time whose joules nobody can know.",
                (Point(value=max(0.0, self._last.invalid_s - self._first.invalid_s), created_s=self.began_s),),
                "seconds",
            ),
        ]

    def _of_itself(self) -> list[Family]:
        began_s = self.began_s
        figures = (
            ("greenprof_agent_cpu_seconds", "seconds", "CPU time of the agent itself.", time.process_time()),
            ("greenprof_agent_ticks", "", "How often it has looked.", self.ticks),
            ("greenprof_agent_unknown_ticks", "", "Looks at which the meter could not be read.", self.unknown_ticks),
        )
        build = Family(
            name="greenprof_agent",
            kind="info",
            help="The agent.",
            points=(Point(value=1, labels={"version": __version__}),),
        )
        return [
            *(
                counter(name, said, (Point(value=value, created_s=began_s),), unit)
                for name, unit, said, value in figures
            ),
            gauge(
                "greenprof_agent_start_time_seconds",
                "When the watch began, since 1970: counters start from 0 there.",
                (Point(value=began_s),),
                "seconds",
            ),
            gauge(
                "greenprof_agent_resident_memory_bytes",
                "Memory of the agent.",
                tuple(Point(value=size) for size in _resident_bytes()),
                "bytes",
            ),
            gauge("greenprof_agent_processes", "Processes that it sees.", (Point(value=sum(self.processes.values())),)),
            gauge("greenprof_agent_groups", "Groups that are shown.", (Point(value=len(self.ledger.shown)),)),
            build,
        ]


def _resident_bytes() -> tuple[int, ...]:
    try:
        file = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ()
    try:
        return (int(os.read(file, 128).split()[1]) * os.sysconf("SC_PAGE_SIZE"),)
    except (OSError, ValueError, IndexError):
        return ()
    finally:
        os.close(file)
