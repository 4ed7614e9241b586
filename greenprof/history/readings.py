"""Other meters' readings of a run (a plug, a rack's PDU), from CSV, set against those of the run's own meter."""

from __future__ import annotations

import csv
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.history.rows import Row
from greenprof.stats import difference

_TIMES = ("time", "timestamp", "datetime", "date", "moment")
# Columns that are known: their unit in watts, or in joules of a counter that only grows.
_WATTS = {"w": 1.0, "watt": 1.0, "watts": 1.0, "power_w": 1.0, "power": 1.0, "kw": 1e3, "power_kw": 1e3}
_COUNTERS = {
    "kwh": 3.6e6,
    "energy_kwh": 3.6e6,
    "wh": 3.6e3,
    "energy_wh": 3.6e3,
    "j": 1.0,
    "joules": 1.0,
    "energy_j": 1.0,
}
_GAP = 3.0  # values further apart than this many usual steps have a gap between them
_LEAST_COVERED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A column of another meter: when, and watts or the joules of its counter."""

    times: tuple[datetime, ...]
    values: tuple[float, ...]
    cumulative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Joules of another meter over a run, with their 95 % interval; ``covered_s`` is the time without gaps."""

    source: str
    energy_j: float
    low_j: float
    high_j: float
    covered_s: float
    values: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """Another meter's joules minus those of the run's own meter, both of the whole machine, with the 95 % interval."""

    own_j: float
    own_interval_j: tuple[float, float]
    gap_j: float
    interval_j: tuple[float, float]


def read_csv(path: Path, *, zone: str | None = None, column: str | None = None) -> Reading:
    """A CSV file with a column of times and one of watts or of a counter, named as its unit (``kWh``, ``power_w``).

    Separators are commas, semicolons or tabs; with semicolons a decimal comma is one. Times without an offset are those
    of `zone`. Raises `GreenprofError` that names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        where = ZoneInfo(zone) if zone else None
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except UnicodeDecodeError as error:
        raise GreenprofError(f"{path}: is no UTF-8 text ({error})", EXIT_USAGE) from None
    except (ZoneInfoNotFoundError, ValueError):
        raise GreenprofError(
            f"--zone: there is no time zone {zone!r}; name one as Europe/Amsterdam", EXIT_USAGE
        ) from None
    lines = text.splitlines()
    head = lines[0] if lines else ""
    separator = max(";\t,", key=head.count)
    names = [name.strip() for name in next(csv.reader([head], delimiter=separator), [])]
    time_at, value_at, scale, cumulative = _columns(names, column, path)
    times, values = [], []
    for number, cells in enumerate(csv.reader(lines[1:], delimiter=separator), start=2):
        if not any(cell.strip() for cell in cells):
            continue
        try:
            cell, time = cells[value_at].strip(), cells[time_at].strip()
        except IndexError:
            raise GreenprofError(
                f"{path}:{number}: has {len(cells)} of the {len(names)} columns of the first line", EXIT_USAGE
            ) from None
        value, at = _number(cell, separator), _time(time)
        if value is None:
            raise GreenprofError(f"{path}:{number}: {cell!r} is no number", EXIT_USAGE)
        if at is None:
            raise GreenprofError(
                f"{path}:{number}: {time!r} is no time; write it as 2026-11-29T18:00:00+01:00", EXIT_USAGE
            )
        if not math.isfinite(value) or value < 0:
            raise GreenprofError(f"{path}:{number}: {cell} is no reading of a meter", EXIT_USAGE)
        if at.tzinfo is None and where is None:
            raise GreenprofError(f"{path}:{number}: the time has no offset; say its zone with --zone", EXIT_USAGE)
        times.append((at if at.tzinfo else at.replace(tzinfo=where)).astimezone(UTC))
        values.append(value * scale)
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise GreenprofError(f"{path}: the times should grow from line to line", EXIT_USAGE)
    if len(times) < 2:
        raise GreenprofError(f"{path}: has fewer than two readings", EXIT_USAGE)
    return Reading(times=tuple(times), values=tuple(values), cumulative=cumulative)


def _number(cell: str, separator: str) -> float | None:
    try:
        return float(cell.replace(",", ".") if separator == ";" else cell)
    except ValueError:
        return None


def _time(cell: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return at if 1 < at.year < 9999 else None  # in every zone a year that Python knows


def _columns(names: Sequence[str], column: str | None, path: Path) -> tuple[int, int, float, bool]:
    lower = [name.lower() for name in names]
    time_at = next((place for place, name in enumerate(lower) if name in _TIMES), None)
    known = {**_WATTS, **_COUNTERS}
    if column is not None and column.lower() not in lower:
        raise GreenprofError(f"{path}: has no column {column!r}; it has {', '.join(names)}", EXIT_USAGE)
    fitting = [column.lower()] if column else [name for name in lower if name in known]
    if time_at is None or len(fitting) != 1:
        raise GreenprofError(
            f"{path}: needs a column time and one of watts or of a counter (W, kW, Wh, kWh, J, as its name); "
            f"it has {', '.join(names) or 'none'}; with several, name one by --column",
            EXIT_USAGE,
        )
    unit = fitting[0] if fitting[0] in known else fitting[0].rpartition("_")[2]
    if unit not in known:
        raise GreenprofError(f"{path}: the column {column!r} has no unit in its name (power_w, energy_kwh)", EXIT_USAGE)
    return time_at, lower.index(fitting[0]), known[unit], unit in _COUNTERS


def measured_over(reading: Reading, row: Row, *, source: str, uncertainty: float) -> Measured:
    """The joules of a reading over a run.

    Watts are taken to go straight from one value to the next, and a counter to grow evenly. Time in gaps (values
    further apart than three usual steps) is filled with the mean of the rest. The interval holds `uncertainty` (of the
    other meter, relative, 95 %), one step at each end of the run, and all that may have passed in gaps.
    Raises `GreenprofError` where less than half of the run is covered.
    """
    start, end = row.started_at, row.started_at + timedelta(seconds=row.duration_s * row.runs)
    seconds = [(at - start).total_seconds() for at in reading.times]
    length_s = (end - start).total_seconds()
    step_s = statistics.median(later - earlier for earlier, later in pairwise(seconds))
    energy_j = covered_s = 0.0
    watts: list[float] = []
    for (a, b), (x, y) in zip(pairwise(seconds), pairwise(reading.values), strict=True):
        low, high = max(a, 0.0), min(b, length_s)
        if high <= low or b - a > _GAP * step_s or (reading.cumulative and y < x):
            continue  # outside of the run, a gap, or a counter that began anew
        if reading.cumulative:
            watts.append((y - x) / (b - a))
            energy_j += watts[-1] * (high - low)
        else:
            slope = (y - x) / (b - a)
            watts += [x + slope * (low - a), x + slope * (high - a)]
            energy_j += (watts[-1] + watts[-2]) / 2 * (high - low)
        covered_s += high - low
    if length_s <= 0 or covered_s < _LEAST_COVERED * length_s:
        raise GreenprofError(
            f"the readings cover {covered_s:.1f} s of the {length_s:.1f} s of run {row.id}, which began at "
            f"{start:%Y-%m-%d %H:%M:%S} UTC; are clock and time zone right?",
            EXIT_USAGE,
        )
    missing_s = max(0.0, length_s - covered_s)
    whole_j = energy_j * length_s / covered_s
    spread_w = max(watts) - min(watts)
    counts_j = [y - x for x, y in pairwise(reading.values) if y > x] if reading.cumulative else []
    grain_j = min(counts_j, default=0.0)  # of the counter: it may be that far from the truth at either end
    half = (
        math.hypot(uncertainty * whole_j, min(step_s, length_s) * spread_w / math.sqrt(2), grain_j)
        + missing_s * spread_w
    )
    return Measured(
        source=source,
        energy_j=whole_j,
        low_j=max(0.0, whole_j - half),
        high_j=whole_j + half,
        covered_s=covered_s,
        values=len(watts),
    )


def against(measured: Measured, row: Row) -> Against | None:
    """Another meter beside the run's own, which saw the whole machine too; ``None`` where that one knows no joules."""
    if row.total_j is None:
        return None
    own_j = row.total_j * row.runs
    half = own_j * row.uncertainty
    own = (max(0.0, own_j - half), own_j + half)
    gap, interval = difference(own_j, own, measured.energy_j, (measured.low_j, measured.high_j))
    return Against(own_j=own_j, own_interval_j=own, gap_j=gap, interval_j=interval)
