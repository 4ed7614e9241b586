"""Pure: pairs of readings to a score. A pair is one input, given to the reference and to the submission."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from greenprof.board.model import CPU_SECONDS, Measured, Pair, Scoring
from greenprof.stats import middle, t_95

_LOOK_EVERY = 4
_NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What pairs say so far. `half_width` is half the 95 % interval, relative; infinite for too few pairs."""

    score: float
    interval: tuple[float, float] | None
    log_score: float
    log_error: float | None
    half_width: float


def score_of(pairs: Sequence[Pair], quantity: str, aimed: float = 0.0) -> Score | None:
    """The submission's use relative to the reference's; ``None`` if no pair has both.

    The ratio of each pair is taken on its own, so that a slow phase of the machine, which meets both, cancels out; and
    the logarithm of it, in which twice and half are as far apart. Their middle is that of Hodges and Lehmann, which one
    disturbed pair does not move.

    A judge that stops at the half-width `aimed` at is more precise than that only by luck, so `log_error`, which
    decides ties, is at least what belongs to it.
    """
    logs = [
        math.log(of / by)
        for pair in pairs
        if (of := used(pair.submission, quantity)) and (by := used(pair.reference, quantity))
    ]
    if not logs:
        return None
    centre, low, high = middle(logs)
    if not math.isfinite(high - low):
        return Score(score=math.exp(centre), interval=None, log_score=centre, log_error=None, half_width=math.inf)
    half = (high - low) / 2
    return Score(
        score=math.exp(centre), interval=(math.exp(low), math.exp(high)), log_score=centre,
        log_error=max(half / t_95(len(logs) - 1), math.log1p(aimed) / _NORMAL_95), half_width=math.expm1(half),
    )  # fmt: skip


def used(measured: Measured, quantity: str) -> float | None:
    """What is compared: joules, or CPU seconds."""
    return measured.cpu_s if quantity == CPU_SECONDS else measured.joules


def enough(pairs: Sequence[Pair], quantity: str, scoring: Scoring) -> bool:
    """Whether the judge can stop: the score is as precise as wanted, or no more pairs are to be taken.

    It looks after every fourth pair only: who stops as soon as an interval is narrow for once stops too often when it
    is narrow by luck, and then says that it is surer than it is.
    """
    if len(pairs) < scoring.least_pairs:
        return False
    ran_s = sum(pair.reference.wall_s + pair.submission.wall_s for pair in pairs)
    if len(pairs) >= scoring.most_pairs or ran_s >= scoring.most_s:
        return True
    if (len(pairs) - scoring.least_pairs) % _LOOK_EVERY:
        return False
    so_far = score_of(pairs, quantity)
    return so_far is not None and so_far.half_width <= scoring.precision
