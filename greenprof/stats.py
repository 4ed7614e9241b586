"""Pure: what a handful of repeated measurements allow one to say."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

# Two-sided 95 % points of Student's t for 1 to 30 degrees of freedom (NIST/SEMATECH e-Handbook, 1.3.6.7.2).
_T_95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


def t_95(degrees_of_freedom: int) -> float:
    """Student's t, two-sided 95 %; beyond the table the expansion 1.96 + 2.37 / df, within 0.1 %."""
    if degrees_of_freedom < 1:
        raise ValueError("an interval needs at least two measurements")
    if degrees_of_freedom <= len(_T_95):
        return _T_95[degrees_of_freedom - 1]
    return 1.96 + 2.37 / degrees_of_freedom


def half_width(values: Sequence[float]) -> float:
    """Half the 95 % interval of the mean of `values`, in their unit; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    return t_95(len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))


def interval(values: Sequence[float], relative: float, absolute: float = 0.0) -> tuple[float, float]:
    """The 95 % interval of a mean of measurements, none of which can be below 0.

    The meter's uncertainty, `relative` to the mean and `absolute` in its unit, is common to all runs,
    so repeating does not shrink it; it and the spread between the runs are independent and add in
    quadrature (JCGM 100:2008, 5.1.2).
    """
    mean = statistics.fmean(values)
    half = math.hypot(mean * relative, absolute, half_width(values))
    return max(0.0, mean - half), mean + half


def share_margin(share: float, samples: int) -> float | None:
    """Half the 95 % interval of a share that was seen in so many samples (0.01 is one point); None without samples.

    Wilson's score interval, which holds for rare lines too (NIST/SEMATECH e-Handbook, 7.2.4.1).
    """
    if samples < 1:
        return None
    z = 1.96
    share = min(1.0, max(0.0, share))
    return z / (1 + z * z / samples) * math.sqrt(share * (1 - share) / samples + (z / (2 * samples)) ** 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A step in a series: from place ``at`` on the values have another median, ``after`` instead of ``before``.

    ``p`` bounds the probability that values without any step show one so clear.
    """

    at: int
    before: float
    after: float
    p: float

    @property
    def relative(self) -> float:
        """By how much the median changed, relative to before; infinite where that was 0."""
        return (self.after - self.before) / self.before if self.before else math.copysign(math.inf, self.after)


def change_points(values: Sequence[float], *, alpha: float = 0.05, at_least: float = 0.02) -> tuple[Change, ...]:
    """The steps in a series of measurements, oldest first; drift, and values that hang together, are found as steps.

    At each place the values before and behind are compared by the rank sum test (Mann and Whitney, Annals of
    Mathematical Statistics 18, 1947), and the place of the clearest difference is a step if its p-value, times the
    number of places (Bonferroni), is at most `alpha`: the statistic of Hawkins and Deng, Journal of Quality Technology
    42, 2010. Both sides are then searched in the same way (binary segmentation: Vostrikova, Soviet Mathematics Doklady
    24, 1981). The step is then put where the values are nearest to the medians of their sides, for the rank sum
    leans towards the middle (least absolute deviations: Bai, Econometric Theory 11, 1995). No distribution is
    assumed, so one outlier is no step. A side has at least three values. Steps of the median by less than
    `at_least`, relative, are left out: they are real, but no news.
    """
    places: list[tuple[int, float]] = []
    spans = [(0, len(values))]
    while spans:
        start, end = spans.pop()
        at, p = _clearest_step(values[start:end])
        if at and p <= alpha:
            at = _nearest_level(values[start:end], at)
            places.append((start + at, p))
            spans += [(start, start + at), (start + at, end)]
    return _told(values, sorted(places), at_least)


def _told(values: Sequence[float], places: Sequence[tuple[int, float]], at_least: float) -> tuple[Change, ...]:
    """The steps that are large enough, smallest left out first: what is left out joins its neighbours."""
    kept = list(places)
    while kept:
        bounds = [0, *(at for at, _ in kept), len(values)]
        medians = [statistics.median(values[a:b]) for a, b in pairwise(bounds)]
        changes = [
            Change(at=at, before=before, after=after, p=p)
            for (at, p), (before, after) in zip(kept, pairwise(medians), strict=True)
        ]
        least = min(range(len(kept)), key=lambda place: abs(changes[place].relative))
        if abs(changes[least].relative) >= at_least:
            return tuple(changes)
        del kept[least]
    return ()


_SHORTEST_SIDE = 3
_NEAR = 5  # values that the rank sum may put on the wrong side of a clear step
_EXACT_UP_TO = 20  # values on the shorter side; beyond, the normal distribution is as good


def _clearest_step(values: Sequence[float]) -> tuple[int, float]:
    """Where the values before and behind differ most, and the p-value of that; place 0 where there is none."""
    number, splits = len(values), len(values) - 2 * _SHORTEST_SIDE + 1
    if splits < 1:
        return 0, 1.0
    ranks, ties = _ranks(values)
    spread = (number + 1 - ties / (number * (number - 1))) / 12  # the variance of U over the product of both numbers
    if spread <= 0:
        return 0, 1.0
    best, at, rank_sum = 0.0, 0, 0.0
    least_u = 0.0
    for place, rank in enumerate(ranks[: number - _SHORTEST_SIDE], start=1):
        rank_sum += rank
        if place < _SHORTEST_SIDE:
            continue
        product = place * (number - place)
        u = rank_sum - place * (place + 1) / 2
        score = abs(u - product / 2) / math.sqrt(product * spread)
        if score > best:
            best, at, least_u = score, place, min(u, product - u)
    if not at:
        return 0, 1.0
    few = min(at, number - at)
    p = math.erfc(best / math.sqrt(2)) if ties or few > _EXACT_UP_TO else _exact_p(at, number - at, round(least_u))
    return at, min(1.0, p * splits)


def _nearest_level(values: Sequence[float], at: int) -> int:
    """The place near that of a step at which the deviations from the medians of both sides sum least."""
    before, after = statistics.median(values[:at]), statistics.median(values[at:])
    first, last = max(_SHORTEST_SIDE, at - _NEAR), min(len(values) - _SHORTEST_SIDE, at + _NEAR)

    def deviations(place: int) -> float:
        return sum(abs(v - before) for v in values[first:place]) + sum(abs(v - after) for v in values[place:last])

    return min(range(first, last + 1), key=lambda place: (deviations(place), abs(place - at)))


def _ranks(values: Sequence[float]) -> tuple[list[float], float]:
    """The rank of each value, equal ones sharing the mean of theirs, and the sum of t³ - t over groups of equals."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, ties = [0.0] * len(values), 0.0
    for _, group in groupby(enumerate(order, start=1), key=lambda ranked: values[ranked[1]]):
        members = list(group)
        mean = (members[0][0] + members[-1][0]) / 2
        ties += len(members) ** 3 - len(members)
        for _, place in members:
            ranks[place] = mean
    return ranks, ties


def _exact_p(first: int, second: int, u: int) -> float:
    """Two-sided p of a rank sum: the share of all orders of so many values on both sides whose U is as far out.

    The orders are counted by the coefficients of the Gaussian binomial, the product of (1 - q^(m+i)) / (1 - q^i).
    """
    few, many = sorted((first, second))
    ways = [1] + [0] * u
    for i in range(1, few + 1):
        for place in range(u, many + i - 1, -1):
            ways[place] -= ways[place - many - i]
        for place in range(i, u + 1):
            ways[place] += ways[place - i]
    return min(1.0, 2 * sum(ways) / math.comb(first + second, few))


def difference(
    one: float, interval_one: tuple[float, float], other: float, interval_other: tuple[float, float]
) -> tuple[float, tuple[float, float]]:
    """`other` minus `one` with its 95 % interval: the two are independent, so half-widths add in quadrature.

    Each end is taken with the end that faces it, so that lopsided intervals stay lopsided (Newcombe, Statistics in
    Medicine 17, 1998, method 10).
    """
    gap = other - one
    low = math.hypot(other - interval_other[0], interval_one[1] - one)
    high = math.hypot(interval_other[1] - other, one - interval_one[0])
    return gap, (gap - low, gap + high)
