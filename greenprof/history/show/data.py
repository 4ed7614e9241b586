"""A history for other programs: JSON and CSV, with plain numbers in joules and seconds, times in UTC."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from greenprof.history.rows import Row
from greenprof.history.series import METHOD, Series
from greenprof.history.targets import METHOD as TARGETS_METHOD
from greenprof.history.targets import Progress


def history_json(series: Sequence[Series]) -> str:
    """Every series with its runs and changes."""
    made = [
        {
            "project": one.project,
            "name": one.name,
            "hosts": one.hosts,
            "meters": one.meters,
            "mixed": one.mixed,
            "runs": [asdict(row) for row in one.rows],
            "changes": [
                {**asdict(step), "relative": step.relative, "run": one.counted[step.at].id} for step in one.changes
            ],
        }
        for one in series
    ]
    return _dumps({"format": "greenprof-history", "version": 1, "method": METHOD, "series": made})


def history_csv(series: Sequence[Series]) -> str:
    """A line a run; ``change`` is the relative step of the median that begins at it."""
    out = io.StringIO()
    names = ["id", *(one.name for one in fields(Row) if one.name != "id"), "change"]
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    for one in series:
        steps = {one.counted[step.at].id: step.relative for step in one.changes}
        for row in one.rows:
            values = {key: safe_cell(value) for key, value in asdict(row).items()}
            writer.writerow({**values, "change": steps.get(row.id)})
    return out.getvalue()


def targets_json(found: Sequence[Progress]) -> str:
    """Every target with its course, actual value and status."""
    made = [{**asdict(one), "unit": one.target.unit} for one in found]
    return _dumps({"format": "greenprof-targets", "version": 1, "method": TARGETS_METHOD, "targets": made})


def safe_cell(value: Any) -> Any:
    """A cell that a spreadsheet takes for text and not for a formula."""
    if isinstance(value, datetime):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _dumps(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))
