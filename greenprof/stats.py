"""Pure: what a handful of repeated measurements allow one to say."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
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


# Pairs: the same thing measured twice, side by side. Here a value is the difference of such a pair.

_SIGNS_EXACT_UP_TO = 60  # pairs; beyond, the normal distribution is as good


@dataclass(frozen=True, slots=True)
class SignedRank:
    """What the signed rank test says of differences: the p-values for their middle being above, below, or not at 0."""

    above: float
    below: float

    @property
    def p(self) -> float:
        """Two-sided."""
        return min(1.0, 2 * min(self.above, self.below))


def signed_rank(differences: Sequence[float]) -> SignedRank:
    """The signed rank test (Wilcoxon, Biometrics Bulletin 1, 1945): do differences lie evenly around 0?

    Differences of 0 are left out, as there. Up to 60, the p-value is exact, with ties too: the share of all ways to
    set the signs whose rank sum is as far out. Beyond, the normal approximation with the corrections for ties and for
    continuity (Hollander and Wolfe, Nonparametric Statistical Methods, 2nd ed., 3.1).
    """
    values = [value for value in differences if value != 0]
    ranks, ties = _ranks([abs(value) for value in values])
    positive = sum(rank for rank, value in zip(ranks, values, strict=True) if value > 0)
    total, number = sum(ranks), len(values)
    if number <= _SIGNS_EXACT_UP_TO:
        ways = _ways_to_sum(tuple(sorted(round(2 * rank) for rank in ranks)))
        place = round(2 * positive)
        return SignedRank(sum(ways[place:]) / 2**number, sum(ways[: place + 1]) / 2**number)
    spread = math.sqrt(number * (number + 1) * (2 * number + 1) / 24 - ties / 48)
    above, below = (_beyond((side - total / 2 - 0.5) / spread) for side in (positive, total - positive))
    return SignedRank(above, below)


@lru_cache(maxsize=256)
def _ways_to_sum(numbers: tuple[int, ...]) -> list[int]:
    """In how many ways some of `numbers` sum to 0, 1, 2 and so on, up to the sum of all."""
    ways = [1] + [0] * sum(numbers)
    reached = 0
    for number in numbers:
        reached += number
        for place in range(reached, number - 1, -1):
            ways[place] += ways[place - number]
    return ways


def _beyond(z: float) -> float:
    """The share of the normal distribution above `z`."""
    return math.erfc(z / math.sqrt(2)) / 2


def middle(values: Sequence[float], confidence: float = 0.95) -> tuple[float, float, float]:
    """The middle of symmetric values, and the ends of its interval: the estimate of Hodges and Lehmann.

    The median of the means of all pairs of values, each with itself too (Annals of Mathematical Statistics 34, 1963);
    the interval holds what the signed rank test does not reject (Hollander and Wolfe, 3.3). It is at least as sure as
    asked, and infinite where there are too few values for that (below 6 for 95 %, below 8 for 99 %).
    """
    means = sorted((one + other) / 2 for at, one in enumerate(values) for other in values[at:])
    cut = _left_out(len(values), 1 - confidence)
    if cut < 0:
        return statistics.median(means), -math.inf, math.inf
    return statistics.median(means), means[cut], means[len(means) - 1 - cut]


@lru_cache(maxsize=256)
def _left_out(number: int, alpha: float) -> int:
    """How many of the sorted means of pairs lie outside at either end; below 0 where not even all of them suffice."""
    if number > _SIGNS_EXACT_UP_TO:
        z = statistics.NormalDist().inv_cdf(1 - alpha / 2)
        centre, spread = number * (number + 1) / 4, math.sqrt(number * (number + 1) * (2 * number + 1) / 24)
        return math.floor(centre - z * spread) - 1
    most, seen, cut = alpha / 2 * 2**number, 0, -1
    for ways in _ways_to_sum(tuple(range(1, number + 1))):
        seen += ways
        if seen > most:
            break
        cut += 1
    return cut


def spread_of(values: Sequence[float]) -> float:
    """The standard deviation that most of the values have: 1.4826 times the median distance from their median.

    One value in a hundred that is far off does not move it (Rousseeuw and Croux, Journal of the American Statistical
    Association 88, 1993); 0 for a single one.
    """
    centre = statistics.median(values)
    return 1.4826 * statistics.median(abs(value - centre) for value in values)


def smallest_detectable(spread: float, pairs: int, *, alpha: float = 0.01, power: float = 0.95) -> float:
    """The least true difference that the signed rank test finds with `power`, for so many pairs of that spread.

    By the normal distribution, with the test's efficiency of 3/pi beside the t-test (Lehmann, Nonparametrics, 1975,
    2.3 and 4.2) and the correction for few pairs (Guenther, The American Statistician 35, 1981). In the unit of
    `spread`, the standard deviation of one pair's difference; infinite for too few pairs.
    """
    normal = statistics.NormalDist()
    z = normal.inv_cdf(1 - alpha / 2)
    worth = (pairs - z * z / 2) * 3 / math.pi
    return (z + normal.inv_cdf(power)) * spread / math.sqrt(worth) if worth > 0 else math.inf


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values of several tests, each corrected for all of them (Holm, Scandinavian Journal of Statistics 6, 1979).

    Who alarms where a corrected one is at most alpha raises any false alarm at all with that probability at most.
    """
    corrected, least = [0.0] * len(p_values), 0.0
    for left, place in zip(
        range(len(p_values), 0, -1), sorted(range(len(p_values)), key=p_values.__getitem__), strict=True
    ):
        least = corrected[place] = max(least, min(1.0, left * p_values[place]))
    return corrected


def looked_early(p_values: Sequence[float], shares: Sequence[float]) -> float:
    """The p-value of looking several times at growing data, where each look may spend its share of alpha.

    Alpha spending (Lan and DeMets, Biometrika 70, 1983), with what is spent at a look as the level of that look: that
    holds for every kind of dependence between the looks (Bonferroni), so for exact tests of few values too. `shares`,
    one for each look that is planned, sum to 1 at most; `p_values` are those of the looks so far.
    """
    return min((min(1.0, p / share) for p, share in zip(p_values, shares, strict=False)), default=1.0)


def geometric_mean(ratios: Sequence[float]) -> tuple[float, float, float]:
    """The mean of ratios, all above 0, with its 95 % interval: that of their logarithms (Fleming and Wallace, CACM 29,
    1986).
    """
    logs = [math.log(ratio) for ratio in ratios]
    centre, half = statistics.fmean(logs), half_width(logs) if len(logs) > 1 else math.inf
    return math.exp(centre), math.exp(centre - half), math.exp(centre + half) if half < math.inf else math.inf


def outliers(values: Sequence[float], limit: float = 5.0) -> tuple[int, ...]:
    """The places of values that lie more than `limit` spreads from the median.

    The modified z-score of Iglewicz and Hoaglin, How to Detect and Handle Outliers, 1993, whose limit of 3.5 would warn
    of one in ten good series of ten. Nothing is far off where more than half of the values are equal.
    """
    if len(values) < 3 or (spread := spread_of(values)) == 0:
        return ()
    centre = statistics.median(values)
    return tuple(place for place, value in enumerate(values) if abs(value - centre) > limit * spread)


def rate_interval(hits: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval of a rate of which `hits` were seen in `trials` (Clopper and Pearson, Biometrika 26, 1934)."""
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _rate_where(lambda rate: _at_least(hits, trials, rate) >= tail)
    high = 1.0 if hits == trials else _rate_where(lambda rate: 1 - _at_least(hits + 1, trials, rate) <= tail)
    return low, high


def _rate_where(turned: Callable[[float], bool]) -> float:
    """The rate from which on `turned` is true, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        half = (low + high) / 2
        low, high = (low, half) if turned(half) else (half, high)
    return high


def _at_least(hits: int, trials: int, rate: float) -> float:
    """The probability of at least so many hits."""
    if not 0 < rate < 1:
        return float(rate >= 1 or hits <= 0)
    logs = (
        math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        + k * math.log(rate) + (trials - k) * math.log1p(-rate)
        for k in range(hits)
    )  # fmt: skip
    return max(0.0, 1 - math.fsum(math.exp(log) for log in logs))
