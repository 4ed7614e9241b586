"""Pair after pair, until a verdict is come by. Linux only.

Each pair has processes of its own, on the next core in turn and with the next hash seed, the same for both sides: where
a process lies in memory, and how its dictionaries are filled, moves its costs by a percent or so, and would else be
taken for a difference. Where starting takes long, a few pairs of the screening share theirs (`Plan.shared`). What a
pair is, `side_by_side` and `blocks` say.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.pairs.decide import Plan, Verdict, log_ratios, standing, verdicts
from greenprof.pairs.match import Match, Size, Way
from greenprof.pairs.pieces import Piece
from greenprof.pairs.side_by_side import SideBySide

if TYPE_CHECKING:
    from greenprof.meters.meter import Meter


def race(base: Piece, head: Piece, plan: Plan | None = None, *, meter: Meter | None = None) -> Verdict:
    """The verdict on `head` beside `base`, as `race_many` comes by it."""
    return race_many([Match(base=base, head=head)], plan, meter=meter)[0]


def race_many(
    matches: Sequence[Match],
    plan: Plan | None = None,
    *,
    tests: int | None = None,
    meter: Meter | None = None,
    say: Callable[[str], None] | None = None,
) -> list[Verdict]:
    """The verdicts on a suite of tests, corrected for their number; tests that are decided are not run any more.

    `tests` is how many the suite has, where these are not all of them. With a `meter` that measures joules, those are
    compared; with none, or one that estimates them, it is CPU time. `say` is told how far it is. Raises
    `GreenprofError` for work that cannot be done.
    """
    if sys.platform != "linux":
        raise GreenprofError("two pieces of work can be measured side by side on Linux only", EXIT_USAGE)
    plan, tests = plan or Plan(), max(len(matches), tests or 0)
    way = _way(plan, meter)
    cores = sorted(os.sched_getaffinity(0)) if way.pinned else [None]
    pairs: list[list[tuple[float, float]]] = [[] for _ in matches]
    spent_s = [0.0] * len(matches)
    sizes: dict[int, Size] = {}
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
                for turn, place in product(range(plan.shared), places):
                    if turn and not _shares(pairs[place], plan, tests):
                        continue
                    if place not in sizes:
                        sizes[place], spent_s[place] = way.size(matches[place])
                    measured = way.pair(matches[place], sizes[place], (number + turn) % 2)
                    pairs[place].append(measured.costs)
                    spent_s[place] += measured.spent_s
        number += 1
    told = verdicts(pairs, plan, quantity=way.quantity, tests=tests)
    return [
        replace(verdict, spent_s=used, notes=(*verdict.notes, *way.notes))
        for verdict, used in zip(told, spent_s, strict=True)
    ]


def _shares(costs: Sequence[tuple[float, float]], plan: Plan, tests: int) -> bool:
    """Whether one more pair of a test may be taken in processes that have measured it already."""
    state = standing(log_ratios(costs), plan, tests)
    return state.phase == "screen" and state.wanted > 0


def _way(plan: Plan, meter: Meter | None) -> Way:
    if meter is None or meter.estimated:
        return SideBySide(plan)
    from greenprof.pairs.blocks import Blocks

    return Blocks(plan, meter)


def _together(matches: Sequence[Match], places: Sequence[int]) -> list[list[int]]:
    """The places of the matches that share their processes, each group in the order that it has."""
    groups: dict[tuple[int, int], list[int]] = {}
    for place in places:
        groups.setdefault(matches[place].sides, []).append(place)
    return list(groups.values())
