"""What a project or a command line says of its electricity: one frozen value, checked, and nothing looked up yet."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from greenprof.errors import EXIT_USAGE, GreenprofError

METHODS = ("location", "market")
SCOPES = ("life cycle", "direct")


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonSettings:
    """How joules become emissions, water and money. All None: nothing is worked out.

    ``country`` is an ISO 3166-1 code of three letters. ``factor`` is grams of CO2 equivalent per kWh, or the name of a
    published one; ``file`` is a CSV file of hourly factors, in which times without an offset are those of ``zone``.
    ``pue`` is a number or the name of an average. ``embodied_kg`` are the emissions of making the computer, spread over
    ``lifespan_years``, of which the run is charged ``embodied_share`` of its time. ``per`` is ``unit=number``.
    """

    country: str | None = None
    region: str | None = None
    factor: str | None = None
    factor_source: str | None = None
    factor_year: int | None = None
    factor_method: str | None = None
    factor_scope: str | None = None
    file: str | None = None
    zone: str | None = None
    pue: str | None = None
    wue: float | None = None
    embodied_kg: float | None = None
    embodied_share: float | None = None
    lifespan_years: float | None = None
    per: str | None = None
    price: float | None = None
    shadow_price: float | None = None
    currency: str | None = None
    runs_per_day: float | None = None

    @property
    def place(self) -> bool:
        """Whether it is said where the electricity comes from."""
        return any((self.country, self.factor, self.file))


NOTHING = CarbonSettings()

# What each option of the place drops of the settings that it goes before.
_REPLACED = {
    "country": ("region", "factor", "factor_source", "factor_year", "factor_method", "factor_scope", "file", "zone"),
    "region": ("factor", "factor_source", "factor_year", "factor_method", "factor_scope", "file", "zone"),
    "factor": ("factor_source", "factor_year", "factor_method", "factor_scope", "file", "zone"),
    "file": ("factor", "factor_source", "factor_year", "factor_method", "factor_scope", "zone"),
}
_KINDS = {one.name: str(one.type).split(" ")[0] for one in fields(CarbonSettings)}
_NUMBER_OR_NAME = ("factor", "pue")


def settings_of(table: object, where: str) -> CarbonSettings:
    """The settings of a ``[tool.greenprof.carbon]`` table; raises `GreenprofError` that names the key."""
    if not isinstance(table, dict):
        raise _wrong(where, "[tool.greenprof.carbon]", "a table")
    return check(CarbonSettings(**dict(_entry(key, value, where) for key, value in table.items())), where)


def changed(settings: CarbonSettings, given: Mapping[str, Any]) -> CarbonSettings:
    """`settings` with what was `given` in their place; another place drops all that belongs to the old one."""
    given = {key: value for key, value in given.items() if value is not None}
    dropped = {name: None for key in given for name in _REPLACED.get(key, ())}
    return replace(settings, **{**dropped, **given})


def check(settings: CarbonSettings, where: str = "carbon") -> CarbonSettings:
    """The same settings; raises `GreenprofError` where they contradict themselves or cannot be."""
    if settings.factor and settings.file:
        raise GreenprofError(f"{where}: a factor and a file of hourly factors are given; leave one out", EXIT_USAGE)
    if settings.region and not settings.country:
        raise GreenprofError(f"{where}: a region needs its country", EXIT_USAGE)
    if settings.zone and not settings.file:
        raise GreenprofError(f"{where}: a time zone belongs to a file of hourly factors, and none is given", EXIT_USAGE)
    for name in ("factor_source", "factor_year", "factor_method", "factor_scope"):
        if getattr(settings, name) is not None and not (settings.factor or settings.file):
            raise GreenprofError(f"{where}: {_spelt(name)} describes a factor, and none is given", EXIT_USAGE)
    _check_choice(settings.factor_method, METHODS, "factor-method", where)
    _check_choice(settings.factor_scope, SCOPES, "factor-scope", where)
    for name in ("wue", "embodied_kg", "price", "shadow_price"):
        _check_number(getattr(settings, name), name, where)
    for name in ("lifespan_years", "runs_per_day"):
        _check_number(getattr(settings, name), name, where, above_zero=True)
    share = settings.embodied_share
    if share is not None and not 0 < share <= 1:
        raise _wrong(where, "embodied-share", f"above 0 and at most 1, not {share:g}")
    for name in ("embodied_share", "lifespan_years"):
        if getattr(settings, name) is not None and settings.embodied_kg is None:
            raise GreenprofError(
                f"{where}: {_spelt(name)} needs embodied-kg, what making the computer emitted", EXIT_USAGE
            )
    if settings != NOTHING and not settings.place:
        raise GreenprofError(
            f"{where}: say where the electricity comes from (a country, a factor, or a file of hourly factors); "
            "nothing is assumed",
            EXIT_USAGE,
        )
    return settings


def _entry(key: str, value: object, where: str) -> tuple[str, Any]:
    name = key.replace("-", "_")
    if name not in _KINDS:
        close = get_close_matches(name, _KINDS, 1)
        hint = f"; did you mean {_spelt(close[0])}?" if close else f"; known: {', '.join(map(_spelt, _KINDS))}"
        raise GreenprofError(f"{where}: [tool.greenprof.carbon] has no key {key!r}{hint}", EXIT_USAGE)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if name in _NUMBER_OR_NAME and number:
        return name, str(value)
    kind = _KINDS[name]
    is_right = {
        "str": isinstance(value, str) and value != "",
        "float": number,
        "int": number and isinstance(value, int),
    }
    if not is_right[kind]:
        wanted = {"str": "a text", "float": "a number", "int": "a whole number"}[kind]
        raise _wrong(where, f"{key} in [tool.greenprof.carbon]", wanted)
    return name, float(value) if kind == "float" else value  # type: ignore[arg-type]


def _check_choice(value: str | None, choices: tuple[str, ...], key: str, where: str) -> None:
    if value is not None and value not in choices:
        raise _wrong(where, key, f"{' or '.join(choices)}, not {value!r}")


def _check_number(value: float | None, name: str, where: str, above_zero: bool = False) -> None:
    if value is None or (math.isfinite(value) and (value > 0 or (value == 0 and not above_zero))):
        return
    raise _wrong(where, _spelt(name), f"{'above 0' if above_zero else '0 or more'}, not {value:g}")


def _spelt(name: str) -> str:
    return name.replace("_", "-")


def _wrong(where: str, key: str, expected: str) -> GreenprofError:
    return GreenprofError(f"{where}: {key} should be {expected}", EXIT_USAGE)
