"""What a fix saves: two trees measured side by side, in joules where the meter measures, else in CPU time.

How the pairs are taken and judged is `greenprof.pairs`' subject.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from greenprof.meters import open_meter
from greenprof.pairs import CommandPiece, Match, Plan, Verdict, race_many
from greenprof.prove.nouns import Asked, Saving
from greenprof.prove.running import Place

# A saving of any size that is real counts; "no saving" is said only where one of this size is ruled out.
SMALLEST, DETECT = 0.002, 0.02
_SAID = {"cheaper": "less", "dearer": "more", "same": "same", "inconclusive": "inconclusive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """What a proof is measured in. ``meter`` is a name or None for the first that works.

    ``j_per_cpu_s`` are the joules that went with a second of the command's CPU time, as far as anybody knows.
    """

    meter: str | None
    j_per_cpu_s: float | None


def measure(before: Place, after: Place, asked: Asked, scales: Scales, say: Callable[[str], None]) -> Saving:
    """Run the command in both places, pair after pair, until a verdict is come by.

    Raises GreenprofError where a run fails, or the meter does.
    """
    plan = Plan(smallest_change=SMALLEST, detect=DETECT, alpha=round(1 - asked.confidence, 12))
    match = Match(base=_piece(before, asked), head=_piece(after, asked))
    meter = open_meter(scales.meter).meter
    try:
        (verdict,) = race_many([match], plan, meter=meter, say=say)
        return _saving(verdict, asked, scales.j_per_cpu_s, meter.name)
    finally:
        meter.close()


class _TidyPiece(CommandPiece):
    """A command that finds the tree as it was, whatever the run before has left there."""

    tidy: Callable[[], None]

    def collect(self) -> float:
        """Wait for its end, and tidy up."""
        try:
            return super().collect()
        finally:
            self.tidy()


def _piece(place: Place, asked: Asked) -> CommandPiece:
    limit_s = 2 * asked.timeout_s  # two may share one processor
    piece = _TidyPiece(place.words(asked.command), cwd=place.folder, env=place.environment(), timeout_s=limit_s)
    piece.tidy = place.tidy
    return piece


def _saving(verdict: Verdict, asked: Asked, j_per_cpu_s: float | None, meter: str) -> Saving:
    before, after = verdict.base_cost or 0.0, verdict.head_cost or 0.0
    in_joules = verdict.quantity == "J"
    factor = 1.0 if in_joules else j_per_cpu_s
    return Saving(
        unit="J" if in_joules else "s",
        before=before,
        after=after,
        ratio=verdict.ratio,
        low=verdict.interval[0],
        high=verdict.interval[1],
        verdict=_SAID[verdict.outcome],
        pairs=verdict.pairs,
        confidence=asked.confidence,
        before_j=None if factor is None else factor * before,
        after_j=None if factor is None else factor * after,
        estimated=not in_joules,
        meter=meter,
        detectable=verdict.smallest_detectable if math.isfinite(verdict.smallest_detectable) else None,
        note="; ".join(verdict.notes) or None,
    )
