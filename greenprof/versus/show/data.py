"""An outcome as data: for a spreadsheet, and for tools."""

from __future__ import annotations

import csv as csv_module
import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict

from greenprof import __version__
from greenprof.reporters._text import neutral
from greenprof.versus.nouns import Outcome
from greenprof.versus.scaling import GOOD

FORMAT_VERSION = 1
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for the beginning of a formula
_COLUMNS = (
    "number", "name", "command", "runs", "cpu_s", "cpu_low_s", "cpu_high_s", "cpu_median_s", "cpu_least_s",
    "cpu_most_s", "wall_s", "wall_median_s", "above_idle_j", "above_idle_low_j", "above_idle_high_j", "energy_j",
    "about_j", "max_rss_bytes", "quantity", "baseline", "ratio", "ratio_low", "ratio_high", "p_value", "verdict",
)  # fmt: skip


def csv(outcome: Outcome) -> str:
    """A row for each command, unrounded, with a column for each parameter; what is unknown is empty."""
    out = io.StringIO()
    parameters = [name for name, _ in outcome.rows[0].case.parameters]
    writer = csv_module.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, *(f"parameter_{name}" for name in parameters)])
    for place, row in enumerate(outcome.rows):
        cpu, wall, judged = row.cpu_s, row.wall_s, row.judged
        above, whole = row.above_idle_j, row.energy_j
        values = [
            place + 1, row.case.name, row.case.command, len(row.runs), cpu.mean, *_ends(cpu.interval), cpu.median,
            cpu.least, cpu.most, wall.mean, wall.median,
            above and above.mean, *_ends(above.interval if above else None),
            whole and whole.mean, row.about_j, row.max_rss_bytes, outcome.quantity, row.case.base + 1, judged.ratio,
            *_ends(judged.interval), judged.p_value, judged.said, *(value for _, value in row.case.parameters),
        ]  # fmt: skip
        writer.writerow([cell(value) for value in values])
    return out.getvalue()


def _ends(interval: tuple[float, float] | None) -> Sequence[float | None]:
    return (None, None) if interval is None else interval


def cell(value: object) -> object:
    """Text that a spreadsheet takes for no formula; nothing for what is unknown."""
    if value is None:
        return ""
    if isinstance(value, str):
        text = neutral(value)
        return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_json(outcome: Outcome) -> str:
    """Everything, every run too; infinite ends of an interval are null."""
    rows = [
        {"number": place + 1, "name": row.case.name, "command": row.case.command,
         "parameters": dict(row.case.parameters), "baseline": row.case.base + 1,
         **{key: value for key, value in asdict(row).items() if key != "case"}}
        for place, row in enumerate(outcome.rows)
    ]  # fmt: skip
    data = {
        "format": "greenprof-versus", "version": FORMAT_VERSION, "greenprof": __version__,
        "quantity": outcome.quantity, "host": asdict(outcome.host), "meter": asdict(outcome.meter),
        "commands": rows, "growth": [asdict(growth) for growth in outcome.growths], "good_fit": GOOD,
        "notes": outcome.notes,
    }  # fmt: skip
    return json.dumps(plain(data), indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def plain(value: object) -> object:
    """A value as JSON can have it: no infinity, and text that harms no terminal."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return neutral(value, multiline=True) if isinstance(value, str) else value
