"""The outcome of a suite as a page: the means with bars, and a table for each task."""

from __future__ import annotations

import math
import statistics
from pathlib import Path

from greenprof.reporters._page import page
from greenprof.versus.suite.nouns import SuiteOutcome, Table
from greenprof.versus.suite.show import words
from greenprof.versus.summary import cost

_SHORT = 40


def html(outcome: SuiteOutcome) -> str:
    """The whole page."""
    most = max((math.log1p(mean.cost.value) for mean in outcome.means), default=1.0)
    return page(
        Path(__file__).parent / "page.html",
        {
            "title": words.title(outcome),
            "headline": words.headline(outcome),
            "mean_title": words.mean_title(outcome),
            "mean_headings": words.mean_headings(outcome),
            "means": [
                (_unbroken(words.mean_cells(outcome, mean)), mean.cost.value, math.log1p(mean.cost.value) / most)
                for mean in outcome.means
            ],
            "headings": words.headings(outcome),
            "tables": [_told(outcome, table) for table in outcome.tables],
            "absent": words.absent(outcome),
            "remarks": words.remarks(outcome),
            "method": words.method(outcome),
            "tools": words.tools(outcome),
            "host": outcome.host,
        },
    )


def _told(outcome: SuiteOutcome, table: Table) -> dict[str, object]:
    rows = [
        (_unbroken(words.cells(outcome, entry)), statistics.fmean(cost(run, outcome.quantity) for run in entry.runs))
        for entry in table.entries
    ]
    return {"name": words.name(table.task), "about": words.about(table, named=False), "rows": rows}


def _unbroken(cells: list[str]) -> list[str]:
    """A number and its unit stay on one line."""
    return [cell.replace(" ", "\N{NO-BREAK SPACE}") if len(cell) < _SHORT else cell for cell in cells]
