"""Pure: a session beside a kept one, and limits on how much dearer a test may be (``--green-compare-fail``)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FIELDS = ("min", "max", "mean", "median", "stddev", "iqr")
_LIMIT = re.compile(r"(?P<cpu>cpu_)?(?P<field>[a-z]+):(?P<amount>.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """``mean:5%`` or ``cpu_median:2 ms cpu``: a field of the rounds, and by how much it may grow."""

    text: str
    field: str
    is_cpu: bool
    relative: float | None
    absolute: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A field of one test, ``before`` and ``now``, in joules or seconds of CPU time; None is unknown."""

    fullname: str
    field: str
    is_cpu: bool
    before: float | None
    now: float | None

    @property
    def relative(self) -> float | None:
        """By how much it grew, relative to before."""
        if self.before is None or self.now is None or not self.before:
            return None
        return (self.now - self.before) / self.before

    def breaks(self, limit: Limit) -> bool:
        """Whether it grew by more than the limit."""
        if self.before is None or self.now is None:
            return False
        if limit.absolute is not None:
            return self.now - self.before > limit.absolute
        return self.relative is not None and limit.relative is not None and self.relative > limit.relative


def parse_limit(text: str) -> Limit:
    """Read a limit. Raises ValueError that says what is wrong."""
    from greenprof.budgets import CPU_TIME, ENERGY, parse_budget, parse_growth
    from greenprof.errors import GreenprofError

    found = _LIMIT.fullmatch(text.strip())
    if found is None or found["field"] not in FIELDS:
        known = ", ".join(FIELDS)
        raise ValueError(f"{text!r} is no limit: write FIELD:5% or FIELD:2mJ or cpu_FIELD:5%, FIELD one of {known}")
    is_cpu, amount = bool(found["cpu"]), found["amount"].strip()
    try:
        if amount.endswith("%"):
            return Limit(text=text, field=found["field"], is_cpu=is_cpu, relative=parse_growth(amount), absolute=None)
        budget = parse_budget(amount)
    except GreenprofError as error:
        raise ValueError(f"{text!r} is no limit: {error}") from None
    if budget.quantity.name != (CPU_TIME if is_cpu else ENERGY).name:
        raise ValueError(f"{text!r} is no limit: {'CPU time' if is_cpu else 'energy'} is not told in {budget.unit}")
    return Limit(text=text, field=found["field"], is_cpu=is_cpu, relative=None, absolute=budget.limit)


def changes(
    before: Mapping[str, Any], now: Mapping[str, Any], scope: str, fields: Sequence[tuple[str, bool]]
) -> list[Change]:
    """How each field (and whether it is of CPU time) of the tests that both sessions have has changed."""
    from greenprof.pytest_plugin.document import stats_of

    earlier = {one["fullname"]: one for one in before["benchmarks"] if isinstance(one, dict) and "fullname" in one}
    found = []
    for one in now["benchmarks"]:
        old = earlier.get(one["fullname"])
        if old is None:
            continue
        for field, is_cpu in fields:
            was, is_now = stats_of(old, scope, is_cpu), stats_of(one, scope, is_cpu)
            found.append(
                Change(
                    fullname=one["fullname"],
                    field=field,
                    is_cpu=is_cpu,
                    before=_number(was, field),
                    now=_number(is_now, field),
                )
            )
    return found


def broken(found: Sequence[Change], limits: Sequence[Limit]) -> list[tuple[Change, Limit]]:
    """Which changes break which limits."""
    return [
        (change, limit)
        for change in found
        for limit in limits
        if (change.field, change.is_cpu) == (limit.field, limit.is_cpu) and change.breaks(limit)
    ]


def _number(stats: Mapping[str, Any] | None, field: str) -> float | None:
    value = stats.get(field) if stats is not None else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
