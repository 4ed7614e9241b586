"""From what a wrapping energy counter shows to joules, or to the plain statement that nobody can know.

A RAPL counter (Linux kernel, Documentation/power/powercap/powercap.rst) counts microjoules upwards
and starts again at 0 after its greatest value. Between two readings it may have wrapped any number
of times; only the greatest power that the hardware can draw says how many are possible. If exactly
one number is, the energy is known. Otherwise it is not, and nothing is guessed.
"""

from __future__ import annotations

from enum import Enum

# The counter moves in ticks of about 1 ms, 2.8 ms at worst, so a reading may lag by that much.
TICK_S = 0.003


class Unknown(Enum):
    """Why a step cannot be known."""

    AMBIGUOUS = "so much time passed that the counter may have wrapped once more"
    IMPLAUSIBLE = "no number of wraps explains it within the greatest power"


def step_uj(before: int, after: int, *, elapsed_s: float, range_uj: int | None, max_power_w: float) -> int | Unknown:
    """Microjoules drawn while a counter went from `before` to `after`, if there is one answer only.

    `range_uj` is the greatest value that the counter shows before it starts again at 0 (``None``:
    unknown, so that a backward step is never explained); `max_power_w` bounds what can have been
    drawn in `elapsed_s`. The result is never negative.
    """
    possible_uj = max_power_w * (elapsed_s + TICK_S) * 1e6
    drawn_uj = after - before
    if range_uj is None:
        return drawn_uj if 0 <= drawn_uj <= possible_uj else Unknown.IMPLAUSIBLE
    modulus = range_uj + 1
    if drawn_uj < 0:
        drawn_uj += modulus
    if drawn_uj + modulus <= possible_uj:
        return Unknown.AMBIGUOUS
    return drawn_uj if 0 <= drawn_uj <= possible_uj else Unknown.IMPLAUSIBLE


class Counter:
    """The running total of one counter over failed readings, wraps, wild values and resets.

    `advance` is given each reading in turn. A failed reading costs nothing: the counter is
    cumulative, and the next good reading brings the joules. A wild value is set aside until the
    next reading: either the counter goes on from where it was (a glitch; nothing is lost), or it
    goes on from the wild value (a reset; the joules in between are lost and `lost_ns` says when).

    One reset cannot be told from an honest step: where the new value lies no further above the old
    one, or from it over the top, than could have been drawn in between. Then the interval is wrong,
    by no more than the greatest power over it.
    """

    __slots__ = ("_at_ns", "_max_power_w", "_range_uj", "_raw", "_suspect", "_total_uj", "lost_ns")

    def __init__(self, range_uj: int | None, max_power_w: float) -> None:
        self._range_uj = range_uj
        self._max_power_w = max_power_w
        self._raw: int | None = None
        self._at_ns = 0
        self._suspect: tuple[int, int] | None = None
        self._total_uj = 0
        self.lost_ns: tuple[int, int] | None = None

    @property
    def moved_ns(self) -> int:
        """When the counter was first seen at the value that it stands at now."""
        return self._at_ns

    def advance(self, raw: int | None, started_ns: int, ended_ns: int) -> int | None:
        """The microjoules since the first good reading; ``None`` if they cannot be told just now.

        `raw` was read between the two instants, ``None`` if that failed. `lost_ns` is set to the
        span whose energy this reading found to be unknowable, and to ``None`` by the next.
        """
        self.lost_ns = None
        if raw is None:
            return None
        if self._raw is None:
            self._raw, self._at_ns = raw, started_ns
            return self._total_uj
        if raw == self._raw:
            # The instant is kept, so that a counter which stood still may catch up in one step.
            self._suspect = None
            return self._total_uj
        step = self._step(self._raw, self._at_ns, raw, ended_ns)
        if step is Unknown.IMPLAUSIBLE:
            return self._doubt(raw, started_ns, ended_ns)
        if isinstance(step, Unknown) or self._may_follow_suspect(raw, ended_ns):
            return self._resume(raw, started_ns, started_ns, 0)
        self._raw, self._at_ns, self._suspect = raw, started_ns, None
        self._total_uj += step
        return self._total_uj

    def resume(self, raw: int | None, started_ns: int) -> int | None:
        """Like `advance`, where something is known to have broken the count since the last reading."""
        self.lost_ns = None
        if raw is None:
            return None
        if self._raw is None:
            self._raw, self._at_ns = raw, started_ns
            return self._total_uj
        return self._resume(raw, started_ns, started_ns, 0)

    def _may_follow_suspect(self, raw: int, ended_ns: int) -> bool:
        # Near the value that it was reset to, a counter soon passes its old value: glitch or reset, nobody can tell.
        return self._suspect is not None and not isinstance(self._step(*self._suspect, raw, ended_ns), Unknown)

    def _doubt(self, raw: int, started_ns: int, ended_ns: int) -> int | None:
        if self._suspect is not None and self._suspect[0] != raw:
            follows = self._step(*self._suspect, raw, ended_ns)
            if not isinstance(follows, Unknown):
                return self._resume(raw, started_ns, self._suspect[1], follows)
        if self._suspect is None or self._suspect[0] != raw:
            self._suspect = (raw, started_ns)
        return None

    def _resume(self, raw: int, at_ns: int, lost_until_ns: int, drawn_uj: int) -> int:
        self.lost_ns = (self._at_ns, lost_until_ns)
        self._raw, self._at_ns, self._suspect = raw, at_ns, None
        self._total_uj += drawn_uj
        return self._total_uj

    def _step(self, before: int, before_ns: int, after: int, after_ns: int) -> int | Unknown:
        return step_uj(
            before,
            after,
            elapsed_s=(after_ns - before_ns) / 1e9,
            range_uj=self._range_uj,
            max_power_w=self._max_power_w,
        )


class LostTime:
    """The length of the union of spans of time, given in the order in which they end."""

    __slots__ = ("_spans",)

    def __init__(self) -> None:
        self._spans: list[tuple[int, int]] = []

    def add(self, start_ns: int, end_ns: int) -> None:
        """Count a span; what it shares with earlier ones is counted once."""
        while self._spans and self._spans[-1][1] >= start_ns:
            earlier_start, earlier_end = self._spans.pop()
            start_ns, end_ns = min(start_ns, earlier_start), max(end_ns, earlier_end)
        self._spans.append((start_ns, end_ns))

    @property
    def seconds(self) -> float:
        """The length of all spans together."""
        return sum(end - start for start, end in self._spans) / 1e9
