"""Pure: limits on how much dearer than a kept session a test may be, as ``--green-compare-fail`` takes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

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


def parse_limit(text: str) -> Limit:
    """Read a limit. Raises ValueError that says what is wrong."""
    from greenprof.budgets import CPU_TIME, ENERGY, parse_budget, parse_growth
    from greenprof.errors import GreenprofError

    found = _LIMIT.fullmatch(text.strip())
    if found is None or found["field"] not in FIELDS:
        raise ValueError(
            f"{text!r} is no limit: write FIELD:5% or FIELD:2mJ, FIELD one of {', '.join(FIELDS)}, cpu_mean …"
        )
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
