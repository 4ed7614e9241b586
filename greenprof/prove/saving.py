"""What a fix saves: two trees measured side by side (`greenprof.pairs`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from greenprof.pairs import CommandPiece, Match, Plan, Verdict, race_many
from greenprof.prove.nouns import Asked, Saving
from greenprof.prove.running import Place

# A saving of any size that is real counts; "no saving" is said only where one of this size is ruled out.
SMALLEST, DETECT = 0.002, 0.02
_SAID = {"cheaper": "less", "dearer": "more", "same": "same", "inconclusive": "inconclusive"}


def measure(
    before: Place,
    after: Place,
    words: Sequence[str],
    asked: Asked,
    *,
    j_per_cpu_s: float | None,
    say: Callable[[str], None],
) -> Saving:
    """Run the command in both places, pair after pair, until a verdict is come by.

    `j_per_cpu_s` are the joules that go with a second of its CPU time, as far as anybody knows. Raises GreenprofError
    where a run fails.
    """
    plan = Plan(smallest_change=SMALLEST, detect=DETECT, alpha=round(1 - asked.confidence, 12))
    base, head = (
        CommandPiece(place.words(words), cwd=place.folder, env=place.environment(), timeout_s=2 * asked.timeout_s)
        for place in (before, after)
    )
    return _saving(race_many([Match(base=base, head=head)], plan, say=say)[0], asked, j_per_cpu_s)


def _saving(verdict: Verdict, asked: Asked, j_per_cpu_s: float | None) -> Saving:
    before, after = verdict.base_cost or 0.0, verdict.head_cost or 0.0
    return Saving(
        unit="s",
        before=before,
        after=after,
        ratio=verdict.ratio,
        low=verdict.interval[0],
        high=verdict.interval[1],
        verdict=_SAID[verdict.outcome],
        pairs=verdict.pairs,
        confidence=asked.confidence,
        before_j=None if j_per_cpu_s is None else before * j_per_cpu_s,
        after_j=None if j_per_cpu_s is None else after * j_per_cpu_s,
        detectable=verdict.smallest_detectable,
        note="; ".join(verdict.notes) or None,
    )
