"""The energy of a whole suite (``--green``): every test's share, and statements that tests send again and again.

A window is as long as the meter needs (0.1 s, or ten times what its counter may lag). The joules of this process in it
go to the tests that ended in it, by CPU time; what pytest itself uses between them belongs to none.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from greenprof.measuring import tally
from greenprof.measuring.busy import own_cpu_ns

if TYPE_CHECKING:
    from greenprof.measuring.shared import Mark, SharedMeter
    from greenprof.pytest_plugin.statements import Sender

_LEAST_S, _RESOLUTIONS = 0.1, 10
_MANY = 10  # so often the same statement by the same lines in one test is an N+1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one test used, set-up and tear-down included; ``process_j`` is None where it is not known."""

    cpu_s: float
    process_j: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A statement that a line sent ``count`` times in one test; ``lines`` are those that led there."""

    nodeid: str
    path: str
    line: int
    shape: str
    count: int
    lines: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What a process that runs tests used, from its start to its end; without ``unknown_s`` of it, if any."""

    duration_s: float
    cpu_s: float
    process_j: float | None
    machine_j: float | None
    unknown_s: float = 0.0
    tests: Mapping[str, Spent] = field(default_factory=dict)
    repeated: tuple[Repeated, ...] = ()
    meter: str = ""
    estimated: bool = False
    uncertainty: float = 0.0
    scope: str = ""


class Ledger:
    """Keeps account of the tests of one process."""

    def __init__(self, shared: SharedMeter) -> None:
        self._shared = shared
        self._first = self._last = shared.begin(share=True)
        self._begun_s = time.monotonic()
        self._window_s = max(_LEAST_S, _RESOLUTIONS * shared.resolution_s)
        self._waiting: list[tuple[str, float]] = []
        self._spent: dict[str, Spent] = {}
        self._process_j: float | None = None
        self._machine_j: float | None = None
        self._unknown_s = 0.0
        self._repeated: list[Repeated] = []

    def add(self, nodeid: str, cpu_s: float, senders: Sequence[Sender] = ()) -> None:
        """A test has ended."""
        self._waiting.append((nodeid, cpu_s))
        self._repeated += repeated_in(nodeid, senders)
        if time.monotonic_ns() - self._last.reading.at_ns >= self._window_s * 1e9:
            self._settle(self._shared.now(share=True))

    def close(self) -> Suite:
        """The end: what it all used."""
        last = self._shared.end(share=True)
        self._settle(last)
        meter = self._shared.meter
        return Suite(
            duration_s=time.monotonic() - self._begun_s,
            cpu_s=(last.own_ns - self._first.own_ns) / 1e9,
            process_j=self._process_j,
            machine_j=self._machine_j,
            unknown_s=self._unknown_s,
            tests=self._spent,
            repeated=tuple(self._repeated),
            meter=meter.name,
            estimated=meter.estimated,
            uncertainty=meter.uncertainty,
            scope=meter.scope,
        )

    def _settle(self, mark: Mark) -> None:
        """Divide what was used since the last time over the tests that have ended since."""
        span = tally.between(self._last, mark)
        self._last = mark
        machine_j = tally.total_j(tally.domains_j(span, self._shared.resolution_s))
        own = (
            None
            if machine_j is None
            else tally.process_j(span, machine_j, (machine_j, machine_j), self._shared.meter.idle_w)
        )
        process_j = None if own is None else own[0]
        is_end = span.duration_s < self._window_s and not self._waiting
        if process_j is not None and machine_j is not None:
            self._process_j = (self._process_j or 0.0) + process_j
            self._machine_j = (self._machine_j or 0.0) + machine_j
        elif not is_end:  # the last moments are too short to be known, and hold no test
            self._unknown_s += span.duration_s
        for nodeid, cpu_s in self._waiting:
            share = min(1.0, cpu_s / span.own_s) if span.own_s > 0 else 0.0
            before = self._spent.get(nodeid, Spent(cpu_s=0.0, process_j=0.0))
            mine_j = None if process_j is None else process_j * share
            self._spent[nodeid] = Spent(cpu_s=before.cpu_s + cpu_s, process_j=_sum(before.process_j, mine_j))
        self._waiting.clear()


def repeated_in(nodeid: str, senders: Sequence[Sender]) -> list[Repeated]:
    """The statements that a line has sent many times in a test, by whatever way it was called."""
    found: dict[tuple[str, int, str], Repeated] = {}
    for one in senders:
        key = one.path, one.line, one.shape
        before = found.get(key)
        count = one.count + (before.count if before else 0)
        lines = before.lines if before else one.lines
        found[key] = Repeated(nodeid=nodeid, path=one.path, line=one.line, shape=one.shape, count=count, lines=lines)
    return [one for one in found.values() if one.count >= _MANY]


def cpu_now_s() -> float:
    """CPU time of this process and of the children that it has waited for."""
    return own_cpu_ns() / 1e9


def together(suites: Sequence[Suite]) -> Suite | None:
    """The processes of one session as one; the machine is the same for all, so that the longest look at it counts."""
    if not suites:
        return None
    longest = max(suites, key=lambda one: one.duration_s)
    known = [one.process_j for one in suites if one.process_j is not None]
    return Suite(
        duration_s=longest.duration_s,
        cpu_s=sum(one.cpu_s for one in suites),
        process_j=sum(known) if known else None,
        unknown_s=sum(one.unknown_s for one in suites),
        machine_j=longest.machine_j,
        tests={nodeid: spent for one in suites for nodeid, spent in one.tests.items()},
        repeated=tuple(again for one in suites for again in one.repeated),
        meter=longest.meter,
        estimated=longest.estimated,
        uncertainty=longest.uncertainty,
        scope=longest.scope,
    )


def to_json(suite: Suite) -> dict[str, Any]:
    """As plain values."""
    return asdict(suite)


def from_json(values: Mapping[str, Any]) -> Suite:
    """What `to_json` made."""
    tests = {nodeid: Spent(**spent) for nodeid, spent in values["tests"].items()}
    repeated = tuple(
        Repeated(**{**one, "lines": tuple((path, line) for path, line in one["lines"])}) for one in values["repeated"]
    )
    return Suite(**{**values, "tests": tests, "repeated": repeated})


def _sum(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one + other
