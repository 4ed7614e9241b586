"""Pure: results to places. Who cannot be told from the best of a group shares its place.

Not being distinguishable is not transitive (a ties with b, and b with c, but a beats c), so a chain of ties would make
everyone equal. A group therefore is measured from its leader: it ends at the first result that is distinguishably
worse than the leader, and that one leads the next group.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from greenprof.board.model import JUDGED, Group, Result

FALSE_ALARM = 0.05  # how often a board of equal programs may show more than one group


def rank(results: Iterable[Result], *, false_alarm: float = FALSE_ALARM) -> tuple[Group, ...]:
    """The tie groups of the judged results, best first; all must be of one challenge, host and kind of meter.

    Who is at the front of many is there by luck too, so the more results there are, the more it takes to tell two of
    them apart: a pair is told apart at `false_alarm` divided by the number of pairs (Bonferroni). The rank of a group
    is one more than the number of results before it.
    """
    judged = sorted(
        (result for result in results if result.state == JUDGED and result.log_score is not None),
        key=lambda result: (result.log_score, result.submission),
    )
    level = false_alarm / max(1, math.comb(len(judged), 2))
    groups: list[list[Result]] = []
    for result in judged:
        if groups and not is_distinguishable(groups[-1][0], result, level):
            groups[-1].append(result)
        else:
            groups.append([result])
    return _placed(groups)


def _placed(groups: Sequence[Sequence[Result]]) -> tuple[Group, ...]:
    placed, before = [], 0
    for members in groups:
        placed.append(Group(rank=before + 1, results=tuple(members)))
        before += len(members)
    return tuple(placed)


def is_distinguishable(one: Result, other: Result, level: float = FALSE_ALARM) -> bool:
    """Whether two scores differ at `level`, two-sided, by the test of Welch (Biometrika 34, 1947) on their logarithms.

    Results without a standard error differ as soon as their scores do.
    """
    if one.log_score is None or other.log_score is None:
        return False
    gap = abs(one.log_score - other.log_score)
    errors = [(result.log_error or 0.0, result.pairs) for result in (one, other)]
    variance = sum(error**2 for error, _ in errors)
    if variance == 0:
        return gap > 0
    freedom = variance**2 / sum(error**4 / max(1, pairs - 1) for error, pairs in errors)
    return p_of_t(gap / math.sqrt(variance), freedom) < level


def p_of_t(t: float, freedom: float) -> float:
    """The probability that Student's t with so many degrees of `freedom` is as far from 0 as `t`.

    It is the regularised incomplete beta function I_x(freedom / 2, 1/2) at x = freedom / (freedom + t²), by its
    continued fraction (NIST Digital Library of Mathematical Functions, 8.17.22).
    """
    x = freedom / (freedom + t * t)
    return _incomplete_beta(freedom / 2, 0.5, x)


def _incomplete_beta(a: float, b: float, x: float) -> float:
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # where the fraction converges slowly, the other side's converges fast
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    value = 0.0
    for m in range(200, 0, -1):  # from the innermost term outwards
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        value = odd / (1 + value)
        value = even / (1 + value)
    first = -(a + b) * x / (a + 1)
    return front / a / (1 + first / (1 + value))
