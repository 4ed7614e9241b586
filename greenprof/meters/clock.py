"""The time as meters see it, and what is told by its clocks: whether the machine was suspended."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

# A clock that ran on this much longer than the other: the machine was suspended in between.
_SUSPENDED_NS = 50_000_000
# Two readings this close together are as good as one; a busy machine may put a thread aside between them.
_CLOSE_NS, _TRIES = 1_000_000, 5


class Clock(Protocol):
    """The time as meters see it; tests put another in its place."""

    def monotonic_ns(self) -> int:
        """Nanoseconds that stand still while the machine is suspended."""
        ...

    def boottime_ns(self) -> int:
        """Nanoseconds that go on while the machine is suspended."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clocks of this machine. Without CLOCK_BOOTTIME (not Linux) no suspension is ever seen."""

    def monotonic_ns(self) -> int:
        """Nanoseconds that stand still while the machine is suspended."""
        return time.monotonic_ns()

    def boottime_ns(self) -> int:
        """Nanoseconds that go on while the machine is suspended, where the system has such a clock."""
        return _boottime_ns()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def _boottime_ns() -> int:
    # typeshed knows CLOCK_BOOTTIME on Linux only; getattr keeps this importable everywhere.
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)


class Suspensions:
    """Tells whether the machine was suspended between two looks."""

    __slots__ = ("_asleep_ns", "_clock")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asleep_ns = _asleep_ns(clock)

    def since_last_ns(self) -> int:
        """Nanoseconds of sleep since it was last seen to have slept; 0 where the clocks' grain may explain them."""
        slept_ns = _asleep_ns(self._clock) - self._asleep_ns
        if slept_ns <= _SUSPENDED_NS:
            return 0
        self._asleep_ns += slept_ns
        return slept_ns


def _asleep_ns(clock: Clock) -> int:
    """How long the machine has slept since it was started.

    The clocks cannot be read at one instant: a thread that is put aside in between, by the system or by
    another thread that holds the GIL, sees them apart as if the machine had slept. So one is read before and
    after the other, and again until nothing came between.
    """
    closest_ns, asleep_ns = None, 0
    for _ in range(_TRIES):
        before_ns = clock.monotonic_ns()
        boottime_ns = clock.boottime_ns()
        gap_ns = clock.monotonic_ns() - before_ns
        if closest_ns is None or gap_ns < closest_ns:
            closest_ns, asleep_ns = gap_ns, boottime_ns - before_ns - gap_ns  # too little, never too much
        if gap_ns <= _CLOSE_NS:
            break
    return asleep_ns
