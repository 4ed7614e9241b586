"""The call tree as the rows of a table: the same boxes as in the flame graph, those that are worth reading."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenprof.reporters.html.flame import Box, Flame

SMALLEST = 0.005  # of the whole
MOST_ROWS = 200
OPEN = 0.1  # of the whole: a function that used less is closed at first
STEP = 12  # CSS pixels to the right for each level
DEEPEST_STEP = 16  # levels; deeper ones are named, not shifted


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A function of the call tree: the place of its caller's row (-1 at the top), and how many rows lie below it.

    `shift` is how far to the right it stands.
    """

    box: Box
    parent: int
    called: int
    open: bool
    shift: int


def rows(flame: Flame) -> tuple[Row, ...]:
    """The rows in tree order, callers above what they called."""
    kept = _widest(flame)
    place = {box.order: number for number, box in enumerate(kept)}
    called = Counter(box.parent for box in kept)
    return tuple(
        Row(
            box=box,
            parent=place.get(box.parent, -1),
            called=called[box.order],
            open=box.width >= OPEN,
            shift=STEP * min(box.level - 1, DEEPEST_STEP),
        )
        for box in kept
    )


def _widest(flame: Flame) -> list[Box]:
    """The widest boxes in tree order, never one without its caller."""
    ranked = sorted(flame.boxes, key=lambda box: (-box.width, box.level))
    wanted = {box.order for box in ranked[:MOST_ROWS] if box.width >= SMALLEST}
    kept: dict[int, Box] = {}
    for box in flame.boxes:
        if box.order in wanted and (box.parent < 0 or box.parent in kept):
            kept[box.order] = box
    return list(kept.values())
