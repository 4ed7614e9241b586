"""The table of lines for a terminal: joules, share, the findings on the line, where it is, and its source."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.i18n import _
from greenprof.reporters import _native as native
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _story as story
from greenprof.reporters._text import command, neutral, place, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from greenprof.model import Report


def line_table(lines: Sequence[story.RankedLine], report: Report, width: int) -> Table:
    """`lines` for a terminal of `width` columns, a row each, and one more for its native functions."""
    from rich.table import Table
    from rich.text import Text

    known = report.energy.process_j is not None
    precision, scale = numbers.precision(report), story.lines_scale(report)
    marked = any(line.marks for line in lines)
    margins = any(line.hotspot.margin is not None for line in lines)
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    if margins:
        table.add_column(no_wrap=True)
    if marked:
        table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for line in lines:
        spot = line.hotspot
        amount = numbers.energy(line.energy_j, precision, scale) if known else numbers.cpu_time(spot.cpu_s)
        parts = _waiting(spot.idle_j, precision, scale) + _calling(story.calling_j(spot), precision, scale)
        named = not parts and not command(spot.path, spot.line)  # there is room for one of them
        room = width // 6 if spot.source else width // 3
        function = shorten(neutral(spot.function), room) + "  " if named else ""
        marks = "".join(f"[{mark}]" for mark in line.marks[:3]) + ("…" if len(line.marks) > 3 else "")
        table.add_row(
            f"  {amount}",
            numbers.share(line.fraction, 1.0),
            *([Text(numbers.margin(spot.margin), style="dim")] if margins else []),
            *([Text(marks, style="bold yellow")] if marked else []),
            Text(place(spot.path, spot.line, width // 4, spot.end_line or 0), style="cyan"),
            Text.assemble(
                function,
                parts,
                (neutral((spot.source or "").strip()), "dim"),
            ),
        )
        if spot.native:
            table.add_row(*[""] * (len(table.columns) - 1), Text(neutral(native.said(spot, files=False)), style="dim"))
    return table


def _waiting(idle_j: float | None, precision: numbers.Precision, scale: int) -> str:
    """The part of a line's joules that passed while it waited."""
    return _("waiting {energy}", energy=_part(idle_j, precision, scale)) + "  " if idle_j else ""


def _calling(total_j: float | None, precision: numbers.Precision, scale: int) -> str:
    """A line's joules together with those of the own functions that it called."""
    return _("with its calls {energy}", energy=_part(total_j, precision, scale)) + "  " if total_j else ""


def _part(joules: float, precision: numbers.Precision, scale: int) -> str:
    """Joules beside others of the same line, which say whether they are about."""
    return numbers.energy(joules, replace(precision, about=False), scale)
