"""A comparison for the terminal."""

from __future__ import annotations

import shutil
from textwrap import wrap

from greenprof.compare import Comparison, LineChange, Side
from greenprof.i18n import _
from greenprof.reporters._comparison import told
from greenprof.reporters._kept_words import told as in_words
from greenprof.reporters._text import command, neutral, shorten


def render(comparison: Comparison) -> str:
    """Totals, the verdict, and the lines that changed most, as wide as this terminal (60 to 140 columns)."""
    room = min(140, max(60, shutil.get_terminal_size((100, 24)).columns))
    before, after = _("before"), _("after")
    width = max(len(before), len(after)) + 2
    sentences = [
        told.verdict(comparison),
        *(_("Warning: {what}.", what=neutral(in_words(warning))) for warning in comparison.warnings),
        *(_("Note: {what}", what=neutral(in_words(note))) for note in comparison.notes),
        _("Covers: {what}.", what=shorten(neutral(in_words(comparison.after.scope)), 200)),
    ]
    lines = [
        *_side(before, comparison.before, comparison, width, room),
        *_side(after, comparison.after, comparison, width, room),
        "",
        *(line for sentence in sentences for line in _wrapped(sentence, room)),
    ]
    changes = told.changed_lines(comparison)[: told.MOST_LINES]
    if changes:
        lines += ["", _("Lines, largest difference first"), *_table(changes, comparison, room)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _side(name: str, side: Side, comparison: Comparison, width: int, room: int) -> list[str]:
    indent = " " * width
    what = neutral(_("{command} (meter {name})", command=" ".join(side.command), name=side.meter))
    amount = wrap(told.side(side, comparison), room, initial_indent=f"{name:{width}}", subsequent_indent=indent)
    return [*amount, indent + shorten(what, room - width)]


def _table(changes: tuple[LineChange, ...], comparison: Comparison, room: int) -> list[str]:
    """Each line with its three amounts, and below it its source and what has to be known of it."""
    rows = [
        (
            told.difference(change.difference_j, comparison),
            *("" if j is None else told.energy(j, comparison) for j in (change.before_j, change.after_j)),
        )
        for change in changes
    ]
    head = (_("change"), _("before"), _("after"))
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    indent = " " * (sum(widths) + 2 * len(widths) + 2)

    def line(cells: tuple[str, ...], last: str) -> str:
        return "".join(f"  {cell:>{width}}" for cell, width in zip(cells, widths, strict=True)) + f"  {last}"

    lines = [line(head, _("line"))]
    for cells, change in zip(rows, changes, strict=True):
        number = len(told.where(change, 1)) - 1
        lines.append(line(cells, told.where(change, max(8, room - len(indent) - number))))
        name = "" if command(change.path, change.line_after or change.line_before or 0) else change.function
        shown = neutral(change.source or name).strip()
        said = told.remark(change)
        lines += [indent + shorten(each, room - len(indent)) for each in (shown, f"({said})" if said else "") if each]
    return lines


def _wrapped(sentence: str, room: int) -> list[str]:
    return wrap(sentence, room, break_long_words=False, break_on_hyphens=False)
