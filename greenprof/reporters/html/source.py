"""Source lines with their joules in the margin, and the findings on them: which lines, and how to link to one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

from greenprof.reporters import _story as story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from greenprof.model import Report
    from greenprof.reporters._story import RankedFinding, RankedLine

MOST_LINES = 1_800
KEPT = "/!$&'()*+,;=:@~?[]{}|^"  # what a browser leaves alone after the "#" of an address
OPEN = 0.05  # of the whole: a file that used less is closed at first
AROUND = 4  # lines shown before and after one that used something
SHORTEST_CUT = 8  # lines that are worth leaving out
STRONG = 0.1  # of the whole: such a line is set in bold


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A line of source; what it used where it was seen running, what stands on it, and its place in a loop.

    `loop` is ``first``, ``inside`` or ``last`` in a range of lines whose joules are known together only, else empty.
    """

    number: int
    text: str
    anchor: str
    used: RankedLine | None = None
    findings: tuple[RankedFinding, ...] = ()
    loop: str = ""

    @property
    def calls(self) -> bool:
        """Whether the line called functions of the program's own that used more than next to nothing."""
        return self.used is not None and (self.used.hotspot.total_j or 0.0) > 1.05 * (self.used.hotspot.self_j or 0.0)

    @property
    def strong(self) -> bool:
        """Whether the line used much of the whole."""
        return self.used is not None and (self.used.fraction or 0.0) >= STRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Lines that follow each other, and how many before them the report does not have.

    `cold` ones used nothing and have no finding, so that a reader can skip them.
    """

    lines: tuple[SourceLine, ...]
    cold: bool
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file's lines in pieces, and what its lines used together (``None``: unknown)."""

    path: str
    pieces: tuple[Piece, ...]
    energy_j: float | None
    fraction: float | None
    findings: int

    @property
    def loops(self) -> bool:
        """Whether some joules belong to a whole loop."""
        return any(line.loop for piece in self.pieces for line in piece.lines)

    @property
    def open(self) -> bool:
        """Whether the file used enough to be shown at once."""
        return (self.fraction or 0.0) >= OPEN


def anchor(path: str, line: int) -> str:
    """The name of a line in the page: ``app.py:42``, as it stands in an address after the ``#``."""
    return f"{quote(path.encode('utf-8', 'surrogatepass'), safe=KEPT)}:{line}"


def files(report: Report) -> tuple[SourceFile, ...]:
    """The files that the report has lines of, in its order; each line once, however the excerpts overlap."""
    text = _text(report)
    used = {(line.hotspot.path, line.hotspot.line): line for line in story.ranked_lines(report)}
    findings: dict[tuple[str, int], list[RankedFinding]] = defaultdict(list)
    for item in story.ranked_findings(report):
        findings[item.finding.path, item.finding.line].append(item)
    loops = _loops(report)
    made = []
    for path, lines in text.items():
        here = [line for (of, _), line in used.items() if of == path]
        made_lines = [
            SourceLine(
                number=number,
                text=lines[number],
                anchor=anchor(path, number),
                used=used.get((path, number)),
                findings=tuple(findings.get((path, number), ())),
                loop=loops.get((path, number), ""),
            )
            for number in sorted(lines)
        ]
        made.append(
            SourceFile(
                path=path,
                pieces=tuple(_pieces(made_lines)),
                energy_j=_sum_known(line.energy_j for line in here),
                fraction=_sum_known(line.fraction for line in here),
                findings=sum(len(line.findings) for line in made_lines),
            )
        )
    return tuple(made)


def anchors(shown: Sequence[SourceFile]) -> Mapping[tuple[str, int], str]:
    """The name in the page of each line that is shown, by path and line."""
    return {(file.path, line.number): line.anchor for file in shown for piece in file.pieces for line in piece.lines}


def _text(report: Report) -> Mapping[str, Mapping[int, str]]:
    """Lines by path and number, as many as a page should hold."""
    text: dict[str, dict[int, str]] = {}
    room = MOST_LINES
    for excerpt in report.excerpts:
        for number, line in enumerate(excerpt.lines, start=excerpt.start):
            if room == 0:
                return text
            of_path = text.setdefault(excerpt.path, {})
            room -= number not in of_path
            of_path.setdefault(number, line)
    return text


def _pieces(lines: Sequence[SourceLine]) -> Iterator[Piece]:
    """Lines in runs without a gap; long stretches in which nothing was seen are pieces of their own."""
    before = 0
    for _, run in groupby(enumerate(lines), key=lambda item: item[1].number - item[0]):
        whole = [line for _, line in run]
        hot = [place for place, line in enumerate(whole) if line.used or line.findings or line.loop]
        edges = [0]
        for cold in _stretches([-1 - AROUND, *hot, len(whole) + AROUND]):
            edges += [cold.start, cold.stop]
        for place, (start, stop) in enumerate(pairwise([*edges, len(whole)])):
            if start < stop:
                skipped = whole[start].number - before - 1
                yield Piece(lines=tuple(whole[start:stop]), cold=place % 2 == 1, skipped=skipped)
                before = whole[stop - 1].number


def _stretches(hot: Sequence[int]) -> Iterator[range]:
    """The places that lie far enough from what is hot, where there are enough of them."""
    for before, after in pairwise(hot):
        cold = range(before + AROUND + 1, after - AROUND)
        if len(cold) >= SHORTEST_CUT:
            yield cold


def _loops(report: Report) -> dict[tuple[str, int], str]:
    """Where each line is in the range of lines that shares its joules; the innermost range where they nest."""
    ranges = [(spot.path, spot.line, spot.end_line) for spot in report.hotspots if spot.end_line is not None]
    places: dict[tuple[str, int], str] = {}
    for path, first, last in sorted(ranges, key=lambda each: each[1] - each[2]):
        for number in range(first, min(last, first + MOST_LINES) + 1):
            places[path, number] = "first" if number == first else "last" if number == last else "inside"
    return places


def _sum_known(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
