"""The calculator: what an amount of electricity emits, and what it would emit if one thing were different."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from greenprof.carbon import presets
from greenprof.carbon.emissions import Pricing, emissions
from greenprof.carbon.pricing import plan
from greenprof.carbon_settings import CarbonSettings
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import Carbon, CarbonFactor

SAVED = (10.0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One row: what is different, the emissions then, and their difference from those that were asked for."""

    what: str
    source: str
    kwh: float
    pue: float
    factor_g_per_kwh: float
    g_co2e: float
    difference_g: float
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """The figures that were asked for, and the rows of the table, the first of them without a difference."""

    carbon: Carbon
    what_if: tuple[WhatIf, ...]
    uncertainty: float | None = None


def calculate(
    kwh: float,
    settings: CarbonSettings,
    *,
    uncertainty: float | None = None,
    hours: float | None = None,
    saved: Sequence[float] = SAVED,
) -> Calculation:
    """What `kwh` of computers emit; `uncertainty` of it and `saved` are in percent. Raises `GreenprofError`."""
    _check("--kwh", kwh, math.inf)
    _check("--hours", hours, math.inf)
    _check("--uncertainty", uncertainty, 100)
    for percent in saved:
        _check("--saved", percent, 100)
    pricing = _pricing(settings)
    part = None if uncertainty is None else uncertainty / 100
    interval = None if part is None else (kwh * (1 - part), kwh * (1 + part))
    carbon = emissions(kwh, pricing, interval_kwh=interval, hours=hours)
    return Calculation(carbon=carbon, what_if=tuple(_rows(carbon, pricing, saved)), uncertainty=part)


def _pricing(settings: CarbonSettings) -> Pricing:
    if settings.file is not None:
        if settings.country is None:
            raise GreenprofError(
                "hourly factors need the time of a run, which an amount of energy has not; give --country or "
                "--carbon-factor",
                EXIT_USAGE,
            )
        settings = replace(
            settings, file=None, zone=None, factor_source=None, factor_year=None, factor_method=None, factor_scope=None
        )
    planned = plan(settings)
    if planned is None:
        raise GreenprofError(
            "say where the electricity comes from, with --country or --carbon-factor; nothing is assumed "
            "(greenprof co2 --list shows what is known)",
            EXIT_USAGE,
        )
    return planned.pricing


def _rows(base: Carbon, pricing: Pricing, saved: Sequence[float]) -> Iterator[WhatIf]:
    alone = replace(pricing, embodied=None, per=None, runs_per_day=None)

    def row(what: str, source: str, kwh: float, pricing: Pricing) -> WhatIf:
        found = emissions(kwh, pricing)
        return WhatIf(
            what=what, source=source, kwh=kwh, pue=found.pue, factor_g_per_kwh=found.factor_g_per_kwh,
            g_co2e=found.g_co2e, difference_g=found.g_co2e - base.g_co2e, cost=found.cost,
        )  # fmt: skip

    yield row("as asked", base.factor_source, base.kwh, alone)
    for name, pue in (("no overhead", presets.NO_OVERHEAD), *presets.PUES.items()):
        if pue.value != base.pue:
            what = f"PUE {pue.value:g}, {name if name == 'no overhead' else f'average, {name}'}"
            yield row(what, pue.source, base.kwh, replace(alone, pue=pue))
    for factor in base.others:
        yield row(
            f"{factor.g_per_kwh:.4g} g/kWh, {named(factor)}", factor.source, base.kwh, replace(alone, factor=factor)
        )
    for percent in saved:
        yield row(f"{percent:g} % less energy", "", base.kwh * (1 - percent / 100), alone)


def named(factor: CarbonFactor) -> str:
    """A factor by its name and year."""
    return f"{factor.name or factor.source}{'' if factor.year is None else f', {factor.year}'}"


def _check(option: str, value: float | None, most: float) -> None:
    if value is not None and not (0 <= value <= most and math.isfinite(value)):
        bounds = "0 or more" if math.isinf(most) else f"from 0 to {most:g}"
        raise GreenprofError(f"{option} should be {bounds}, not {value:g}", EXIT_USAGE)
