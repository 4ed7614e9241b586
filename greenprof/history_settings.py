"""``[tool.greenprof.history]`` and ``[[tool.greenprof.targets]]`` as frozen values, checked: nothing is opened yet."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from greenprof.errors import EXIT_USAGE, GreenprofError

QUANTITIES = {
    "joules": "J",
    "machine-joules": "J",
    "kwh": "kWh",
    "g-co2e": "g CO2e",
    "seconds": "s",
    "cpu-seconds": "s",
}
CHOICES = ("label", "command", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySettings:
    """Where runs are kept, and what of them.

    ``database`` is the address of a PostgreSQL or SQLite database, by default a file of the project's own. ``project``
    tells projects apart in a database of several. Without ``reports`` only the numbers of a run are kept, no report
    that could be shown again, and so no line of the source.
    """

    keep: bool = True
    database: str | None = None
    project: str | None = None
    reports: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSettings:
    """What a program may use per run, and by when.

    Exactly one of ``label``, ``command`` (a shell pattern) and ``test`` (a word of the command) says which runs count;
    ``host``, the fingerprint of a machine, on which one. ``baseline`` and ``goal`` are in the unit of ``quantity`` (see
    `QUANTITIES`), and between their two dates the way from one to the other is a straight line.
    """

    name: str
    baseline: float
    baseline_date: date
    goal: float
    by: date
    label: str | None = None
    command: str | None = None
    test: str | None = None
    host: str | None = None
    quantity: str = "joules"

    @property
    def unit(self) -> str:
        """The unit of baseline and goal."""
        return QUANTITIES[self.quantity]


def settings_of(table: object, where: str) -> HistorySettings:
    """The settings of ``[tool.greenprof.history]``; raises `GreenprofError` that names the key."""
    return HistorySettings(**_checked(HistorySettings, table, where, "[tool.greenprof.history]"))


def targets_of(tables: object, where: str) -> tuple[TargetSettings, ...]:
    """The targets of ``[[tool.greenprof.targets]]``; raises `GreenprofError` that names the target and the key."""
    if not isinstance(tables, list):
        raise _wrong(where, "targets in [tool.greenprof]", "tables, each begun by [[tool.greenprof.targets]]")
    found = tuple(_target(table, f"target {place} of {where}") for place, table in enumerate(tables, start=1))
    names = [target.name for target in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise GreenprofError(f"{where}: two targets are named {twice!r}", EXIT_USAGE)
    return found


def _target(table: object, where: str) -> TargetSettings:
    target = TargetSettings(**_checked(TargetSettings, table, where, "[[tool.greenprof.targets]]"))
    if sum(getattr(target, choice) is not None for choice in CHOICES) != 1:
        raise GreenprofError(f"{where}: say which runs count, by one of {', '.join(CHOICES)}", EXIT_USAGE)
    if target.quantity not in QUANTITIES:
        close = get_close_matches(target.quantity, QUANTITIES, 1)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(QUANTITIES)}"
        raise GreenprofError(f"{where}: there is no quantity {target.quantity!r}; {hint}", EXIT_USAGE)
    for key in ("baseline", "goal"):
        value = getattr(target, key)
        if not (math.isfinite(value) and (value > 0 or (value == 0 and key == "goal"))):
            raise _wrong(where, key, "a number above 0")
    if target.by <= target.baseline_date:
        raise GreenprofError(f"{where}: by ({target.by}) should be later than baseline-date", EXIT_USAGE)
    return target


_WANTED = {
    "bool": "true or false",
    "str": "a text",
    "float": "a number",
    "date": "a date, as 2026-12-31 without quotes",
}


def _checked(noun: Any, table: object, where: str, name: str) -> Mapping[str, Any]:
    """The fields of a settings noun from a TOML table, none unknown, missing or of the wrong type."""
    if not isinstance(table, dict):
        raise _wrong(where, name, "a table")
    kinds = {one.name: str(one.type).split(" ")[0] for one in fields(noun)}
    values = {}
    for key, value in table.items():
        field = key.replace("-", "_")
        if field not in kinds:
            close = get_close_matches(field, kinds, 1)
            known = ", ".join(map(_spelt, kinds))
            hint = f"did you mean {_spelt(close[0])}?" if close else f"known: {known}"
            raise GreenprofError(f"{where}: {name} has no key {key!r}; {hint}", EXIT_USAGE)
        if not _is(kinds[field], value):
            raise _wrong(where, f"{key} in {name}", _WANTED[kinds[field]])
        values[field] = float(value) if kinds[field] == "float" else value
    missing = [_spelt(one.name) for one in fields(noun) if one.default is MISSING and one.name not in values]
    if missing:
        raise GreenprofError(f"{where}: {name} needs {', '.join(missing)}", EXIT_USAGE)
    return values


def _is(kind: str, value: object) -> bool:
    if kind == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "date":
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, {"bool": bool, "str": str}[kind]) and value != ""


def _spelt(name: str) -> str:
    return name.replace("_", "-")


def _wrong(where: str, key: str, expected: str) -> GreenprofError:
    return GreenprofError(f"{where}: {key} should be {expected}", EXIT_USAGE)
