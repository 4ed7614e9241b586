"""What a comparison says, in words and rounded numbers; the formats only set it in type."""

from __future__ import annotations

from greenprof.compare import Comparison, LineChange, Side
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._numbers import Precision
from greenprof.reporters._text import place

MOST_LINES = 20


def precision(comparison: Comparison) -> Precision:
    """That of the side which is less certain."""
    sides = (comparison.before, comparison.after)
    estimated = any(side.estimated for side in sides)
    digits = min(numbers.significant_digits(_relative(side)) for side in sides)
    return Precision(digits=2 if estimated else digits, about=estimated)


def _relative(side: Side) -> float:
    if side.interval_j is None or not side.energy_j:
        return side.uncertainty
    return max(side.uncertainty, (side.interval_j[1] - side.interval_j[0]) / 2 / side.energy_j)


def energy(joules: float | None, comparison: Comparison) -> str:
    """Joules as the less certain side allows."""
    return numbers.energy(joules, precision(comparison))


def difference(joules: float | None, comparison: Comparison) -> str:
    """A difference with its sign: ``+1.2 J``, ``−0.40 J``."""
    if joules is None:
        return numbers.UNKNOWN
    known = precision(comparison)
    sign = "+" if joules > 0 else "−" if joules < 0 else ""
    amount = sign + numbers.energy(abs(joules), Precision(digits=known.digits, about=False))
    return f"about {amount}" if known.about and joules else amount


def interval(comparison: Comparison) -> str:
    """Both ends of the difference's interval, each with its sign."""
    if comparison.interval_j is None:
        return numbers.UNKNOWN
    low, high = (difference(joules, comparison) for joules in comparison.interval_j)
    return f"{low} to {high}"


def side(of: Side, comparison: Comparison) -> str:
    """``219 J (216 to 221 J), measured over 12.3 s``; which meter it was is the caller's to show."""
    bounds = f" ({numbers.energy_interval(of.interval_j, precision(comparison))})" if of.interval_j else ""
    how = "estimated" if of.estimated else "measured"
    runs = f", mean of {of.runs} runs" if of.runs > 1 else ""
    span = numbers.duration(of.duration_s)
    return f"{energy(of.energy_j, comparison)}{bounds}, {how} over {span}{runs}"


def verdict(comparison: Comparison) -> str:
    """One sentence: what changed, and whether that can be told from chance."""
    joules, old_j = comparison.difference_j, comparison.before.energy_j
    if joules is None:
        return "What changed in all is not known: one of the runs has no joules."
    if comparison.differs is None:
        return f"The difference is {difference(joules, comparison)}; its interval is not known."
    bounds = f"95 % interval {interval(comparison)}"
    if not comparison.differs:
        apart = f"{difference(joules, comparison)}, {bounds}."
        share = _by_share(comparison)
        return f"{share} In joules that is {apart}" if share else f"The two cannot be told apart: {apart}"
    share = f" ({100 * abs(joules) / old_j:.0f} %)" if old_j else ""
    return f"The second run used {'more' if joules > 0 else 'less'}: {difference(joules, comparison)}{share}, {bounds}."


def _by_share(comparison: Comparison) -> str:
    """How many times the second is the first, where an estimate's error is too wide for the difference.

    Most of that error is in what the model takes for the machine's watts, so both runs have it by the same share.
    """
    before, after = comparison.before, comparison.after
    if comparison.ratio is None or comparison.warnings or not (before.estimated and after.estimated):
        return ""
    spans = f"{numbers.cpu_time(before.cpu_s)} -> {numbers.cpu_time(after.cpu_s)}"
    return (
        f"The second run used {comparison.ratio:.2g} times the joules of the first by the estimate (CPU time {spans}),"
        " which errs on one machine by about the same share each time."
    )


def where(line: LineChange, width: int = 60) -> str:
    """``shop.py:42``, ``shop.py:42 (was 40)``."""
    number = line.line_after if line.line_after is not None else line.line_before or 0
    moved = line.line_before is not None and line.line_after is not None and line.line_before != line.line_after
    return place(line.path, number, width) + (f" (was {line.line_before})" if moved else "")


def remark(line: LineChange) -> str:
    """What has to be known of a line's difference."""
    if line.line_before is None:
        return "not seen before"
    if line.line_after is None:
        return "not seen after"
    return "within what the samples leave open" if line.certain is False else ""
