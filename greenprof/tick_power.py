"""Pure: how much power a function draws, told from ticks much shorter than a window.

A window's joules are shared out by CPU time, which is right while the power stays the same. Where the meter is quick
enough it is read at every sample too, and the joules of the tick between two samples go to what was seen at its two
ends. A tick with the same function at both ends tells that function's power; the joules of a mixed one are divided in
proportion to the powers told by the others. Nothing is added or lost: only the shares within a window change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable
from dataclasses import dataclass

SHORTEST_TICK_S = 0.008  # a counter that steps every millisecond is right to some percent then
_FORGET = 0.98  # what a function's power keeps of the past with each tick of its own: it may change
_LEAST, _MOST = 0.05, 20.0  # a stack's power relative to its window's

Function = Hashable | None  # None stands for nothing of the program running


@dataclass(slots=True)
class _Use:
    joules: float = 0.0
    seconds: float = 0.0

    @property
    def watts(self) -> float | None:
        return self.joules / self.seconds if self.seconds > 0 else None


class TickPower:
    """Ticks in, relative powers out, window by window. `idle_w` is what the machine draws when nothing runs."""

    def __init__(self, idle_w: float | None) -> None:
        self._idle_w = idle_w or 0.0
        self._known: dict[Function, _Use] = defaultdict(_Use)
        self._window: dict[Function, _Use] = defaultdict(_Use)
        self._seen: dict[Function, float] = defaultdict(float)
        self._before: dict[Function, float] = {}

    def saw(self, functions: Collection[Function]) -> None:
        """Note which functions ran at a sample, one entry for each thread that was running."""
        self._before = _parts(functions)
        for function, part in self._before.items():
            self._seen[function] += part

    def tick(self, joules: float, seconds: float) -> None:
        """Close a tick, which began at the close of the last: the machine's joules in it. The last sample ends it."""
        weights = dict(self._seen)
        for function, part in self._before.items():  # the sample on the border belongs half to the next tick
            weights[function] -= part / 2
        self._seen = defaultdict(float, {function: part / 2 for function, part in self._before.items()})
        whole = sum(weights.values())
        if seconds <= 0 or whole <= 0:
            return
        above_j = max(0.0, joules - self._idle_w * seconds)
        shares = {function: weight / whole for function, weight in weights.items() if weight > 0}
        if len(shares) == 1:
            self._learn(next(iter(shares)), above_j, seconds)
        powers = {function: self._power(function, above_j / seconds) for function in shares}
        due = sum(shares[function] * powers[function] for function in shares)
        for function, share in shares.items():
            use = self._window[function]
            use.joules += above_j * share * powers[function] / due if due > 0 else above_j * share
            use.seconds += seconds * share

    def close_window(self) -> dict[Function, float]:
        """Power of each function that was seen in the window, relative to the mean of all: 1 is as much as that."""
        uses = {function: use for function, use in self._window.items() if function is not None and use.seconds > 0}
        self._window = defaultdict(_Use)
        joules, seconds = sum(use.joules for use in uses.values()), sum(use.seconds for use in uses.values())
        if joules <= 0 or seconds <= 0:
            return {}
        mean_w = joules / seconds
        return {function: min(_MOST, max(_LEAST, use.joules / use.seconds / mean_w)) for function, use in uses.items()}

    def _learn(self, function: Function, joules: float, seconds: float) -> None:
        known = self._known[function]
        known.joules = known.joules * _FORGET + joules
        known.seconds = known.seconds * _FORGET + seconds

    def _power(self, function: Function, otherwise_w: float) -> float:
        watts = self._known[function].watts if function in self._known else None
        return max(1e-9, otherwise_w if watts is None else watts)


def _parts(functions: Collection[Function]) -> dict[Function, float]:
    parts: dict[Function, float] = defaultdict(float)
    for function in functions or (None,):
        parts[function] += 1 / max(1, len(functions))
    return dict(parts)
