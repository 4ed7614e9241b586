"""A comparison for the terminal."""

from __future__ import annotations

from greenprof.compare import Comparison, Side
from greenprof.reporters._comparison import told
from greenprof.reporters._text import neutral, shorten


def render(comparison: Comparison) -> str:
    """Totals, the verdict, and the lines that changed most."""
    lines = [
        f"before  {told.side(comparison.before, comparison)}",
        f"        {_what(comparison.before)}",
        f"after   {told.side(comparison.after, comparison)}",
        f"        {_what(comparison.after)}",
        "",
        told.verdict(comparison),
        *(f"Warning: {neutral(warning)}." for warning in comparison.warnings),
        f"Covers: {shorten(neutral(comparison.after.scope), 200)}.",
    ]
    changes = comparison.lines[: told.MOST_LINES]
    if changes:
        lines += ["", "Lines, largest difference first", f"{'change':>14} {'before':>14} {'after':>14}  line"]
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
    return shorten(neutral(f"{' '.join(side.command)} (meter {side.meter})"), 90)
