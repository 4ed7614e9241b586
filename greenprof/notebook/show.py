"""A report as a cell's output: its dearest lines, and the findings on them, as HTML or as text."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from greenprof.reporters import _notes as notes
from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _story as story
from greenprof.reporters._text import neutral, place, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.model import Report

_LINES_SHOWN = 8
_SMALLEST_SHARE = 0.001
_FINDINGS_SHOWN = 4
_SOURCE_SHOWN = 72
_PLACE_SHOWN = 32

_TABLE = "border-collapse: collapse; margin: 0.4em 0"
_CELL = "text-align: left; padding: 0.1em 0.8em 0.1em 0; white-space: pre; border: none"
_NUMBER = "text-align: right; padding: 0.1em 0.8em 0.1em 0; white-space: nowrap; border: none"
_BAR = "background: linear-gradient(to left, rgba(70, 160, 90, 0.35) {0:.1f}%, transparent {0:.1f}%)"
_SMALL = "font-size: 85%; opacity: 0.75"


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the table."""

    energy: str
    share: str
    fraction: float
    place: str
    source: str


class CellReport:
    """Shows itself in a notebook as a table, elsewhere as text; ``report`` is the whole."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __repr__(self) -> str:
        rows = _rows(self.report)
        widths = [max((len(getattr(row, name)) for row in rows), default=0) for name in ("energy", "share", "place")]
        table = [
            f"  {row.energy:>{widths[0]}}  {row.share:>{widths[1]}}  {row.place:<{widths[2]}}  {row.source}".rstrip()
            for row in rows
        ]
        return "\n".join([_headline(self.report), *table, *_findings(self.report), *_remarks(self.report)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><td style="{_NUMBER}; {_BAR.format(100 * row.fraction)}">{escape(row.energy)}</td>'
            f'<td style="{_NUMBER}">{escape(row.share)}</td><td style="{_CELL}">{escape(row.place)}</td>'
            f'<td style="{_CELL}"><code>{escape(row.source)}</code></td></tr>'
            for row in _rows(self.report)
        )
        found = "".join(f"<div>{escape(text)}</div>" for text in _findings(self.report))
        said = "".join(f'<div style="{_SMALL}">{escape(text)}</div>' for text in _remarks(self.report))
        return (
            f'<div class="greenprof"><div><b>{escape(_headline(self.report))}</b></div>'
            f'<table style="{_TABLE}">{rows}</table>{found}{said}</div>'
        )


def _headline(report: Report) -> str:
    """What was run, and its joules."""
    return f"{shorten(neutral(' '.join(report.run.command)), _SOURCE_SHOWN)}: {story.headline(report)}"


def _rows(report: Report) -> list[_Row]:
    """The dearest lines; a line that stands for its loop shows where that ends."""
    known = report.energy.process_j is not None
    precision, scale = numbers.precision(report), story.lines_scale(report)
    rows = []
    for line in story.ranked_lines(report)[:_LINES_SHOWN]:
        spot = line.hotspot
        if (line.fraction or 0.0) < _SMALLEST_SHARE and not line.marks:
            continue
        energy = numbers.energy(line.energy_j, precision, scale) if known else numbers.cpu_time(spot.cpu_s)
        marks = "".join(f"[{mark}]" for mark in line.marks)
        rows.append(
            _Row(
                energy=energy,
                share=numbers.share(line.fraction, 1.0),
                fraction=line.fraction or 0.0,
                place=place(spot.path, spot.line, _PLACE_SHOWN, spot.end_line or 0),
                source=shorten(neutral(f"{marks} {(spot.source or spot.function).strip()}".lstrip()), _SOURCE_SHOWN),
            )
        )
    return rows


def _findings(report: Report) -> Iterator[str]:
    ranked, unseen = story.told_findings(report)
    for item in ranked[:_FINDINGS_SHOWN]:
        finding = item.finding
        energy = story.worth(finding.energy_j, report)
        message = f"{finding.rule} at {finding.path}:{finding.line}, {energy}: {finding.message}"
        yield neutral(f"[{item.rank}] {message}")
    if len(ranked) > _FINDINGS_SHOWN:
        yield story.rest_of(ranked[_FINDINGS_SHOWN:], report)
    if unseen:
        yield neutral(unseen)


def _remarks(report: Report) -> list[str]:
    return [neutral(note) for note in notes.short_notes(report)]
