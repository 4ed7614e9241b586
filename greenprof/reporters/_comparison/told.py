"""What a comparison says, in words and rounded numbers; the formats only set it in type."""

from __future__ import annotations

from greenprof.compare import Comparison, LineChange, Side
from greenprof.i18n import _, decimal
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
    return numbers.difference(joules, precision(comparison))


def interval(comparison: Comparison) -> str:
    """Both ends of the difference's interval, each with its sign."""
    return numbers.difference_interval(comparison.interval_j, precision(comparison))


def side(of: Side, comparison: Comparison) -> str:
    """``219 J (216 to 221 J), measured over 12.3 s``; which meter it was is the caller's to show."""
    bounds = f" ({numbers.energy_interval(of.interval_j, precision(comparison))})" if of.interval_j else ""
    amount, span = energy(of.energy_j, comparison) + bounds, numbers.duration(of.duration_s)
    if of.runs > 1:
        span = _("{span}, mean of {number} runs", span=span, number=of.runs)
    if of.estimated:
        return _("{energy}, estimated over {span}", energy=amount, span=span)
    return _("{energy}, measured over {span}", energy=amount, span=span)


def verdict(comparison: Comparison) -> str:
    """One sentence: what changed, and whether that can be told from chance."""
    joules, old_j = comparison.difference_j, comparison.before.energy_j
    if joules is None:
        return _("What changed in all is not known: one of the runs has no joules.")
    if comparison.differs is None:
        return _("The difference is {amount}; its interval is not known.", amount=difference(joules, comparison))
    amount, bounds = difference(joules, comparison), interval(comparison)
    if not comparison.differs:
        share = _by_share(comparison)
        if share:
            return share + " " + _("In joules that is {amount}, 95 % interval {bounds}.", amount=amount, bounds=bounds)
        return _("The two cannot be told apart: {amount}, 95 % interval {bounds}.", amount=amount, bounds=bounds)
    if old_j:
        amount += decimal(f" ({100 * abs(joules) / old_j:.0f} %)")
    if joules > 0:
        return _("The second run used more: {amount}, 95 % interval {bounds}.", amount=amount, bounds=bounds)
    return _("The second run used less: {amount}, 95 % interval {bounds}.", amount=amount, bounds=bounds)


def _by_share(comparison: Comparison) -> str:
    """How many times the second is the first, where an estimate's error is too wide for the difference.

    Most of that error is in what the model takes for the machine's watts, so both runs have it by the same share.
    """
    before, after = comparison.before, comparison.after
    if comparison.ratio is None or comparison.warnings or not (before.estimated and after.estimated):
        return ""
    spans = f"{numbers.cpu_time(before.cpu_s)} → {numbers.cpu_time(after.cpu_s)}"
    return _(
        "The second run used {ratio} times the joules of the first by the estimate (CPU time {spans}), which errs on "
        "one machine by about the same share each time.",
        ratio=decimal(f"{comparison.ratio:.2g}"),
        spans=spans,
    )


def changed_lines(comparison: Comparison) -> tuple[LineChange, ...]:
    """The lines that used something on either side."""
    return tuple(line for line in comparison.lines if line.before_j or line.after_j)


def where(line: LineChange, width: int = 60) -> str:
    """``shop.py:42``, ``shop.py:42 (was 40)``."""
    number = line.line_after if line.line_after is not None else line.line_before or 0
    moved = line.line_before is not None and line.line_after is not None and line.line_before != line.line_after
    return place(line.path, number, width) + (" (" + _("was {line}", line=line.line_before) + ")" if moved else "")


def remark(line: LineChange) -> str:
    """What has to be known of a line's difference."""
    if line.line_before is None:
        return _("not seen before")
    if line.line_after is None:
        return _("not seen after")
    return _("within what the samples leave open") if line.certain is False else ""
