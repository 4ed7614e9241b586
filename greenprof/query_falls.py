"""Pure: how many statements a program sends to databases now, and how many it sent before, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from greenprof.i18n import _, decimal
from greenprof.model import Report

_SHOWN = 5
_LONGEST = 90


def told(before: Report, now: Report) -> str:
    """The fall, or rise, of the statements in all and of those shapes of which the number has changed most."""
    return "\n".join(_lines(_counts(before), _counts(now)))


def _counts(report: Report) -> Counter[str]:
    counts: Counter[str] = Counter()
    for query in report.queries:
        counts[query.shape] += query.count
    return counts


def _lines(before: Counter[str], now: Counter[str]) -> Iterator[str]:
    yield _("{fall} statements to databases", fall=decimal(f"{before.total():,} -> {now.total():,}"))
    changed = [shape for shape in before | now if before[shape] != now[shape]]
    changed.sort(key=lambda shape: (-abs(before[shape] - now[shape]), shape))
    for shape in changed[:_SHOWN]:
        short = shape if len(shape) <= _LONGEST else f"{shape[:_LONGEST]}…"
        fall = decimal(f"{before[shape]:,} -> {now[shape]:,}")
        yield f"  {fall}  {short}"
