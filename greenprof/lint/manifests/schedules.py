"""Schedules of cron: how often a day they start something."""

from __future__ import annotations

import re

_NAMED = {"@hourly": 24, "@daily": 1, "@midnight": 1, "@weekly": 1, "@monthly": 1, "@yearly": 1, "@annually": 1}
_PART = re.compile(r"(\*|\d{1,2}(?:-\d{1,2})?)(?:/(\d{1,2}))?\Z")
_ZONE = re.compile(r"^(?:CRON_)?TZ=\S+\s+")


def starts_a_day(schedule: str | None) -> int | None:
    """How often a schedule starts on a day on which it starts at all; None for one that is not understood."""
    if schedule is None:
        return None
    words = _ZONE.sub("", schedule.strip()).split()
    if len(words) == 1:
        return _NAMED.get(words[0])
    if len(words) != 5:
        return None
    minutes, hours = _number(words[0], 60), _number(words[1], 24)
    return None if minutes is None or hours is None else minutes * hours


def _number(field: str, size: int) -> int | None:
    """How many of `size` values a field of a schedule takes."""
    taken: set[int] = set()
    for part in field.replace("?", "*").split(","):
        match = _PART.match(part)
        if match is None:
            return None
        first, _, last = match[1].partition("-")
        step = int(match[2] or 1)
        low = 0 if first == "*" else int(first)
        high = size - 1 if first == "*" or (match[2] and not last) else int(last or first)
        if step == 0 or not low <= high < size:
            return None
        taken.update(range(low, high + 1, step))
    return len(taken)
