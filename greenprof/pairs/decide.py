"""Pure: from pairs of costs to a verdict, one look after the other.

First the *screening*: after 8, 12, 16, 24 and 32 pairs the signed rank test is asked, each look with its own share of
`SCREEN_ALPHA`. Where it speaks, and the change is large enough to count, further pairs *confirm* it: they know nothing
of the first ones, so that both together raise a false alarm only as often as the product of their levels says. That
product, corrected for the number of tests (Holm), is the verdict's p-value. Where pairs of the screening share
their processes (`Plan.shared`), they hang together, and the confirming ones answer for it alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.stats import holm, looked_early, middle, signed_rank, smallest_detectable, spread_of

Outcome = Literal["dearer", "cheaper", "same", "inconclusive"]
Phase = Literal["screen", "confirm", "done"]

SCREEN_ALPHA = 0.05  # two-sided
CONFIRM_ALPHA = 0.01  # one-sided, at most: in large suites it is less
# What each look of the screening may spend: 8 pairs of one sign pass the first, and one small one may differ.
_LOOKS = {8: 0.4, 12: 0.2, 16: 0.2, 24: 0.1, 32: 0.1}
# The same for the confirming pairs; and how many more than at the first look each has. A neighbour that spoils one pair
# in twenty has spoilt one of the first eight in a third of all cases: the later looks are for those.
_CONFIRM_SHARES = (0.5, 0.2, 0.15, 0.15)
_CONFIRM_MORE = (0, 4, 8, 16)
_HOPELESS = 0.25  # a p-value of confirming pairs that will hardly come down any more
_SURE = 0.99  # of the interval that must lie within what counts as the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked of a race.

    `smallest_change` is the least change that is worth an alarm, relative: 0.015 is 1.5 %. `detect` is the change
    that must not be missed: only where one so large is ruled out the verdict may be "same". `alpha` is the
    probability of any false alarm in a whole suite of tests. `pair_s` is the CPU time that one side of a pair takes at
    least, if its work can be repeated, in batches of at least `batch_s`; `block_s` the time of
    one of its turns where joules are measured. So many pairs of the screening share their processes as `shared` says,
    which is for processes that take long to start; confirming pairs never do, and answer for the verdict alone then.
    """

    min_pairs: int = 8
    max_pairs: int = 32
    smallest_change: float = 0.015
    detect: float = 0.05
    alpha: float = 0.01
    batch_s: float = 0.01
    pair_s: float = 0.04
    block_s: float = 0.5
    shared: int = 1

    def __post_init__(self) -> None:
        if not 6 <= self.min_pairs <= self.max_pairs:
            raise GreenprofError(
                f"a verdict from {self.min_pairs} to {self.max_pairs} pairs: at least 6 are needed, "
                "and the second number may not be below the first",
                EXIT_USAGE,
            )
        if not 0 <= self.smallest_change < self.detect:
            raise GreenprofError(
                f"a change of {self.smallest_change:.1%} counts and one of {self.detect:.1%} must be found: "
                "the first is 0 or more, and below the second",
                EXIT_USAGE,
            )
        if not 0 < self.alpha <= SCREEN_ALPHA:
            raise GreenprofError(f"alpha is {self.alpha:g}: it lies above 0 and up to {SCREEN_ALPHA:g}", EXIT_USAGE)
        if self.shared < 1:
            raise GreenprofError(f"{self.shared} pairs share a process: give 1 or more", EXIT_USAGE)
        if not self.block_s > 0:
            raise GreenprofError(f"blocks of {self.block_s:g} s: they take more than 0", EXIT_USAGE)
        if not 0 < self.batch_s <= self.pair_s:
            raise GreenprofError(
                f"batches of {self.batch_s:g} s in pairs of {self.pair_s:g} s: both are above 0, "
                "and the pair is the longer one",
                EXIT_USAGE,
            )

    @property
    def screen_alpha(self) -> float:
        """What passing the screening says against chance: nothing where its pairs hang together."""
        return SCREEN_ALPHA if self.shared == 1 else 1.0

    @property
    def looks(self) -> tuple[int, ...]:
        """After how many pairs the screening is looked at."""
        between = (look for look in _LOOKS if self.min_pairs < look < self.max_pairs)
        return (self.min_pairs, *between, *((self.max_pairs,) if self.max_pairs > self.min_pairs else ()))

    @property
    def shares(self) -> tuple[float, ...]:
        """The part of alpha that each look may spend; 1 in all."""
        planned = tuple(_LOOKS.values())
        shares = planned[: len(self.looks)]
        return tuple(share / sum(shares) for share in shares)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one test stands after the pairs so far.

    `wanted` is how many further pairs it takes to the next look, 0 when it is done. `p_value` is for any change at all,
    not yet corrected for other tests. `direction` is 1 where the screening found the second side dearer, -1 for
    cheaper, 0 where it found nothing. `screened` is how many of the pairs were the screening's.
    """

    wanted: int
    phase: Phase
    p_value: float = 1.0
    direction: int = 0
    screened: int = 0
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of the second side beside the first.

    `ratio` is its cost over the first's, with the `interval` that holds it at 95 %; of a change that was confirmed,
    both are those of the confirming pairs, because the first ones were chosen for being far off. `p_value` is corrected
    for the number of tests. `smallest_detectable` is the least change, relative, that so many pairs of this spread
    show. `spent_s` is the CPU time that the work of both sides took. `ratios` are the logarithms of head over
    base, pair after pair.
    """

    outcome: Outcome
    ratio: float
    interval: tuple[float, float]
    p_value: float
    pairs: int
    smallest_detectable: float
    quantity: str = "cpu-s"
    base_cost: float | None = None
    head_cost: float | None = None
    spent_s: float = 0.0
    notes: tuple[str, ...] = ()
    ratios: tuple[float, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the verdict is that the cost has changed."""
        return self.outcome in {"dearer", "cheaper"}


def standing(ratios: Sequence[float], plan: Plan, tests: int = 1) -> Standing:
    """Where a test stands: `ratios` are the logarithms of head over base, pair after pair; `tests` are in the suite."""
    p_values: list[float] = []
    for look, share in zip(plan.looks, plan.shares, strict=True):
        if len(ratios) < look:
            p = looked_early(p_values, plan.shares)
            return Standing(wanted=look - len(ratios), phase="screen", p_value=p, screened=len(ratios))
        seen = ratios[:look]
        p_values.append(signed_rank(seen).p)
        centre, low, high = middle(seen, _SURE)
        if p_values[-1] / share <= SCREEN_ALPHA and abs(centre) > math.log1p(plan.smallest_change):
            return _confirming(ratios, look, 1 if centre > 0 else -1, plan, tests)
        if _within(low, high, plan.detect):
            break
    p = max(SCREEN_ALPHA, looked_early(p_values, plan.shares))  # not below what the screening asks for: it did not pass
    return Standing(wanted=0, phase="done", p_value=p, screened=look)


def _confirming(ratios: Sequence[float], screened: int, direction: int, plan: Plan, tests: int) -> Standing:
    """The second part: whether further pairs, which know nothing of the first, show a change in the same direction."""
    level = min(CONFIRM_ALPHA, plan.alpha / plan.screen_alpha / tests)
    fresh = [direction * ratio for ratio in ratios[screened:]]
    p_values: list[float] = []
    for look in confirming_looks(level):
        p = plan.screen_alpha * looked_early(p_values, _CONFIRM_SHARES)
        if len(fresh) < look:
            return Standing(
                wanted=look - len(fresh), phase="confirm", p_value=p, direction=direction, screened=screened
            )
        seen = fresh[:look]
        p_values.append(signed_rank(seen).above)
        centre, low, high = middle(seen, _SURE)
        enough = centre > math.log1p(plan.smallest_change)
        if enough and looked_early(p_values, _CONFIRM_SHARES) <= level:
            break
        if not enough and (p_values[-1] > _HOPELESS or _within(low, high, plan.detect)):
            break
    p = looked_early(p_values, _CONFIRM_SHARES)
    return Standing(
        wanted=0, phase="done", p_value=plan.screen_alpha * p, direction=direction, screened=screened,
        confirmed=enough and p <= CONFIRM_ALPHA,
    )  # fmt: skip


def confirming_looks(level: float) -> tuple[int, ...]:
    """After how many confirming pairs to look: first where pairs of one sign could suffice for `level`."""
    first = max(8, math.ceil(-math.log2(level * _CONFIRM_SHARES[0])))
    return tuple(first + more for more in _CONFIRM_MORE)


def _within(low: float, high: float, change: float) -> bool:
    """Whether an interval of log ratios rules out a change so large, to either side."""
    return -math.log1p(change) < low and high < math.log1p(change)


def log_ratios(pairs: Sequence[tuple[float, float]]) -> list[float]:
    """The logarithm of head over base, for each pair of costs (base, head)."""
    return [math.log(head / base) for base, head in pairs]


def verdicts(
    pairs: Sequence[Sequence[tuple[float, float]]], plan: Plan, *, quantity: str = "cpu-s", tests: int | None = None
) -> list[Verdict]:
    """The verdict on each test of a suite, from its pairs of costs (base, head), both above 0.

    `tests` is how many the suite has, where these are not all of them: the others count as unchanged.
    """
    tests = max(len(pairs), tests or 0)
    standings = [standing(log_ratios(costs), plan, tests) for costs in pairs]
    corrected = holm([*(each.p_value for each in standings), *[1.0] * (tests - len(pairs))])
    return [
        _verdict(costs, state, p, plan, quantity) for costs, state, p in zip(pairs, standings, corrected, strict=False)
    ]


def _verdict(costs: Sequence[tuple[float, float]], state: Standing, p: float, plan: Plan, quantity: str) -> Verdict:
    ratios = log_ratios(costs)
    alarm = state.confirmed and p <= plan.alpha
    told = ratios[state.screened :] if alarm else ratios
    if not told:
        return Verdict(
            outcome="inconclusive", ratio=1.0, interval=(0.0, math.inf), p_value=1.0, pairs=0,
            smallest_detectable=math.inf, quantity=quantity, notes=("nothing was measured",),
        )  # fmt: skip
    centre, low, high = middle(told)
    notes: list[str] = []
    outcome: Outcome = "inconclusive"
    if alarm:
        outcome = "dearer" if state.direction > 0 else "cheaper"
    elif _within(*middle(ratios, _SURE)[1:], plan.detect):
        outcome = "same"
    if state.wanted:
        notes.append(f"ended after {len(ratios)} pairs, {state.wanted} before the next look")
    if state.direction and not alarm and not state.wanted:
        notes.append("the first pairs showed a change that the confirming ones did not")
    return Verdict(
        outcome=outcome,
        ratio=math.exp(centre),
        interval=(math.exp(low), math.exp(high) if high < 700 else math.inf),
        p_value=p,
        pairs=len(ratios),
        smallest_detectable=math.expm1(smallest_detectable(spread_of(ratios), len(ratios), alpha=plan.alpha)),
        quantity=quantity,
        base_cost=middle([base for base, _ in costs])[0],
        head_cost=middle([head for _, head in costs])[0],
        notes=tuple(notes),
        ratios=tuple(ratios),
    )
