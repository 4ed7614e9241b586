"""The outcome of a suite as data: for a spreadsheet, for tools, and to be read again."""

from __future__ import annotations

import csv as csv_module
import io
import json
from dataclasses import asdict
from pathlib import Path

from greenprof import __version__
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.versus.nouns import Figure
from greenprof.versus.show.data import cell, plain
from greenprof.versus.suite.nouns import Ratio, SuiteOutcome
from greenprof.wire import decoded

FORMAT, FORMAT_VERSION = "greenprof-suite", 1
_FIGURES = ("energy_j", "above_idle_j", "cpu_s", "wall_s", "cores", "watts", "max_rss_bytes")
_RATIOS = ("cost", "wall", "memory")
_COLUMNS = (
    "task", "implementation", "language", "runs",
    *(f"{name}{end}" for name in _FIGURES for end in ("", "_low", "_high")),
    "quantity", "baseline", *(f"{name}_ratio{end}" for name in _RATIOS for end in ("", "_low", "_high")),
)  # fmt: skip


def csv(outcome: SuiteOutcome) -> str:
    """A row for each implementation of each task, unrounded; what is unknown is empty."""
    out = io.StringIO()
    writer = csv_module.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for table in outcome.tables:
        for entry in table.entries:
            values: list[object] = [table.task, entry.implementation, entry.language, len(entry.runs)]
            for name in _FIGURES:
                values += _figure(getattr(entry, name))
            values += [outcome.quantity, outcome.baseline]
            for name in _RATIOS:
                values += _ratio(getattr(entry, name))
            writer.writerow([cell(value) for value in values])
    return out.getvalue()


def _figure(figure: Figure | None) -> list[float | None]:
    return [None] * 3 if figure is None else [figure.mean, *(figure.interval or (None, None))]


def _ratio(ratio: Ratio | None) -> list[float | None]:
    return [None] * 3 if ratio is None else [ratio.value, *(ratio.interval or (None, None))]


def as_json(outcome: SuiteOutcome) -> str:
    """Everything, every run too (``docs/schema/suite-1.json``)."""
    data = {"format": FORMAT, "version": FORMAT_VERSION, "greenprof": __version__, **asdict(outcome)}
    return json.dumps(plain(data), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def load(path: Path) -> SuiteOutcome:
    """A saved outcome; raises `GreenprofError` for what is none."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except (ValueError, RecursionError) as error:
        raise GreenprofError(f"{path}: is not JSON ({error})", EXIT_USAGE) from None
    if not isinstance(data, dict) or (data.get("format"), data.get("version")) != (FORMAT, FORMAT_VERSION):
        raise GreenprofError(f"{path}: is no saved suite of format {FORMAT_VERSION}", EXIT_USAGE)
    return decoded(SuiteOutcome, data, str(path))
