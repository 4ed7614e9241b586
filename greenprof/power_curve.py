"""Pure: the watts of a machine from how busy it is.

Servers draw more for waking the first core than for the next ones, so power rises fast and flattens:

    s(u) = u (1 + KNEE) / (u + KNEE),   u = busy CPU time / (time x CPUs),   s(0) = 0, s(1) = 1

Between known points power is taken as linear in s(u). With two points, idle and full load, this is the
curve of the uncalibrated model; a third bends it. On the data set that benchmarks/power_model.py names, it
errs less than straight lines in u through the same points.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

# Computed by benchmarks/power_model.py, and a test holds it to that.
KNEE = 0.40


class Load(NamedTuple):
    """How busy a machine was, from 0 to 1, and the watts that it drew."""

    utilisation: float
    watts: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Watts at any utilisation; never less with more work, never negative."""

    loads: tuple[Load, ...]
    knee: float = KNEE

    def power_w(self, utilisation: float) -> float:
        """Watts at a utilisation; left of the first point and right of the last they stay as they are there."""
        loads = self.loads
        place = bisect_left(loads, utilisation, key=lambda load: load.utilisation)
        if place == 0:
            return loads[0].watts
        if place == len(loads):
            return loads[-1].watts
        below, above = loads[place - 1], loads[place]
        low, here, high = (saturation(u, self.knee) for u in (below.utilisation, utilisation, above.utilisation))
        watts = below.watts + (above.watts - below.watts) * ((here - low) / (high - low) if high > low else 1.0)
        return min(above.watts, max(below.watts, watts))  # rounding must not leave the segment


def saturation(utilisation: float, knee: float = KNEE) -> float:
    """How much of the way from idle to full power a utilisation goes; one outside 0 to 1 is taken as the nearest."""
    busy = min(1.0, max(0.0, utilisation))
    return busy * (1 + knee) / (busy + knee)


def fit(loads: Iterable[Load], knee: float = KNEE) -> Curve:
    """The curve through `loads`, or past them where they would make it fall.

    A processor at full load can draw a little less than at half, because it gets hot and slows down.
    Such neighbours are replaced by their mean: isotonic regression by pooling adjacent violators
    (Barlow et al., Statistical Inference under Order Restrictions, 1972). Raises ValueError without a load.
    """
    ordered = sorted(loads)
    if not ordered:
        raise ValueError("a curve needs at least one load")
    pools: list[list[Load]] = []
    for load in ordered:
        pools.append([load])
        while len(pools) > 1 and _mean_w(pools[-2]) > _mean_w(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    return Curve(tuple(Load(load.utilisation, _mean_w(pool)) for pool in pools for load in pool), knee)


def _mean_w(loads: list[Load]) -> float:
    return sum(load.watts for load in loads) / len(loads)
