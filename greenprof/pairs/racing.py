"""Run both sides at the same time on one core, pair after pair, until a verdict is come by. Linux only.

Each pair has processes of its own, on the next core in turn and with the next hash seed, the same for both sides: where
a process lies in memory, and how its dictionaries are filled, moves its costs by a percent or so, and would else be
taken for a difference. Within a pair the sides do the same number of calls, in several short batches, and begin in
turn; what counts is the median of the batches.
"""

from __future__ import annotations

import math
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.pairs.decide import Plan, Verdict, log_ratios, standing, verdicts
from greenprof.pairs.pieces import Piece

_MOST_BATCHES = 7
_MOST_CALLS = 10_000_000
_SHORTEST_S = 1e-5  # of CPU time: the clock of a process that has used less says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One test of a suite: the same work, `key`, on both sides.

    Matches with the same two sides are measured in the same processes, one after the other.
    """

    base: Piece
    head: Piece
    key: str = ""

    @property
    def sides(self) -> tuple[int, int]:
        """What two matches that share their processes have in common."""
        return id(self.base), id(self.head)


def race(base: Piece, head: Piece, plan: Plan | None = None) -> Verdict:
    """The verdict on `head` beside `base`; raises `GreenprofError` for work that cannot be done."""
    return race_many([Match(base=base, head=head)], plan)[0]


def race_many(
    matches: Sequence[Match],
    plan: Plan | None = None,
    *,
    tests: int | None = None,
    say: Callable[[str], None] | None = None,
) -> list[Verdict]:
    """The verdicts on a suite of tests, corrected for their number; tests that are decided are not run any more.

    `tests` is how many the suite has, where these are not all of them. `say` is told how far it is. Raises
    `GreenprofError` for work that cannot be done.
    """
    if sys.platform != "linux":
        raise GreenprofError("two pieces of work can be measured side by side on Linux only", EXIT_USAGE)
    plan, tests = plan or Plan(), max(len(matches), tests or 0)
    cores = sorted(os.sched_getaffinity(0))
    pairs: list[list[tuple[float, float]]] = [[] for _ in matches]
    spent_s = [0.0] * len(matches)
    sizes: dict[int, _Size] = {}
    number = 0
    while wanted := [place for place, costs in enumerate(pairs) if standing(log_ratios(costs), plan, tests).wanted]:
        if say is not None:
            say(f"pair {number + 1}: {len(wanted)} of {len(matches)} not yet decided")
        for places in _together(matches, wanted):
            with ExitStack() as stack:
                base, head = matches[places[0]].base, matches[places[0]].head
                for side in (base, head) if number % 2 == 0 else (head, base):
                    stack.callback(side.stop)
                    side.start(cores[number % len(cores)], seed=number)
                for place in places:
                    if place not in sizes:
                        sizes[place], spent_s[place] = _size(matches[place], plan)
                    measured = _pair(matches[place], sizes[place], number % 2)
                    pairs[place].append(measured.costs)
                    spent_s[place] += measured.spent_s
        number += 1
    told = verdicts(pairs, plan, tests=tests)
    return [replace(verdict, spent_s=used) for verdict, used in zip(told, spent_s, strict=True)]


def _together(matches: Sequence[Match], places: Sequence[int]) -> list[list[int]]:
    """The places of the matches that share their processes, each group in the order that it has."""
    groups: dict[tuple[int, int], list[int]] = {}
    for place in places:
        groups.setdefault(matches[place].sides, []).append(place)
    return list(groups.values())


@dataclass(frozen=True, slots=True)
class _Size:
    """How a pair is measured: calls in a batch, batches, and whether one batch goes before them that does not count."""

    calls: int
    batches: int
    warm_up: bool


@dataclass(frozen=True, slots=True)
class _Measured:
    """A pair: CPU seconds per call of both sides, and what all of it took."""

    costs: tuple[float, float]
    spent_s: float


def _size(match: Match, plan: Plan) -> tuple[_Size, float]:
    """How to measure the pairs of a match, and the CPU time that finding it out took.

    What is done here for the first time, like filling caches of files, is no part of any pair.
    """
    calls, spent_s = 1, 0.0
    repeats = match.base.repeats and match.head.repeats
    while True:
        batch = _batch(match, calls, first=0)
        spent_s += sum(batch)
        longest_s = max(batch)
        if not repeats or longest_s >= 0.7 * plan.batch_s or calls >= _MOST_CALLS:
            break
        grown = calls * plan.batch_s / max(longest_s, _SHORTEST_S)
        calls = min(_MOST_CALLS, 10 * calls, max(calls + 1, round(grown)))
    batches = min(_MOST_BATCHES, max(1, math.ceil(plan.pair_s / max(longest_s, _SHORTEST_S))))
    return _Size(calls, batches, warm_up=repeats and batches > 2), spent_s


def _pair(match: Match, size: _Size, first: int) -> _Measured:
    """One pair: several batches of the same number of calls, both sides at once; `first` says who begins."""
    spent_s = sum(_batch(match, size.calls, first)) if size.warm_up else 0.0
    batches = [_batch(match, size.calls, (first + number) % 2) for number in range(size.batches)]
    for place, name in enumerate(("base", "head")):
        if min(batch[place] for batch in batches) <= 0:
            raise GreenprofError(
                f"{match.key or 'the work'} used no CPU time on the side of {name}: nothing to compare"
            )
    ratio = math.exp(statistics.median(math.log(head / base) for base, head in batches))
    base_s = statistics.median(base for base, _ in batches) / size.calls
    return _Measured((base_s, base_s * ratio), spent_s + sum(map(sum, batches)))


def _batch(match: Match, calls: int, first: int) -> tuple[float, float]:
    """The CPU time of so many calls on either side, both at the same time; the side that begins is 0 or 1."""
    sides = (match.base, match.head)
    for place in (first, 1 - first):
        sides[place].go(match.key, calls)
    costs = [side.collect() for side in sides]
    return costs[0], costs[1]
