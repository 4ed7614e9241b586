"""A comparison as Markdown, for a pull request."""

from __future__ import annotations

from greenprof.compare import Comparison
from greenprof.reporters._comparison import told
from greenprof.reporters.markdown import code


def render(comparison: Comparison) -> str:
    """The verdict, both totals, and the lines that changed most."""
    parts = [
        "## Energy, before and after\n",
        f"**{told.verdict(comparison)}**\n",
        *(f"> Warning: {code(warning)}\n" for warning in comparison.warnings),
        "| | Energy | Meter | Command |\n| :-- | :-- | :-- | :-- |",
        *(
            f"| {name} | {told.side(side, comparison)} | {code(side.meter)} | {code(' '.join(side.command))} |"
            for name, side in (("before", comparison.before), ("after", comparison.after))
        ),
    ]
    if comparison.lines:
        parts.append("\n| Change | Before | After | Line | Source | |\n| --: | --: | --: | :-- | :-- | :-- |")
    for change in comparison.lines[: told.MOST_LINES]:
        before, after = ("" if j is None else told.energy(j, comparison) for j in (change.before_j, change.after_j))
        parts.append(
            f"| {told.difference(change.difference_j, comparison)} | {before} | {after} | {code(told.where(change))} "
            f"| {code(change.source or change.function)} | {told.remark(change)} |"
        )
    return "\n".join(parts) + "\n"
