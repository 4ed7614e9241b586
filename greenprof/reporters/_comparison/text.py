"""A comparison for the terminal."""

from __future__ import annotations

from greenprof.compare import Comparison, Side
from greenprof.i18n import _
from greenprof.reporters._comparison import told
from greenprof.reporters._kept_words import told as in_words
from greenprof.reporters._text import neutral, shorten


def render(comparison: Comparison) -> str:
    """Totals, the verdict, and the lines that changed most."""
    before, after = _("before"), _("after")
    width = max(len(before), len(after)) + 2
    lines = [
        f"{before:{width}}{told.side(comparison.before, comparison)}",
        f"{'':{width}}{_what(comparison.before)}",
        f"{after:{width}}{told.side(comparison.after, comparison)}",
        f"{'':{width}}{_what(comparison.after)}",
        "",
        told.verdict(comparison),
        *(_("Warning: {what}.", what=neutral(in_words(warning))) for warning in comparison.warnings),
        _("Covers: {what}.", what=shorten(neutral(in_words(comparison.after.scope)), 200)),
    ]
    changes = comparison.lines[: told.MOST_LINES]
    if changes:
        head = _("change").rjust(14) + f" {before:>14} {after:>14}  " + _("line")
        lines += ["", _("Lines, largest difference first"), head]
    for change in changes:
        amounts = (
            told.difference(change.difference_j, comparison),
            *("" if j is None else told.energy(j, comparison) for j in (change.before_j, change.after_j)),
        )
        said = told.remark(change)
        lines.append(" ".join(f"{amount:>14}" for amount in amounts) + f"  {told.where(change)}")
        lines.append(f"{'':46} {shorten(neutral(change.source or change.function).strip(), 76)}")
        lines += [f"{'':46} ({said})"] if said else []
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _what(side: Side) -> str:
    return shorten(neutral(_("{command} (meter {name})", command=" ".join(side.command), name=side.meter)), 90)
