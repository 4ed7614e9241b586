"""The call tree as an icicle: every function as a box below its caller, as wide as the joules it used."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.i18n import _
from greenprof.reporters import _native as native
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _story as story
from greenprof.reporters._text import command

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenprof.model import Node, Report

NARROWEST = 0.0002  # of the whole width: what is narrower cannot be seen before one zooms in far
MOST_BOXES = 1_200
MOST_LEVELS = 100
ROW_HEIGHT = 24
MOST_LINES = 3  # of a function at one place in the tree
WORTH_A_ROW = 0.1  # of the whole width: where less goes deeper, the picture ends until a box is zoomed in


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A function in the tree, or a line that called native ones, with the ranks of the findings in it.

    `left` and `width` are from 0 to 1, `level` from 1.

    `order` is its place among the boxes in tree order, `parent` that of its caller, -1 at the top. `amount` is with
    all that it called, `own_amount` without, and `lines` are its own lines that used most of the latter.
    """

    order: int
    parent: int
    level: int
    left: float
    width: float
    function: str
    path: str
    line: int
    amount: str
    own_amount: str
    lines: tuple[tuple[int, str], ...]
    own: bool
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flame:
    """The boxes in tree order, and what had to be left out of the picture.

    `height` is that of the levels that are worth a row; `deeper` says that boxes lie below it; `known` that they show
    joules, and not CPU time.
    """

    boxes: tuple[Box, ...]
    height: int
    known: bool
    unit: str
    hidden: bool
    deeper: bool


def layout(report: Report) -> Flame | None:
    """The widest boxes, or ``None`` where no stack was seen. Joules where they are known, else CPU time."""
    known = report.energy.process_j is not None and any(root.total_j for root in report.tree)
    weigh: Callable[[Node], float] = (lambda node: node.total_j or 0.0) if known else (lambda node: node.cpu_s)
    whole = sum(weigh(root) for root in report.tree)
    if whole <= 0:
        return None
    precision, scale = numbers.precision(report), story.lines_scale(report)

    def amount(joules: float | None, cpu_s: float) -> str:
        return numbers.energy(joules, precision, scale) if known else numbers.cpu_time(cpu_s)

    own = {spot.path for spot in report.hotspots}
    kept, hidden = _widest(report.tree, weigh, whole)
    marks = _marks(report, {(node.path, node.function, node.line) for _, _, _, node in kept})
    place = {where: order for order, (where, _, _, _) in enumerate(kept)}
    boxes = tuple(
        Box(
            order=order,
            parent=place.get(where[:-1], -1),
            level=len(where),
            left=left,
            width=width,
            function=command(node.path, node.line) or node.function,
            path=node.path,
            line=node.line,
            amount=amount(node.total_j, node.cpu_s),
            own_amount=amount(*_own(node)),
            lines=tuple(
                (share.line, amount(share.self_j, share.cpu_s)) for share in node.lines[:MOST_LINES] if share.line
            ),
            own=node.path in own,
            marks=tuple(sorted(marks[node.path, node.function, node.line])),
        )
        for order, (where, left, width, node) in enumerate(kept)
    )
    levels = _levels_worth_a_row(boxes)
    return Flame(
        boxes=boxes,
        height=ROW_HEIGHT * levels,
        known=known,
        unit=_("joules") if known else _("CPU time"),
        hidden=hidden,
        deeper=any(box.level > levels for box in boxes),
    )


def _own(node: Node) -> tuple[float | None, float]:
    """What a function used itself, and what it called that is too small to be in the tree: joules, CPU seconds."""
    called_j = sum(child.total_j or 0.0 for child in node.children)
    own_j = None if node.total_j is None else max(0.0, node.total_j - called_j)
    return own_j, max(0.0, node.cpu_s - sum(child.cpu_s for child in node.children))


def _levels_worth_a_row(boxes: tuple[Box, ...]) -> int:
    covered: dict[int, float] = defaultdict(float)
    for box in boxes:
        covered[box.level] += box.width
    return max((level for level, width in covered.items() if width >= WORTH_A_ROW), default=1)


Placed = tuple[tuple[int, ...], float, float, "Node"]


def _widest(tree: tuple[Node, ...], weigh: Callable[[Node], float], whole: float) -> tuple[list[Placed], bool]:
    """The widest boxes in tree order, each with its path of child numbers, left edge and width.

    A box is never wider than its caller, so taking the widest first never takes one without its
    caller. The heap stands in for recursion: stacks can be deeper than Python's own limit.
    """
    kept: list[Placed] = []
    heap: list[tuple[float, tuple[int, ...], float, Node]] = []
    hidden = False

    def push(nodes: tuple[Node, ...], above: tuple[int, ...], left: float, room: float) -> None:
        total = sum(weigh(node) for node in nodes)
        fits = total / whole <= room  # rounding, or a hand-written file, can make children dearer than their caller
        for number, node in enumerate(nodes):
            width = weigh(node) / whole if fits else room * (weigh(node) / total)
            heapq.heappush(heap, (-width, (*above, number), left, node))
            left += width

    push(tree, (), 0.0, 1.0)
    while heap:
        negative, where, left, node = heapq.heappop(heap)
        if -negative < NARROWEST or len(kept) == MOST_BOXES:
            hidden = True
            break
        kept.append((where, left, -negative, node))
        if len(where) < MOST_LEVELS:
            push(native.below(node), where, left, -negative)
        elif node.children:
            hidden = True
    return sorted(kept, key=lambda placed: placed[0]), hidden


def _marks(report: Report, functions: set[tuple[str, str, int]]) -> dict[tuple[str, str, int], set[int]]:
    """The ranks of the findings in each function: those on the lines that follow where it begins."""
    begins: dict[tuple[str, str], list[int]] = {}
    for path, name, line in functions:
        begins.setdefault((path, name), []).append(line)
    marks: dict[tuple[str, str, int], set[int]] = {function: set() for function in functions}
    for ranked in story.ranked_lines(report):
        spot = ranked.hotspot
        before = [begin for begin in begins.get((spot.path, spot.function), ()) if begin <= spot.line]
        if before:
            marks[spot.path, spot.function, max(before)].update(ranked.marks)
    return marks
