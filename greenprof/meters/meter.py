"""What every meter is: a counter of joules that is opened once and read often."""

from __future__ import annotations

from typing import Protocol

from greenprof.model import MeterInfo, Reading


class MeterUnavailable(Exception):
    """This meter cannot work here. `reason` says why, `cure` what would change it; one line each."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(f"{reason}; {cure}")
        self.reason = reason
        self.cure = cure


class Meter(Protocol):
    """A way to know joules.

    `domains` add up to the machine's total, as far as `scope` says that it reaches. `uncertainty`
    is relative, at 95 %. `idle_w` is what the machine draws when nothing runs, ``None`` if unknown.
    `max_interval_s` is the longest time that may pass between two reads before joules could be
    lost, ``None`` if any time will do. `notes` may grow while the meter is read.

    A meter may have a `resolution_s` too: how far its counter may lag, 0 if it has none.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def domains(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def estimated(self) -> bool: ...  # noqa: D102
    @property
    def uncertainty(self) -> float: ...  # noqa: D102
    @property
    def scope(self) -> str: ...  # noqa: D102
    @property
    def idle_w(self) -> float | None: ...  # noqa: D102
    @property
    def max_interval_s(self) -> float | None: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102

    def read(self) -> Reading:
        """Joules per domain since the meter was opened; never raises for a counter that fails."""
        ...

    def close(self) -> None:
        """Give back what the meter holds. Reading after this is an error."""
        ...


def info(meter: Meter, last: Reading | None = None) -> MeterInfo:
    """What is said of `meter` beside its numbers; `last` is the last reading taken, for its lost time."""
    return MeterInfo(
        name=meter.name,
        estimated=meter.estimated,
        domains=meter.domains,
        uncertainty=meter.uncertainty,
        scope=meter.scope,
        idle_w=meter.idle_w,
        invalid_s=0.0 if last is None else last.invalid_s,
        resolution_s=resolution_s(meter),
        notes=meter.notes,
    )


def resolution_s(meter: Meter) -> float:
    """How far the counter of `meter` may lag; a plug-in written before this existed says nothing, which is 0."""
    return float(getattr(meter, "resolution_s", 0.0))
