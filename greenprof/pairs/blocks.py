"""A pair in joules: blocks of half a second or more, one side after the other, in the order A B B A.

A meter counts the whole machine, so both sides cannot run at once. What changes slowly, like heat and clock speed,
meets both sides alike, because each goes first and last. The joules that the machine would have used anyway are taken
off, if its idle power is known; what other programs use in a block is in its joules, so a quiet machine needs fewer
pairs. A counter that ticks every millisecond is read to 0.2 % over half a second.
"""

from __future__ import annotations

import math

from greenprof.errors import GreenprofError
from greenprof.meters.meter import Meter
from greenprof.pairs.decide import Plan
from greenprof.pairs.match import Match, Measured, Size
from greenprof.pairs.pieces import Piece

_MOST_CALLS = 100_000_000
_TRIES = 3  # at a block whose joules the meter could not tell


class Blocks:
    """Pairs in joules of `meter`."""

    quantity = "J"
    pinned = False

    def __init__(self, plan: Plan, meter: Meter) -> None:
        self._plan, self._meter = plan, meter

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of the joules."""
        if self._meter.idle_w is None:
            return (
                "the machine's power at rest is not known and stays in the joules: changes look smaller than they are",
            )
        return ()

    def size(self, match: Match) -> tuple[Size, float]:
        """So many calls, or runs of what does not repeat, that a block is long enough."""
        count, spent_s = 1, 0.0
        while True:
            times = [self._block(side, match, _sized(match, count)) for side in (match.base, match.head)]
            spent_s += sum(block.cpu_s for block in times)
            longest_s = max(*(block.elapsed_s for block in times), 1e-6)
            if longest_s >= 0.8 * self._plan.block_s or count >= _MOST_CALLS:
                return _sized(match, count), spent_s
            count = min(_MOST_CALLS, 10 * count, max(count + 1, math.ceil(count * self._plan.block_s / longest_s)))

    def pair(self, match: Match, size: Size, first: int) -> Measured:
        """Four blocks: A B B A, or B A A B where the second side begins."""
        sides = (match.base, match.head)
        joules, spent_s = [0.0, 0.0], 0.0
        for place in (first, 1 - first, 1 - first, first):
            block = self._measured_block(sides[place], match, size)
            joules[place] += block.joules or 0.0
            spent_s += block.cpu_s
        for place, side in enumerate(("base", "head")):
            if joules[place] <= 0:
                raise GreenprofError(
                    f"{match.name} used no more joules than the machine at rest on the side of {side}: "
                    "there is nothing to compare, or the idle power is wrong (greenprof calibrate)"
                )
        calls = 2 * size.calls * size.batches
        return Measured((joules[0] / calls, joules[1] / calls), spent_s)

    def _measured_block(self, side: Piece, match: Match, size: Size) -> _Block:
        for _ in range(_TRIES):
            block = self._block(side, match, size)
            if block.joules is not None:
                return block
        raise GreenprofError(f"the meter {self._meter.name} could not be read: greenprof doctor says more")

    def _block(self, side: Piece, match: Match, size: Size) -> _Block:
        before = self._meter.read()
        cpu_s = 0.0
        for _ in range(size.batches):
            side.go(match.key, size.calls)
            cpu_s += side.collect()
        after = self._meter.read()
        elapsed_s = (after.at_ns - before.at_ns) / 1e9
        joules = after.since(before)
        if None in joules or after.invalid_s > before.invalid_s:
            return _Block(elapsed_s, cpu_s, None)
        idle_j = (self._meter.idle_w or 0.0) * elapsed_s
        return _Block(elapsed_s, cpu_s, sum(each for each in joules if each is not None) - idle_j)


class _Block:
    """One side's turn: joules above those at rest, None if the meter could not tell."""

    def __init__(self, elapsed_s: float, cpu_s: float, joules: float | None) -> None:
        self.elapsed_s, self.cpu_s, self.joules = elapsed_s, cpu_s, joules


def _sized(match: Match, count: int) -> Size:
    """So many calls in one batch, or so many batches of one call."""
    return Size(count, 1, warm_up=False) if match.repeats else Size(1, count, warm_up=False)
