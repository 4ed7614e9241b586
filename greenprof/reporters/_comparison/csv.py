"""A comparison for a spreadsheet: the whole and each line, before and after, unrounded; what is unknown is empty."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from greenprof.compare import Comparison
from greenprof.reporters.csv import cell

COLUMNS = (
    "kind", "path", "function", "line_before", "line_after", "before_j", "after_j", "difference_j", "difference_low_j",
    "difference_high_j", "certain", "source",
)  # fmt: skip


def render(comparison: Comparison) -> str:
    """A row for the program, then one for each line, most changed first."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in _rows(comparison):
        writer.writerow({key: cell(value) for key, value in row.items()})
    return out.getvalue()


def _rows(comparison: Comparison) -> Iterator[dict[str, object]]:
    low_j, high_j = comparison.interval_j or (None, None)
    yield {
        "kind": "program", "before_j": comparison.before.energy_j, "after_j": comparison.after.energy_j,
        "difference_j": comparison.difference_j, "difference_low_j": low_j, "difference_high_j": high_j,
        "certain": _told(comparison.differs),
    }  # fmt: skip
    for line in comparison.lines:
        yield {
            "kind": "line", "path": line.path, "function": line.function, "line_before": line.line_before,
            "line_after": line.line_after, "before_j": line.before_j, "after_j": line.after_j,
            "difference_j": line.difference_j, "certain": _told(line.certain), "source": line.source,
        }  # fmt: skip


def _told(certain: bool | None) -> str:
    return "" if certain is None else str(certain).lower()
