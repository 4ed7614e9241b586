"""What a fix saves: two trees measured side by side.

Where the meter measures, in joules: one run after the other, the two sides in turn, each with its share of the
machine's joules above idle. Else in CPU time: both at the same time on one processor (`greenprof.pairs`). The verdict
is the same pure function of the pairs.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.meters import Meter, open_meter
from greenprof.pairs import CommandPiece, Match, Plan, Verdict, race_many, standing, verdicts
from greenprof.pipeline import report_on
from greenprof.prove.nouns import Asked, Saving
from greenprof.prove.running import STOPPED, Place, silent
from greenprof.record import record

# A saving of any size that is real counts; "no saving" is said only where one of this size is ruled out.
SMALLEST, DETECT = 0.002, 0.02
_SAID = {"cheaper": "less", "dearer": "more", "same": "same", "inconclusive": "inconclusive"}

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """What a proof is measured in. ``meter`` is a name or None for the first that works.

    ``j_per_cpu_s`` are the joules that went with a second of the command's CPU time, as far as anybody knows.
    """

    meter: str | None
    j_per_cpu_s: float | None


def measure(before: Place, after: Place, asked: Asked, scales: Scales, say: Say) -> Saving:
    """Run the command in both places, pair after pair, until a verdict is come by.

    Raises GreenprofError where a run fails, or the meter does.
    """
    plan = Plan(smallest_change=SMALLEST, detect=DETECT, alpha=round(1 - asked.confidence, 12))
    opened = open_meter(scales.meter)
    try:
        if not opened.meter.estimated and (pairs := _in_joules(before, after, asked, opened.meter, plan, say=say)):
            return _measured(verdicts([pairs], plan, quantity="joules")[0], asked, opened.meter.name)
    finally:
        opened.meter.close()
    base, head = (_piece(place, asked) for place in (before, after))
    return _by_cpu_time(race_many([Match(base=base, head=head)], plan, say=say)[0], asked, scales.j_per_cpu_s)


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
    limit_s = 2 * asked.timeout_s  # two share one processor
    piece = _TidyPiece(place.words(asked.command), cwd=place.folder, env=place.environment(), timeout_s=limit_s)
    piece.tidy = place.tidy
    return piece


def _in_joules(
    before: Place, after: Place, asked: Asked, meter: Meter, plan: Plan, *, say: Say
) -> list[tuple[float, float]]:
    """Pairs of joules; none where the runs are too short for this meter to see them."""
    pairs: list[tuple[float, float]] = []
    while standing([math.log(head / base) for base, head in pairs], plan).wanted:
        say(f"pair {len(pairs) + 1}, in joules")
        sides = (before, after) if len(pairs) % 2 == 0 else (after, before)
        found = {side is after: _joules(side, asked, meter) for side in sides}
        if not all(found.values()):
            return []
        pairs.append((found[False], found[True]))
    return pairs


def _joules(place: Place, asked: Asked, meter: Meter) -> float:
    """The command's own joules in one run; 0 where the meter did not see it."""
    with place.entered(), silent():
        recording = record(place.words(asked.command), meter, interval_s=1.0, queries=False)
    place.tidy()
    if recording.run.exit_code in STOPPED:
        raise KeyboardInterrupt  # which the recording has passed on to the program
    if recording.run.exit_code:
        raise GreenprofError(f"a run failed while it was measured (exit code {recording.run.exit_code})", EXIT_USAGE)
    return report_on((recording,), lint=False).energy.process_j or 0.0


def _measured(verdict: Verdict, asked: Asked, meter: str) -> Saving:
    before, after = verdict.base_cost or 0.0, verdict.head_cost or 0.0
    return _saving(verdict, asked, "J", before, after, estimated=False, meter=meter)


def _by_cpu_time(verdict: Verdict, asked: Asked, j_per_cpu_s: float | None) -> Saving:
    before, after = verdict.base_cost or 0.0, verdict.head_cost or 0.0
    joules = (None, None) if j_per_cpu_s is None else (before * j_per_cpu_s, after * j_per_cpu_s)
    return _saving(verdict, asked, "s", *joules, estimated=True, meter=None)


def _saving(
    verdict: Verdict,
    asked: Asked,
    unit: str,
    before_j: float | None,
    after_j: float | None,
    *,
    estimated: bool,
    meter: str | None,
) -> Saving:
    return Saving(
        unit=unit,
        before=verdict.base_cost or 0.0,
        after=verdict.head_cost or 0.0,
        ratio=verdict.ratio,
        low=verdict.interval[0],
        high=verdict.interval[1],
        verdict=_SAID[verdict.outcome],
        pairs=verdict.pairs,
        confidence=asked.confidence,
        before_j=before_j,
        after_j=after_j,
        estimated=estimated,
        meter=meter,
        detectable=verdict.smallest_detectable if math.isfinite(verdict.smallest_detectable) else None,
        note="; ".join(verdict.notes) or None,
    )
