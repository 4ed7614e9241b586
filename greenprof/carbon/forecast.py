"""When to run: the span of a forecast in which the mean factor is lowest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from greenprof.carbon.hourly import Hours, shown
from greenprof.errors import EXIT_USAGE, GreenprofError

_PARTS = re.compile(r"(?:([\d.]+)\s*(days?|d|hours?|h|minutes?|min|m|seconds?|sec|s)\s*)")
_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A time to start, and the mean factor over the program's duration from then on."""

    start: datetime
    end: datetime
    g_per_kwh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The best and the worst slot of a forecast, the first one that can be had, and the mean of all of them.

    ``past`` says that the whole forecast lies before the time that was asked for, and is judged as it stands.
    """

    best: Slot
    worst: Slot
    first: Slot
    mean_g_per_kwh: float
    slots: tuple[Slot, ...]
    past: bool

    @property
    def saved(self) -> float | None:
        """The part of the emissions saved by the best slot instead of the first; None where there are none to save."""
        if not self.first.g_per_kwh:
            return None
        return 1 - self.best.g_per_kwh / self.first.g_per_kwh


def advise(hours: Hours, duration: timedelta, *, now: datetime, by: datetime | None = None) -> Advice:
    """The best time from `now` on to run for `duration`, to be over `by` then.

    Factors are constant over a row, so the mean is least where a slot begins or ends with a row; those are compared,
    and `now`. Raises `GreenprofError` where the forecast covers no such slot.
    """
    past = hours.hours[-1].end <= now
    earliest = hours.hours[0].start if past else max(now, hours.hours[0].start)
    starts = _starts(hours, duration, earliest)
    slots = tuple(
        Slot(start=start, end=start + duration, g_per_kwh=hours.mean([(start, start + duration, 1.0)])[0])
        for start in starts
        if (by is None or start + duration <= by) and hours.covers(start, start + duration)
    )
    if not slots:
        end = f", to be over by {shown(by, hours.zone)}" if by else ""
        raise GreenprofError(
            f"{hours.where}: covers no {_span(duration)} in one piece from {shown(earliest, hours.zone)} on{end}; "
            f"it goes from {shown(hours.hours[0].start, hours.zone)} to {shown(hours.hours[-1].end, hours.zone)}",
            EXIT_USAGE,
        )
    return Advice(
        best=min(slots, key=lambda slot: (slot.g_per_kwh, slot.start)),
        worst=max(slots, key=lambda slot: slot.g_per_kwh),
        first=slots[0],
        mean_g_per_kwh=sum(slot.g_per_kwh for slot in slots) / len(slots),
        slots=slots,
        past=past,
    )


def _starts(hours: Hours, duration: timedelta, earliest: datetime) -> list[datetime]:
    edges: Iterable[datetime] = (at for hour in hours.hours for at in (hour.start, hour.end, hour.end - duration))
    return sorted({earliest, *(at for at in edges if at >= earliest)})


def _span(duration: timedelta) -> str:
    minutes = round(duration.total_seconds() / 60)
    return f"{minutes / 60:g} h" if minutes >= 60 else f"{minutes} min"


def span(text: str) -> timedelta:
    """A time span as it is written: ``2h``, ``90min``, ``1h30min``, ``45s``; raises `GreenprofError` for another."""
    parts = _PARTS.findall(text.lower())
    if not parts or _PARTS.sub("", text.lower()).strip():
        raise GreenprofError(f"{text!r} is no time span; write it as 2h, 90min, 45s or 1h30min", EXIT_USAGE)
    try:
        seconds = sum(float(number) * _SECONDS[unit[0]] for number, unit in parts)
        found = timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        raise GreenprofError(f"{text!r} is no time span; write it as 2h, 90min or 45s", EXIT_USAGE) from None
    if found <= timedelta(0):
        raise GreenprofError(f"a program does not take {text}; give a longer time", EXIT_USAGE)
    return found


def moment(text: str, zone: tzinfo, where: str) -> datetime:
    """A time as it is written, in `zone` where it has no offset; raises `GreenprofError` that names the option."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise GreenprofError(f"{where} {text}: is no time; write it as 2026-11-29T13:00+01:00", EXIT_USAGE) from None
    return found if found.tzinfo else found.replace(tzinfo=zone)
