"""A pair in CPU time: both sides at the same time on one core, so that whatever disturbs the one disturbs the other.

Within a pair the sides do the same number of calls, in several short batches, and begin in turn; what counts is the
median of the batches. Each process has its own CPU clock, so it does not matter how the core is shared. Towards the end
of a batch the side that has more to do is alone for a moment: where it has 5 % more, for a twentieth of the batch.
"""

from __future__ import annotations

import math
import statistics

from greenprof.errors import GreenprofError
from greenprof.pairs.decide import Plan
from greenprof.pairs.match import Match, Measured, Size

_MOST_BATCHES = 7
_MOST_CALLS = 10_000_000
_SHORTEST_S = 1e-5  # of CPU time: the clock of a process that has used less says nothing


class SideBySide:
    """Pairs in CPU seconds."""

    quantity = "cpu-s"
    pinned = True
    notes: tuple[str, ...] = ()

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def size(self, match: Match) -> tuple[Size, float]:
        """How to measure the pairs of a match, and the CPU time that finding it out took.

        What is done here for the first time, like filling caches of files, is no part of any pair.
        """
        calls, spent_s = 1, 0.0
        while True:
            batch = _batch(match, calls, first=0)
            spent_s += sum(batch)
            longest_s = max(*batch, _SHORTEST_S)
            if not match.repeats or longest_s >= 0.7 * self._plan.batch_s or calls >= _MOST_CALLS:
                break
            calls = min(_MOST_CALLS, 10 * calls, max(calls + 1, round(calls * self._plan.batch_s / longest_s)))
        batches = min(_MOST_BATCHES, max(1, math.ceil(self._plan.pair_s / longest_s)))
        return Size(calls, batches, warm_up=match.repeats and batches > 2), spent_s

    def pair(self, match: Match, size: Size, first: int) -> Measured:
        """Several batches of the same number of calls, both sides at once."""
        spent_s = sum(_batch(match, size.calls, first)) if size.warm_up else 0.0
        batches = [_batch(match, size.calls, (first + number) % 2) for number in range(size.batches)]
        for place, side in enumerate(("base", "head")):
            if min(batch[place] for batch in batches) <= 0:
                raise GreenprofError(
                    f"{match.name} used no CPU time on the side of {side}: there is nothing to compare"
                )
        ratio = math.exp(statistics.median(math.log(head / base) for base, head in batches))
        base_s = statistics.median(base for base, _ in batches) / size.calls
        return Measured((base_s, base_s * ratio), spent_s + sum(map(sum, batches)))


def _batch(match: Match, calls: int, first: int) -> tuple[float, float]:
    """The CPU time of so many calls on either side, both at the same time; the side that begins is 0 or 1."""
    sides = (match.base, match.head)
    for place in (first, 1 - first):
        sides[place].go(match.key, calls)
    costs = [side.collect() for side in sides]
    return costs[0], costs[1]
