"""Pure: how a cost grows with a size, by fitting each order of growth to what was measured.

Each order is fitted as ``start + factor x f(n)``, neither below 0, with the least *relative* deviations: weighted least
squares, as the spread of a cost grows with it. An order is named only where it describes the costs well, and every
other one clearly worse: measured costs bend for many reasons (caches, start-up), and a name that the next size would
refute is worth nothing.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

from greenprof.versus.nouns import Fit, Growth

CONSTANT, EXPONENTIAL = "constant", "exponential"
ORDERS: dict[str, Callable[[float], float]] = {
    CONSTANT: lambda _n: 0.0,
    "log n": math.log1p,
    "n": lambda n: n,
    "n log n": lambda n: n * math.log1p(n),
    "n²": lambda n: n**2,
    "n³": lambda n: n**3,
}
GOOD = 0.10  # the typical relative deviation up to which an order describes the costs
APART = 3.0  # so many times worse must every other order fit
_FLOOR = 0.005  # no mean is known better than this, whatever its runs say
_FLAT = 1.5  # a constant is as good as any order where it fits at most so many times worse
_SMALLEST_PART = 0.2  # of the largest cost must grow, or start-up hides the rest
_LEAST_DOUBLINGS = 2.0  # of the exponential's growing part over all sizes: below, it is hardly bent


def growth(name: str, parameter: str, sizes: Sequence[float], runs: Sequence[Sequence[float]]) -> Growth:
    """The order of growth of costs: for each of at least three sizes, the costs of its runs (all above 0)."""
    costs = [statistics.median(each) for each in runs]
    errors = [_standard_error(each) for each in runs]
    noise = max(_FLOOR, math.sqrt(statistics.fmean(error**2 for error in errors)))
    largest = max(sizes)
    fits = [
        _fit(order, [f(n) / (f(largest) or 1.0) for n in sizes], costs, 1 if order == CONSTANT else 2)
        for order, f in ORDERS.items()
    ]
    if len(sizes) > 3:
        fits.append(_exponential(sizes, costs))
    ranked = sorted(fits, key=lambda fit: fit.deviation)
    constant = fits[0]
    order, why = _named(ranked, constant, noise)
    if order == constant.order:
        ranked = [constant, *(fit for fit in ranked if fit is not constant)]
    return Growth(
        name=name, parameter=parameter, sizes=tuple(sizes), costs=tuple(costs), order=order, why=why,
        fits=tuple(ranked), noise=noise,
    )  # fmt: skip


def _named(ranked: Sequence[Fit], constant: Fit, noise: float) -> tuple[str | None, str]:
    best = ranked[0]
    if best.deviation > max(GOOD, 2 * noise):
        return None, "no order describes the costs"
    if constant.deviation <= _FLAT * max(best.deviation, noise):
        return CONSTANT, ""
    near = [fit.order for fit in ranked[1:] if fit.deviation < APART * max(best.deviation, noise)]
    if near:
        names = ", ".join((best.order, *near[:3]))
        return None, f"{names} cannot be told apart; larger sizes, or more runs, would tell"
    if best.share < _SMALLEST_PART:
        return None, "hardly anything of the cost grows, most of it is start-up; take larger sizes"
    return best.order, ""


def _standard_error(values: Sequence[float]) -> float:
    """That of a median, relative; 1.2533 times that of a mean (NIST/SEMATECH e-Handbook, 1.3.5.1)."""
    if len(values) < 2:
        return 0.0
    return 1.2533 * statistics.stdev(values) / math.sqrt(len(values)) / statistics.median(values)


def _fit(order: str, shape: Sequence[float], costs: Sequence[float], free: int) -> Fit:
    """``start + factor x shape`` with the least relative deviations, and neither below 0."""
    weights = [1 / cost**2 for cost in costs]
    whole = sum(weights)
    mean_x = sum(w * x for w, x in zip(weights, shape, strict=True)) / whole
    mean_y = sum(w * y for w, y in zip(weights, costs, strict=True)) / whole
    spread = sum(w * (x - mean_x) ** 2 for w, x in zip(weights, shape, strict=True))
    together = sum(w * (x - mean_x) * (y - mean_y) for w, x, y in zip(weights, shape, costs, strict=True))
    factor = max(0.0, together / spread) if spread > 0 else 0.0
    start = mean_y - factor * mean_x
    if start < 0:
        squares = sum(w * x * x for w, x in zip(weights, shape, strict=True))
        start, factor = 0.0, sum(w * x * y for w, x, y in zip(weights, shape, costs, strict=True)) / squares
    off = [(start + factor * x) / y - 1 for x, y in zip(shape, costs, strict=True)]
    grown = factor * max(shape)
    return Fit(
        order=order,
        deviation=math.sqrt(sum(one**2 for one in off) / max(1, len(off) - free)),
        share=grown / (start + grown) if start + grown > 0 else 0.0,
    )


def _exponential(sizes: Sequence[float], costs: Sequence[float]) -> Fit:
    """The best base is searched for, first coarsely and then around the best."""
    low, high = min(sizes), max(sizes)
    most = math.log(1e12) / (high - low)

    def at(rate: float) -> Fit:
        return _fit(EXPONENTIAL, [math.exp(rate * (n - high)) for n in sizes], costs, 3)

    least = _LEAST_DOUBLINGS * math.log(2) / (high - low)
    rates = [least * (most / least) ** (step / 60) for step in range(61)]
    best = min(range(len(rates)), key=lambda place: at(rates[place]).deviation)
    left, right = rates[max(0, best - 1)], rates[min(60, best + 1)]
    for _ in range(40):
        one, other = left + (right - left) / 3, right - (right - left) / 3
        if at(one).deviation < at(other).deviation:
            right = other
        else:
            left = one
    return at((left + right) / 2)
