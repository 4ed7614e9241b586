"""Pure: which lines of the source a report carries, so that it can show them beside their joules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from greenprof.model import Excerpt, Finding, Hotspot

_MOST_LINES = 3000  # in all
_MOST_PLACES = 300  # hot lines and findings that are looked at, dearest first
_WHOLE_FILE = 300  # a file of up to so many lines is shown whole
_AROUND = 12  # lines before and after a place in a longer file
_LONGEST = 400  # characters of a line


def excerpts(
    hotspots: Sequence[Hotspot], findings: Sequence[Finding], sources: Mapping[str, Sequence[str]]
) -> tuple[Excerpt, ...]:
    """The source around the dearest lines and the findings, file by file, the file with the dearest line first."""
    wanted: dict[str, set[int]] = defaultdict(set)
    room = _MOST_LINES
    for path, line in _places(hotspots, findings):
        text = sources.get(path)
        if not text or line > len(text) or line in wanted[path]:
            continue
        new = set(_around(line, len(text))) - wanted[path]
        if len(new) > room:
            break
        room -= len(new)
        wanted[path] |= new
    return tuple(excerpt for path, lines in wanted.items() for excerpt in _runs(path, sorted(lines), sources))


def _places(hotspots: Sequence[Hotspot], findings: Sequence[Finding]) -> list[tuple[str, int]]:
    hot = [(spot.path, spot.line) for spot in hotspots if spot.line > 0]
    return [*hot[:_MOST_PLACES], *[(finding.path, finding.line) for finding in findings[:_MOST_PLACES]]]


def _around(line: int, last: int) -> range:
    if last <= _WHOLE_FILE:
        return range(1, last + 1)
    return range(max(1, line - _AROUND), min(last, line + _AROUND) + 1)


def _runs(path: str, lines: Sequence[int], sources: Mapping[str, Sequence[str]]) -> Iterator[Excerpt]:
    """Lines that follow each other, together."""
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or lines[place] != lines[place - 1] + 1:
            text = sources[path][lines[start] - 1 : lines[place - 1]]
            yield Excerpt(path=path, start=lines[start], lines=tuple(each[:_LONGEST] for each in text))
            start = place
