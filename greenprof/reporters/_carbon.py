"""What a report says of emissions, water and money: each figure with its interval, its factor and who says so.

Pure functions of a `Carbon`; the words are the same in every format.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from greenprof.reporters import _numbers as numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.model import Carbon, CarbonFactor
    from greenprof.reporters._numbers import Precision

TITLE = "Emissions"
COVERS = "of the program's own joules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure: what it is, the amount, its 95 % interval where it has one, and how it was worked out."""

    label: str
    amount: str
    interval: str = ""
    remark: str = ""

    @property
    def told(self) -> str:
        """The amount with its interval."""
        return f"{self.amount} (95 % interval {self.interval})" if self.interval else self.amount


def rows(carbon: Carbon, precision: Precision) -> tuple[Row, ...]:
    """All that was worked out, in the order of the working out; nothing that was not asked for."""
    return tuple(_rows(carbon, precision))


def _rows(carbon: Carbon, precision: Precision) -> Iterator[Row]:
    bare = replace(precision, about=False)
    yield Row(
        label="energy of the computer",
        amount=numbers.electricity(carbon.kwh, precision),
        interval=_known(numbers.electricity_interval(carbon.interval_kwh, bare)),
    )
    yield Row(
        label=f"with the data centre, PUE {carbon.pue:g}",
        amount=numbers.electricity(carbon.kwh * carbon.pue, precision),
        remark=carbon.pue_source or "",
    )
    yield Row(
        label="emissions",
        amount=f"{numbers.mass(carbon.g_co2e, precision)} CO2e",
        interval=_known(numbers.mass_interval(carbon.interval_g, bare)),
        remark=_factor(carbon),
    )
    if carbon.others:
        low, high = spread(carbon)
        ends = numbers.mass_interval((carbon.kwh * carbon.pue * low, carbon.kwh * carbon.pue * high), bare)
        yield Row(
            label=f"by other factors{f' for {carbon.country}' if carbon.country else ''}",
            amount=f"{'about ' if precision.about else ''}{ends} CO2e",
            remark=f"{low:.4g} to {high:.4g} g/kWh, a spread of {_percent(low, high)}: "
            + ", ".join(map(named, carbon.others)),
        )
    if carbon.water_l is not None:
        yield Row(
            label=f"water, WUE {carbon.wue:g} L/kWh",
            amount=numbers.volume(carbon.water_l, precision),
            remark="on the energy of the computer, not of the data centre",
        )
    if carbon.embodied_g is not None:
        yield Row(
            label="embodied share",
            amount=f"{numbers.mass(carbon.embodied_g, replace(precision, about=True, digits=2))} CO2e",
            remark=carbon.embodied_method or "",
        )
    if carbon.sci_g is not None:
        embodied = "without embodied emissions, which it should have" if carbon.embodied_g is None else "embodied too"
        yield Row(
            label=f"SCI, for one {carbon.per}",
            amount=f"{numbers.mass(carbon.sci_g, precision)} CO2e",
            interval=_known(numbers.mass_interval(carbon.interval_sci_g, bare)),
            remark=f"((E x I) + M) / R, ISO/IEC 21031, over {carbon.units:,g}; {embodied}",
        )
    yield from _money(carbon, precision)
    yield from _yearly(carbon, precision)


def _money(carbon: Carbon, precision: Precision) -> Iterator[Row]:
    if carbon.cost is not None:
        yield Row(
            label="electricity",
            amount=f"{numbers.plain(carbon.cost, precision)} {carbon.currency}",
            remark=f"{carbon.price_per_kwh:g} {carbon.currency} per kWh of the data centre",
        )
    if carbon.shadow_cost is not None:
        yield Row(
            label="shadow price",
            amount=f"{numbers.plain(carbon.shadow_cost, precision)} {carbon.currency}",
            remark=f"{carbon.shadow_price_per_tonne:g} {carbon.currency} per tonne of CO2e",
        )


def _yearly(carbon: Carbon, precision: Precision) -> Iterator[Row]:
    year, bare = carbon.yearly, replace(precision, about=False)
    if year is None:
        return
    more = (
        None if year.water_l is None else f"{numbers.volume(year.water_l, precision)} of water",
        None if year.cost is None else f"{numbers.plain(year.cost, precision)} {carbon.currency} of electricity",
        None
        if year.shadow_cost is None
        else f"{numbers.plain(year.shadow_cost, precision)} {carbon.currency} shadow price",
    )
    yield Row(
        label=f"at {year.runs_per_day:,g} runs a day",
        amount=f"{numbers.electricity(year.kwh, precision)} a year",
        interval=_known(numbers.electricity_interval(year.interval_kwh, bare)),
        remark="energy of the computer",
    )
    yield Row(
        label="and their emissions",
        amount=f"{numbers.mass(year.g_co2e, precision)} CO2e a year",
        interval=_known(numbers.mass_interval(year.interval_g, bare)),
        remark=", ".join(part for part in more if part),
    )


def sentence(carbon: Carbon, precision: Precision) -> str:
    """The emissions in one sentence, with the factor, its year and source, and how far published ones differ."""
    said = (
        f"Emissions {COVERS}: {numbers.electricity(carbon.kwh, precision)}, PUE {carbon.pue:g}, "
        f"at {_factor(carbon)}: {numbers.mass(carbon.g_co2e, precision)} CO2e."
    )
    if not carbon.others:
        return said
    low, high = spread(carbon)
    return f"{said} Published factors go from {low:.4g} to {high:.4g} g/kWh, a spread of {_percent(low, high)}."


def spread(carbon: Carbon) -> tuple[float, float]:
    """The least and the greatest of the factor that was used and those that are published beside it."""
    values = [carbon.factor_g_per_kwh, *(other.g_per_kwh for other in carbon.others)]
    return min(values), max(values)


def named(factor: CarbonFactor) -> str:
    """A published factor in few words: ``nl-ce-delft 374 (2021)``."""
    qualities = ", ".join(part for part in (str(factor.year or ""), _scope(factor.scope)) if part)
    return f"{factor.name or factor.source} {factor.g_per_kwh:.4g} ({qualities})"


def _scope(scope: str | None) -> str:
    return "direct only" if scope == "direct" else ""


def _factor(carbon: Carbon) -> str:
    """``267.6 g/kWh (codecarbon …, 2023; location-based, life cycle)``."""
    method = None if carbon.factor_method is None else f"{carbon.factor_method}-based"
    qualities = ", ".join(part for part in (method, carbon.factor_scope) if part)
    rows = None if carbon.hours is None else f"mean of {carbon.hours} {'row' if carbon.hours == 1 else 'rows'}"
    year = "year unknown" if carbon.factor_year is None and carbon.hours is None else carbon.factor_year
    source = ", ".join(str(part) for part in (carbon.factor_source, year, rows) if part)
    how = qualities or "location or market, life cycle or direct: not said"
    return f"{carbon.factor_g_per_kwh:.4g} g/kWh ({source}; {how})"


def _percent(low: float, high: float) -> str:
    return f"{100 * (high / low - 1):.0f} %" if low > 0 else "unknown size"


def _known(interval: str) -> str:
    return "" if interval == numbers.UNKNOWN else interval
