"""A comparison as a page: the verdict, both totals, a differential flame graph, and every line that changed."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from greenprof.compare import Comparison, NodeChange
from greenprof.i18n import _, moment
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._comparison import told
from greenprof.reporters._page import page
from greenprof.reporters._text import place
from greenprof.reporters.html import paths

ROW_HEIGHT = 24
MOST_BOXES = 1_000
NARROWEST = 0.001
MOST_LINES = 200
TABLE_BOXES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A function in the flame graph; as wide as what it used on both sides together, in tree order."""

    parent: int
    level: int
    left: float
    width: float
    change: NodeChange
    kind: str


def render(comparison: Comparison) -> str:
    """The whole page."""
    drawn = boxes(comparison)
    return page(
        Path(__file__).parent / "comparison.html",
        {
            "comparison": comparison,
            "told": told,
            "started": lambda side: moment(side.started_at) or side.started_at,
            "sides": ((_("Before"), comparison.before), (_("After"), comparison.after)),
            "command": lambda side: shlex.join(side.command),
            "lines": told.changed_lines(comparison)[:MOST_LINES],
            "boxes": drawn,
            "dearest": sorted(drawn, key=lambda box: -abs(_difference(box.change)))[:TABLE_BOXES],
            "height": ROW_HEIGHT * max((box.level for box in drawn), default=1),
            "row_height": ROW_HEIGHT,
            "energy": lambda joules: told.energy(joules, comparison),
            "within": lambda side: numbers.energy_interval(side.interval_j, told.precision(comparison)),
            "difference": lambda joules: told.difference(joules, comparison),
            "change_of": _difference,
            "at": lambda change: place(paths.library(change.path), change.line, 90),
        },
        styles=["../html/style/calls.css", "../html/style/summary.css", "comparison.css"],
        scripts=["../html/script/flame.js"],
    )


def boxes(comparison: Comparison) -> list[Box]:
    """The boxes that are wide enough to see, in tree order."""
    whole_j = sum(root.before_j + root.after_j for root in comparison.tree)
    if whole_j <= 0:
        return []
    made: list[Box] = []

    def place_below(changes: tuple[NodeChange, ...], parent: int, level: int, left: float, room: float) -> None:
        widths = [(change.before_j + change.after_j) / whole_j for change in changes]
        fit = min(1.0, room / sum(widths)) if sum(widths) > 0 else 1.0  # rounding, or a file written by hand
        for change, width in zip(changes, widths, strict=True):
            if width * fit >= NARROWEST and len(made) < MOST_BOXES:
                made.append(
                    Box(parent=parent, level=level, left=left, width=width * fit, change=change, kind=_kind(change))
                )
                place_below(change.children, len(made) - 1, level + 1, left, width * fit)
            left += width * fit

    place_below(comparison.tree, -1, 1, 0.0, 1.0)
    return made


def _difference(change: NodeChange) -> float:
    return change.after_j - change.before_j


def _kind(change: NodeChange) -> str:
    """Whether a place got dearer or cheaper by more than a twentieth of what it used."""
    if abs(_difference(change)) <= 0.05 * max(change.before_j, change.after_j):
        return "same"
    return "more" if _difference(change) > 0 else "less"
