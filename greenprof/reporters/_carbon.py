"""What a report says of emissions, water and money: each figure with its interval, its factor and who says so.

Pure functions of a `Carbon`; the words are the same in every format.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from greenprof.i18n import _, decimal, ngettext
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.model import Carbon, CarbonFactor
    from greenprof.reporters._numbers import Precision


def title() -> str:
    """The heading of the emissions."""
    return _("Emissions")


def covers() -> str:
    """What they are of, to stand behind the heading."""
    return _("of the program's own joules")


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
        if not self.interval:
            return self.amount
        return _("{amount} (95 % interval {bounds})", amount=self.amount, bounds=self.interval)


def rows(carbon: Carbon, precision: Precision) -> tuple[Row, ...]:
    """All that was worked out, in the order of the working out; nothing that was not asked for."""
    return tuple(_rows(carbon, precision))


def _rows(carbon: Carbon, precision: Precision) -> Iterator[Row]:
    bare = replace(precision, about=False)
    yield Row(
        label=_("energy of the computer"),
        amount=numbers.electricity(carbon.kwh, precision),
        interval=_energy_interval(carbon.interval_kwh, bare),
    )
    yield Row(
        label=_("with the data centre, PUE {pue}", pue=decimal(f"{carbon.pue:g}")),
        amount=numbers.electricity(carbon.kwh * carbon.pue, precision),
        remark=told(carbon.pue_source or ""),
    )
    yield Row(
        label=_("emissions"),
        amount=f"{numbers.mass(carbon.g_co2e, precision)} CO2e",
        interval=_mass_interval(carbon.interval_g, bare),
        remark=factor(carbon),
    )
    if carbon.others:
        low, high = spread(carbon)
        ends = numbers.mass_interval((carbon.kwh * carbon.pue * low, carbon.kwh * carbon.pue * high), bare)
        label = _("by other factors for {country}", country=carbon.country) if carbon.country else _("by other factors")
        yield Row(
            label=label,
            amount=f"{numbers.about(ends) if precision.about else ends} CO2e",
            remark=_(
                "{low} to {high} g/kWh, a spread of {spread}: {factors}",
                low=decimal(f"{low:.4g}"),
                high=decimal(f"{high:.4g}"),
                spread=_percent(low, high),
                factors=", ".join(map(named, carbon.others)),
            ),
        )
    if carbon.water_l is not None:
        yield Row(
            label=_("water, WUE {wue} L/kWh", wue=decimal(f"{carbon.wue:g}")),
            amount=numbers.volume(carbon.water_l, precision),
            remark=_("on the energy of the computer, not of the data centre"),
        )
    if carbon.embodied_g is not None:
        yield Row(
            label=_("embodied share"),
            amount=f"{numbers.mass(carbon.embodied_g, _rough(precision))} CO2e",
            remark=told(carbon.embodied_method or ""),
        )
    if carbon.sci_g is not None:
        without = carbon.embodied_g is None
        embodied = _("without embodied emissions, which it should have") if without else _("embodied too")
        yield Row(
            label=_("SCI, for one {unit}", unit=carbon.per),
            amount=f"{numbers.mass(carbon.sci_g, precision)} CO2e",
            interval=_mass_interval(carbon.interval_sci_g, bare),
            remark=_(
                "((E x I) + M) / R, ISO/IEC 21031, over {units}; {embodied}",
                units=decimal(f"{carbon.units:,g}"),
                embodied=embodied,
            ),
        )
    yield from _money(carbon, precision)
    yield from _yearly(carbon, precision)


def _money(carbon: Carbon, precision: Precision) -> Iterator[Row]:
    if carbon.cost is not None:
        yield Row(
            label=_("electricity"),
            amount=f"{numbers.plain(carbon.cost, precision)} {carbon.currency}",
            remark=_(
                "{price} per kWh of the data centre", price=decimal(f"{carbon.price_per_kwh:g} {carbon.currency}")
            ),
        )
    if carbon.shadow_cost is not None:
        yield Row(
            label=_("shadow price"),
            amount=f"{numbers.plain(carbon.shadow_cost, precision)} {carbon.currency}",
            remark=_(
                "{price} per tonne of CO2e", price=decimal(f"{carbon.shadow_price_per_tonne:g} {carbon.currency}")
            ),
        )


def _yearly(carbon: Carbon, precision: Precision) -> Iterator[Row]:
    year, bare = carbon.yearly, replace(precision, about=False)
    if year is None:
        return
    more = (
        None if year.water_l is None else _("{amount} of water", amount=numbers.volume(year.water_l, precision)),
        None
        if year.embodied_g is None
        else _("{mass} embodied", mass=f"{numbers.mass(year.embodied_g, _rough(precision))} CO2e"),
        None
        if year.cost is None
        else _("{money} of electricity", money=f"{numbers.plain(year.cost, precision)} {carbon.currency}"),
        None
        if year.shadow_cost is None
        else _("{money} shadow price", money=f"{numbers.plain(year.shadow_cost, precision)} {carbon.currency}"),
    )
    yield Row(
        label=_("at {number} runs a day", number=decimal(f"{year.runs_per_day:,g}")),
        amount=_("{amount} a year", amount=numbers.electricity(year.kwh, precision)),
        interval=_energy_interval(year.interval_kwh, bare),
        remark=_("energy of the computer"),
    )
    yield Row(
        label=_("and their emissions"),
        amount=_("{amount} a year", amount=f"{numbers.mass(year.g_co2e, precision)} CO2e"),
        interval=_mass_interval(year.interval_g, bare),
        remark=", ".join(part for part in more if part),
    )


def sentence(carbon: Carbon, precision: Precision) -> str:
    """The emissions in one sentence, with the factor, its year and source, and how far published ones differ."""
    said = _(
        "Emissions of the program's own joules: {energy}, PUE {pue}, at {factor}: {mass} CO2e.",
        energy=numbers.electricity(carbon.kwh, precision),
        pue=decimal(f"{carbon.pue:g}"),
        factor=factor(carbon),
        mass=numbers.mass(carbon.g_co2e, precision),
    )
    if not carbon.others:
        return said
    low, high = spread(carbon)
    published = _(
        "Published factors go from {low} to {high} g/kWh, a spread of {spread}.",
        low=decimal(f"{low:.4g}"),
        high=decimal(f"{high:.4g}"),
        spread=_percent(low, high),
    )
    return f"{said} {published}"


def spread(carbon: Carbon) -> tuple[float, float]:
    """The least and the greatest of the factor that was used and those that are published beside it."""
    values = [carbon.factor_g_per_kwh, *(other.g_per_kwh for other in carbon.others)]
    return min(values), max(values)


def named(factor: CarbonFactor) -> str:
    """A published factor in few words: ``nl-ce-delft 374 (2021)``."""
    known = ", ".join(part for part in (str(factor.year or ""), _scope(factor.scope)) if part)
    return f"{factor.name or factor.source} {decimal(f'{factor.g_per_kwh:.4g}')} ({known})"


def _scope(scope: str | None) -> str:
    return _("direct only") if scope == "direct" else ""


def factor(carbon: Carbon) -> str:
    """The factor with who says so: ``267.6 g/kWh (codecarbon …, 2023; location-based, life cycle)``."""
    rows = (
        None
        if carbon.hours is None
        else ngettext("mean of {number} row", "mean of {number} rows", carbon.hours, number=carbon.hours)
    )
    year = _("year unknown") if carbon.factor_year is None and carbon.hours is None else carbon.factor_year
    source = ", ".join(str(part) for part in (told(carbon.factor_source), year, rows) if part)
    how = qualities(carbon.factor_method, carbon.factor_scope)
    how = how or _("location or market, life cycle or direct: not said")
    return f"{decimal(f'{carbon.factor_g_per_kwh:.4g}')} g/kWh ({source}; {how})"


def qualities(method: str | None, scope: str | None) -> str:
    """``location-based, life cycle``; empty where neither is known."""
    said = (None if method is None else told(f"{method}-based"), told(scope or ""))
    return ", ".join(part for part in said if part)


def _rough(precision: Precision) -> Precision:
    """Of what making a computer emitted: an estimate, whatever the energy is."""
    return replace(precision, about=True, digits=2)


def _percent(low: float, high: float) -> str:
    return decimal(f"{100 * (high / low - 1):.0f} %") if low > 0 else _("unknown size")


def _energy_interval(kwh: tuple[float, float] | None, precision: Precision) -> str:
    return "" if kwh is None else numbers.electricity_interval(kwh, precision)


def _mass_interval(grams: tuple[float, float] | None, precision: Precision) -> str:
    return "" if grams is None else numbers.mass_interval(grams, precision)
