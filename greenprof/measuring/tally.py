"""Pure: from the marks at both ends of a block to joules, their interval, and this process's share.

With E the joules of the machine and T the length of the block:

    idle    = min(E, idle watts × T)                      if the idle watts are known
    process = (E - idle) × CPU time of the process ÷ CPU time of the machine

as for a whole program (`greenprof.join`), in one window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greenprof.measuring.busy import others_s
from greenprof.measuring.shared import Mark

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What one or more spans of time used, one after the other; `joules` follows the meter's domains."""

    joules: tuple[float | None, ...]
    duration_s: float
    invalid_s: float
    own_s: float
    spans: int
    first: Mark
    last: Mark


def between(start: Mark, end: Mark) -> Tally:
    """One span."""
    return Tally(
        joules=end.reading.since(start.reading),
        duration_s=max(0.0, (end.reading.at_ns - start.reading.at_ns) / 1e9),
        invalid_s=max(0.0, end.reading.invalid_s - start.reading.invalid_s),
        own_s=max(0.0, (end.own_ns - start.own_ns) / 1e9),
        spans=1,
        first=start,
        last=end,
    )


def plus(earlier: Tally, later: Tally) -> Tally:
    """Both together; a domain is known if it is known in both."""
    pairs = zip(earlier.joules, later.joules, strict=True)
    return Tally(
        joules=tuple(None if a is None or b is None else a + b for a, b in pairs),
        duration_s=earlier.duration_s + later.duration_s,
        invalid_s=earlier.invalid_s + later.invalid_s,
        own_s=earlier.own_s + later.own_s,
        spans=earlier.spans + later.spans,
        first=earlier.first,
        last=later.last,
    )


def resolution(tally: Tally, resolution_s: float) -> float:
    """How far a counter that lags by up to `resolution_s` puts the joules in doubt, relative; spans are independent."""
    if tally.duration_s <= 0:
        return math.inf
    return resolution_s * math.sqrt(tally.spans) / tally.duration_s


def domains_j(tally: Tally, resolution_s: float) -> tuple[float | None, ...]:
    """Joules per domain; none is known where time was lost, nor in a time that the counter cannot resolve."""
    if tally.invalid_s > 0 or resolution(tally, resolution_s) >= 1:
        return (None,) * len(tally.joules)
    return tally.joules


def total_j(joules: Sequence[float | None]) -> float | None:
    """Joules of all domains, ``None`` if one of them is unknown."""
    known = [each for each in joules if each is not None]
    return sum(known) if len(known) == len(joules) else None


def interval_j(energy_j: float, relative: float) -> Interval:
    """The 95 % interval of an energy."""
    return max(0.0, energy_j * (1 - relative)), energy_j * (1 + relative)


def process_j(tally: Tally, energy_j: float, energy: Interval, idle_w: float | None) -> tuple[float, Interval] | None:
    """This process's joules and their 95 % interval, ``None`` if its share of the CPU time is unknown.

    `energy` is the interval of `energy_j`, `idle_w` what the machine draws when nothing runs.

    The interval takes the worst of the energy's interval and of the grain of the machine's CPU time.
    """
    first, last = tally.first.busy, tally.last.busy
    others = None if first is None or last is None else others_s(first, last, tally.duration_s)
    if others is None:
        return None
    idle_j = (idle_w or 0.0) * tally.duration_s
    middle, least, most = (_share(tally.own_s, used_s) for used_s in (others[0], others[2], others[1]))
    bounds = max(0.0, energy[0] - idle_j) * least, max(0.0, energy[1] - idle_j) * most
    return max(0.0, energy_j - idle_j) * middle, bounds


def _share(own_s: float, other_s: float) -> float:
    return own_s / (own_s + other_s) if own_s > 0 else 0.0
