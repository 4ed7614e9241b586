"""Pure: what was measured of one test, as frozen values that travel from an xdist worker to its controller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

Interval = tuple[float, float]
Mode = Literal["calls", "block", "test"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One window: ``calls`` calls one after the other. The other values are per call, None where they are unknown."""

    calls: int
    wall_s: float
    cpu_s: float
    machine_j: float | None
    process_j: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFacts:
    """Which meter measured, and how far it can be trusted; see `greenprof.model.MeterInfo`."""

    name: str
    estimated: bool
    domains: tuple[str, ...]
    uncertainty: float
    scope: str
    resolution_s: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The rounds of one test and what they say of one call, one block, or the whole test.

    Joules: ``process_j`` is this process's share by CPU time, above idle where that is known; ``machine_j`` the
    machine's. The intervals are at 95 %; those that end in ``_spread_j`` leave out the uncertainty of the meter, which
    is common to all rounds. One round says nothing of how far CPU time varies: ``cpu_interval_s`` is None then.
    ``queries`` are statements about rows that were sent, ``counts`` what else was counted.
    """

    mode: Mode
    rounds: tuple[Round, ...]
    wall_s: float
    cpu_s: float
    cpu_interval_s: Interval | None
    machine_j: float | None
    machine_interval_j: Interval | None
    machine_spread_j: Interval | None
    process_j: float | None
    process_interval_j: Interval | None
    process_spread_j: Interval | None
    meter: MeterFacts
    units: int = 1
    queries: float | None = None
    counts: Mapping[str, float] | None = None
    notes: tuple[str, ...] = ()

    def energy_j(self, scope: str) -> float | None:
        """The joules of the process or of the machine."""
        return self.process_j if scope == "process" else self.machine_j

    def interval_j(self, scope: str) -> Interval | None:
        """Their interval, the meter's uncertainty included."""
        return self.process_interval_j if scope == "process" else self.machine_interval_j

    def spread_j(self, scope: str) -> Interval | None:
        """Their interval without the meter's uncertainty."""
        return self.process_spread_j if scope == "process" else self.machine_spread_j

    def rounds_j(self, scope: str) -> tuple[float, ...]:
        """The joules of a call in each round where they are known."""
        found = (one.process_j if scope == "process" else one.machine_j for one in self.rounds)
        return tuple(joules for joules in found if joules is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A budget of the test and what came of it: ``verdict`` is "kept", "over", "cannot tell" or "not counted".

    ``measured``, ``interval`` and ``limit`` are in ``unit``, per what the budget is per.
    """

    budget: str
    quantity: str
    unit: str
    limit: float
    verdict: str
    measured: float | None
    interval: Interval | None
    text: str
    fails: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that the joules, or the statements, of a test went to, and what is found on it."""

    path: str
    line: int
    function: str
    share: float
    used: str
    source: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TestEnergy:
    """All that is known of the energy of one test."""

    __test__ = False

    nodeid: str
    name: str
    params: Mapping[str, Any] | None
    param: str | None
    series: Series
    budgets: tuple[Held, ...] = ()
    regress: str | None = None
    lines: tuple[Line, ...] = ()
    lines_note: str = ""
    extra_info: Mapping[str, Any] | None = None
    outcome: str = "passed"

    @property
    def over(self) -> tuple[Held, ...]:
        """The budgets for which the test fails."""
        return tuple(held for held in self.budgets if held.fails)


def to_json(test: TestEnergy) -> dict[str, Any]:
    """As plain values, which pytest sends from a worker to its controller."""
    return asdict(test)


def from_json(values: Mapping[str, Any]) -> TestEnergy:
    """What `to_json` made, also after a way through JSON."""
    series = dict(values["series"])
    series["rounds"] = tuple(Round(**one) for one in series["rounds"])
    series["meter"] = MeterFacts(**_with_tuples(MeterFacts, series["meter"]))
    return TestEnergy(
        **{
            **_with_tuples(TestEnergy, values),
            "series": Series(**_with_tuples(Series, series)),
            "budgets": tuple(Held(**_with_tuples(Held, one)) for one in values["budgets"]),
            "lines": tuple(Line(**_with_tuples(Line, one)) for one in values["lines"]),
        }
    )


def _with_tuples(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    known = {one.name for one in fields(kind)}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items() if key in known}
