"""An outcome as a page: the table with bars, and what it rests on."""

from __future__ import annotations

from pathlib import Path

from greenprof.reporters._page import page
from greenprof.versus import summary
from greenprof.versus.nouns import Outcome, Row
from greenprof.versus.show import words

_SHORT = 24


def html(outcome: Outcome) -> str:
    """The whole page."""
    costs = [_cost(row, outcome) for row in outcome.rows]
    most = max(costs) or 1.0
    return page(
        Path(__file__).parent / "page.html",
        {
            "rows": outcome.rows,
            "names": [row.case.name for row in outcome.rows],
            "headings": words.headings(outcome)[1:],
            "table": [_unbroken(words.cells(outcome, place)[1:]) for place in range(len(outcome.rows))],
            "costs": costs,
            "parts": [cost / most for cost in costs],
            "joules": outcome.quantity == "J",
            "sentences": words.sentences(outcome),
            "growths": [(growth, words.grows(growth)) for growth in outcome.growths],
            "remarks": words.remarks(outcome),
            "method": words.method(outcome),
            "host": outcome.host,
            "percent_of": words.percent,
        },
    )


def _unbroken(cells: list[str]) -> list[str]:
    """A number and its unit stay on one line; a verdict is as long as it is."""
    return [cell.replace(" ", "\N{NO-BREAK SPACE}") if len(cell) < _SHORT else cell for cell in cells]


def _cost(row: Row, outcome: Outcome) -> float:
    costs = [summary.cost(run, outcome.quantity) for run in row.runs]
    return sum(costs) / len(costs)
