"""A comparison as Markdown, for a pull request."""

from __future__ import annotations

from greenprof.compare import Comparison
from greenprof.i18n import _
from greenprof.reporters._comparison import told
from greenprof.reporters._kept_words import told as in_words
from greenprof.reporters.markdown import code


def render(comparison: Comparison) -> str:
    """The verdict, both totals, and the lines that changed most."""
    parts = [
        "## " + _("Energy, before and after") + "\n",
        f"**{told.verdict(comparison)}**\n",
        *("> " + _("Warning: {what}", what=code(in_words(warning))) + "\n" for warning in comparison.warnings),
        *("> " + _("Note: {what}", what=code(in_words(note))) + "\n" for note in comparison.notes),
        "| | " + " | ".join((_("Energy"), _("Meter"), _("Command"))) + " |\n| :-- | :-- | :-- | :-- |",
        *(
            f"| {name} | {told.side(side, comparison)} | {code(side.meter)} | {code(' '.join(side.command))} |"
            for name, side in ((_("before"), comparison.before), (_("after"), comparison.after))
        ),
    ]
    lines = told.changed_lines(comparison)[: told.MOST_LINES]
    if lines:
        head = " | ".join((_("Change"), _("Before"), _("After"), _("Line"), _("Source")))
        parts.append(f"\n| {head} | |\n| --: | --: | --: | :-- | :-- | :-- |")
    for change in lines:
        before, after = ("" if j is None else told.energy(j, comparison) for j in (change.before_j, change.after_j))
        parts.append(
            f"| {told.difference(change.difference_j, comparison)} | {before} | {after} | {code(told.where(change))} "
            f"| {code(change.source or change.function)} | {told.remark(change)} |"
        )
    return "\n".join(parts) + "\n"
