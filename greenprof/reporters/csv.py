"""CSV for a spreadsheet: findings, lines and functions in one table, unrounded; what is unknown is empty, never 0."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from greenprof.reporters import _numbers as numbers
from greenprof.reporters import _story as story
from greenprof.reporters._text import neutral

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.model import Report

SUFFIXES = (".csv",)

COLUMNS = (
    "kind", "rank", "path", "line", "end_line", "function", "rule", "severity", "confidence", "energy_j", "self_j",
    "idle_j", "total_j", "share", "cpu_s", "wait_s", "samples", "queries", "executions", "message", "estimated",
)  # fmt: skip

# A spreadsheet takes a cell that begins so for a formula, and the names are the program's.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report) -> str:
    """A row for the program, then those of ``kind`` finding, line and function, each dearest first."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in _rows(report):
        writer.writerow(
            {key: cell(value) for key, value in row.items()}
            | {"estimated": "true" if report.meter.estimated else "false"}
        )
    return out.getvalue()


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    energy, run = report.energy, report.run
    yield {
        "kind": "program", "path": story.command(report), "energy_j": energy.process_j, "total_j": energy.total_j,
        "idle_j": energy.idle_j, "cpu_s": run.cpu_s,
    }  # fmt: skip
    for item in story.ranked_findings(report):
        one = item.finding
        yield {
            "kind": "finding", "rank": item.rank, "path": one.path, "line": one.line, "end_line": one.end_line,
            "rule": one.rule, "severity": one.severity, "confidence": one.confidence, "energy_j": one.energy_j,
            "self_j": item.working_j, "idle_j": item.waiting_j, "share": item.fraction, "executions": one.executions,
            "message": one.message,
        }  # fmt: skip
    rule_of = {item.rank: item.finding.rule for item in story.ranked_findings(report)}
    for rank, line in enumerate(story.ranked_lines(report), start=1):
        spot = line.hotspot
        yield {
            "kind": "line", "rank": rank, "path": spot.path, "line": spot.line, "end_line": spot.end_line,
            "function": spot.function, "energy_j": line.energy_j, "self_j": spot.self_j, "idle_j": spot.idle_j,
            "total_j": spot.total_j, "share": line.fraction, "cpu_s": spot.cpu_s, "wait_s": spot.wait_s,
            "samples": spot.samples, "queries": spot.queries, "message": spot.source,
            "rule": " ".join(dict.fromkeys(rule_of[mark] for mark in line.marks)),
        }  # fmt: skip
    for rank, function in enumerate(story.ranked_functions(report), start=1):
        yield {
            "kind": "function", "rank": rank, "path": function.path, "line": function.line,
            "function": function.function, "energy_j": function.self_j, "self_j": function.self_j,
            "total_j": function.total_j, "share": numbers.fraction(function.self_j, report.energy.process_j),
        }  # fmt: skip


def cell(value: object) -> object:
    """A value that a spreadsheet takes for no formula."""
    if not isinstance(value, str):
        return value
    text = neutral(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
