"""Factors by the hour from a CSV file: read, checked, and the mean over the time that a program ran.

A file has a header, a column of times and one of grams of CO2e per kWh; the steps may be hours or parts of one.
Each row holds from its time for one step; where the next row comes later than that, nobody knows, and it is said.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice, pairwise
from pathlib import Path

from greenprof.carbon.factors import implausible
from greenprof.errors import EXIT_USAGE, GreenprofError

_TIME = re.compile(r"(datetime|timestamp|date|time|hour|start|from|period)\b", re.IGNORECASE)
_UTC = re.compile(r"\b(utc|gmt)\b", re.IGNORECASE)
_FACTOR = re.compile(r"(g_?(co2e?(q)?_?)?(per|/)_?kwh|carbon[ _]intensity|intensity|factor|gco2)", re.IGNORECASE)
_DIRECT = re.compile(r"\bdirect\b", re.IGNORECASE)
_LIFE_CYCLE = re.compile(r"\b(life ?cycle|lca)\b", re.IGNORECASE)
_MOST_BYTES = 64 * 2**20

Span = tuple[datetime, datetime, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """Grams per kWh from `start` up to `end`, both in UTC."""

    start: datetime
    end: datetime
    g_per_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The hours of a file in the order of time, none of them over another; there may be gaps between them."""

    where: str
    hours: tuple[Hour, ...]
    scope: str | None = None
    zone: tzinfo = UTC

    def mean(self, spans: Sequence[Span]) -> tuple[float, int]:
        """The mean factor over `spans` of time (start, end, weight of the whole span), and how many rows it is of.

        Where nothing has a weight it is the mean over time. Raises `GreenprofError` for time that no row covers.
        """
        if not any(weight for _, _, weight in spans):
            spans = [(start, end, (end - start).total_seconds()) for start, end, _ in spans]
        weighted, rows = 0.0, set[datetime]()
        for start, end, weight in spans:
            if not self.covers(start, end):
                raise GreenprofError(self._gap(start, end), EXIT_USAGE)
            for hour, common in self._over(start, end):
                weighted += hour.g_per_kwh * weight * (common / (end - start))
                rows.add(hour.start)
        return weighted / sum(weight for _, _, weight in spans), len(rows)

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether every moment of the span has a factor."""
        return sum((common for _, common in self._over(start, end)), timedelta(0)) >= end - start

    def _over(self, start: datetime, end: datetime) -> Iterator[tuple[Hour, timedelta]]:
        """The hours that have a part of the span, and how long that is."""
        first = bisect_right(self.hours, start, key=lambda hour: hour.end)
        for hour in islice(self.hours, first, None):
            if hour.start >= end:
                break
            yield hour, min(end, hour.end) - max(start, hour.start)

    def _gap(self, start: datetime, end: datetime) -> str:
        """What is missing between `start` and `end`."""
        at = start
        for hour in self.hours:
            if hour.start <= at < hour.end:
                at = hour.end
        at = min(at, end)
        first, last = self.hours[0].start, self.hours[-1].end
        return (
            f"{self.where}: has no factor for {shown(at, self.zone)}; "
            f"it goes from {shown(first, self.zone)} to {shown(last, self.zone)}"
            + (", with gaps" if first <= at < last else "")
        )


def shown(at: datetime, zone: tzinfo) -> str:
    """A moment to the minute, with its offset: ``2026-11-29 13:00+01:00``."""
    return at.astimezone(zone).isoformat(sep=" ", timespec="minutes")


def read_hours(path: Path | str, zone: str | None = None) -> Hours:
    """The hourly factors of a CSV file; times without an offset are those of `zone` (``Europe/Amsterdam``).

    Raises `GreenprofError` that names the file, the row and what is wrong with it. A row without a factor is a gap.
    """
    where = str(path)
    local = _zone(zone)
    rows, semicolons = _rows(Path(path))
    header = rows[0]
    time, factor = _columns(header, where)
    if _UTC.search(header[time]) and local is None:
        local = UTC
    points: list[tuple[int, datetime, float | None]] = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        place = f"{where}: row {number}"
        if len(row) <= max(time, factor):
            raise GreenprofError(f"{place}: has {len(row)} columns, the header has {len(header)}", EXIT_USAGE)
        earlier = points[-1][1] if points else None
        points.append((number, _moment(row[time], local, earlier, place), _number(row[factor], semicolons, place)))
    points.sort(key=lambda point: point[1])
    for (_, one, _), (number, other, _) in pairwise(points):
        if one == other:
            raise GreenprofError(f"{where}: row {number}: {shown(other, local or UTC)} is there twice", EXIT_USAGE)
    hours = tuple(_hours(points))
    if not hours:
        raise GreenprofError(f"{where}: has no row with a factor", EXIT_USAGE)
    return Hours(where=where, hours=hours, scope=_scope(header[factor]), zone=local or UTC)


def _rows(path: Path) -> tuple[list[list[str]], bool]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise GreenprofError(f"{path}: is larger than {_MOST_BYTES >> 20} MB: no file of factors", EXIT_USAGE)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    except UnicodeDecodeError:
        raise GreenprofError(f"{path}: is no text in UTF-8", EXIT_USAGE) from None
    first = text.split("\n", 1)[0]
    semicolons = first.count(";") > first.count(",")
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if semicolons else ",", strict=True))
    except csv.Error as error:
        raise GreenprofError(f"{path}: is no CSV ({error})", EXIT_USAGE) from None
    if not rows or not any(rows[0]):
        raise GreenprofError(f"{path}: is empty; a header with a time and g_per_kwh is expected", EXIT_USAGE)
    return rows, semicolons


def _columns(header: Sequence[str], where: str) -> tuple[int, int]:
    """Which column is the time, and which the factor: of several the one over the life cycle."""
    times = [place for place, name in enumerate(header) if _TIME.match(name.strip())]
    factors = [place for place, name in enumerate(header) if _FACTOR.search(name) and place not in times[:1]]
    if times and not factors and len(header) == 2:
        factors = [1 - times[0]]
    if not times or not factors:
        lacks = "time" if not times else "g_per_kwh"
        raise GreenprofError(
            f"{where}: row 1: no column is called {lacks!r} (there are {', '.join(header)})", EXIT_USAGE
        )
    return times[0], next((place for place in factors if _LIFE_CYCLE.search(header[place])), factors[0])


def _scope(name: str) -> str | None:
    if _LIFE_CYCLE.search(name):
        return "life cycle"
    return "direct" if _DIRECT.search(name) else None


def _zone(name: str | None) -> tzinfo | None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise GreenprofError(
            f"no time zone is called {name!r}; name one as in Europe/Amsterdam, or UTC", EXIT_USAGE
        ) from None


def _moment(text: str, zone: tzinfo | None, earlier: datetime | None, place: str) -> datetime:
    """The time of a row in UTC. Of an hour that the clock shows twice, the second is the one after the first."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise GreenprofError(f"{place}: {text!r} is no time; write it as 2026-11-29T13:00+01:00", EXIT_USAGE) from None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if zone is None:
        raise GreenprofError(
            f"{place}: {text!r} has no time zone; write its offset (+01:00 or Z), or name the zone with --carbon-zone",
            EXIT_USAGE,
        )
    first, second = (moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(zone).replace(tzinfo=None) != moment:
        raise GreenprofError(f"{place}: {text!r} is a time that {zone} skips: its clocks go forward then", EXIT_USAGE)
    return second if earlier is not None and earlier >= first else first


def _number(text: str, comma: bool, place: str) -> float | None:
    text = text.strip()
    if not text:
        return None
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        raise GreenprofError(f"{place}: {text!r} is no number of grams per kWh", EXIT_USAGE) from None
    if problem := implausible(value):
        raise GreenprofError(f"{place}: {text} {problem}", EXIT_USAGE)
    return value


def _hours(points: Sequence[tuple[int, datetime, float | None]]) -> Iterator[Hour]:
    """Each row from its time for one step, the one that is most frequent in the file."""
    starts = [at for _, at, _ in points]
    steps = Counter(later - one for one, later in pairwise(starts))
    step = min(steps, key=lambda each: (-steps[each], each)) if steps else timedelta(hours=1)
    for place, (_, start, g_per_kwh) in enumerate(points):
        if g_per_kwh is None:
            continue
        end = start + step
        yield Hour(
            start=start, end=min(end, starts[place + 1]) if place + 1 < len(starts) else end, g_per_kwh=g_per_kwh
        )
