"""Kilowatt-hours to emissions, water and money. Pure: every figure that goes in is in the value that comes out.

- Emissions: energy x PUE x factor (GHG Protocol, Scope 2 Guidance, 2015, chapter 6).
- PUE, power usage effectiveness: energy of the data centre over that of its computers (ISO/IEC 30134-2).
- Water: WUE x energy of the computers, not of the data centre (ISO/IEC 30134-9).
- SCI, software carbon intensity: ((E x I) + M) / R (ISO/IEC 21031), E with the PUE in it, M = TE x TS x RS: what making
  the device emitted, x time used over its life span, x share of its resources.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from greenprof.carbon.presets import NO_OVERHEAD, Pue
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import Carbon, CarbonFactor, CarbonYear

JOULES_PER_KWH = 3.6e6
DAYS_PER_YEAR = 365
HOURS_PER_YEAR = 24 * DAYS_PER_YEAR
GRAMS_PER_TONNE = 1e6
LIFESPAN_YEARS = 4.0  # that of the example in the specification of the SCI, version 1.1
CURRENCY = "EUR"

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Embodied:
    """What making a computer emitted, over how long it is used, and which share of it a program has meanwhile."""

    device_g: float
    lifespan_years: float = LIFESPAN_YEARS
    share: float = 1.0

    def grams(self, hours: float) -> float:
        """M = TE x TS x RS of the SCI, for `hours` of use."""
        return self.device_g * hours / (self.lifespan_years * HOURS_PER_YEAR) * self.share

    def method(self) -> str:
        """How it was worked out, in words."""
        return (
            f"{self.device_g / 1000:g} kg CO2e for the computer over {self.lifespan_years:g} years, "
            f"{100 * self.share:g} % of it for the time of the run"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionalUnit:
    """R of the SCI: so many of what the software is there for."""

    name: str
    count: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Money for a kWh of the data centre, and the shadow price of a tonne of CO2e."""

    per_kwh: float | None = None
    per_tonne: float | None = None
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """All that turns energy into emissions: where the electricity comes from and what else was asked for."""

    factor: CarbonFactor
    country: str | None = None
    others: tuple[CarbonFactor, ...] = ()
    pue: Pue = NO_OVERHEAD
    wue: float | None = None
    embodied: Embodied | None = None
    per: FunctionalUnit | None = None
    prices: Prices = Prices()
    runs_per_day: float | None = None


def kwh_of(joules: float) -> float:
    """Kilowatt-hours: 3.6 million joules each."""
    return joules / JOULES_PER_KWH


def functional_unit(text: str) -> FunctionalUnit:
    """``request=1000``: what one counts, and how many of them the run served; raises `GreenprofError`."""
    name, sign, number = text.partition("=")
    try:
        count = float(number) if sign else 1.0
    except ValueError:
        count = math.nan
    if not name.strip() or not (math.isfinite(count) and count > 0):
        raise GreenprofError(f"--per {text}: name a unit and how many the run served, as in request=1000", EXIT_USAGE)
    return FunctionalUnit(name=name.strip(), count=count)


def emissions(
    kwh: float,
    pricing: Pricing,
    *,
    interval_kwh: Interval | None = None,
    hours: float | None = None,
    priced_hours: int | None = None,
) -> Carbon:
    """What `kwh` of a computer emit, with water, money and the SCI as far as `pricing` has what they need.

    `interval_kwh` is the 95 % interval of the energy, `hours` how long the computer was used (for its embodied share),
    `priced_hours` how many rows of a file of hourly factors the factor is the mean of. Raises `GreenprofError` where an
    SCI is asked for and the factor is market-based, which ISO/IEC 21031 excludes, or where hours are missing.
    """
    factor, pue, per = pricing.factor, pricing.pue.value, pricing.per
    if per is not None and factor.method == "market":
        raise GreenprofError(
            "--per: the SCI (ISO/IEC 21031) excludes market-based factors; give a location-based one", EXIT_USAGE
        )
    if pricing.embodied is not None and hours is None:
        raise GreenprofError("the embodied share needs the hours that the computer was used", EXIT_USAGE)
    g_per_kwh = pue * factor.g_per_kwh  # of the computer's own energy
    grams, interval_g = kwh * g_per_kwh, _times(interval_kwh, g_per_kwh)
    embodied_g = None if pricing.embodied is None or hours is None else pricing.embodied.grams(hours)
    prices = pricing.prices
    carbon = Carbon(
        kwh=kwh,
        g_co2e=grams,
        factor_g_per_kwh=factor.g_per_kwh,
        factor_source=factor.source,
        factor_year=factor.year,
        pue=pue,
        wue=pricing.wue,
        interval_kwh=interval_kwh,
        interval_g=interval_g,
        factor_method=factor.method,
        factor_scope=factor.scope,
        country=pricing.country,
        others=tuple(other for other in pricing.others if other.g_per_kwh != factor.g_per_kwh),
        hours=priced_hours,
        pue_source=pricing.pue.source,
        water_l=None if pricing.wue is None else kwh * pricing.wue,
        embodied_g=embodied_g,
        embodied_method=None if pricing.embodied is None else pricing.embodied.method(),
        per=None if per is None else per.name,
        units=None if per is None else per.count,
        sci_g=None if per is None else sci(grams, embodied_g or 0.0, per.count),
        interval_sci_g=_sci_interval(interval_g, embodied_g or 0.0, per),
        price_per_kwh=prices.per_kwh,
        cost=None if prices.per_kwh is None else kwh * pue * prices.per_kwh,
        shadow_price_per_tonne=prices.per_tonne,
        shadow_cost=None if prices.per_tonne is None else grams / GRAMS_PER_TONNE * prices.per_tonne,
        currency=None if prices.per_kwh is None and prices.per_tonne is None else prices.currency,
    )
    return carbon if pricing.runs_per_day is None else replace(carbon, yearly=yearly(carbon, pricing.runs_per_day))


def sci(operational_g: float, embodied_g: float, units: float) -> float:
    """Software carbon intensity: grams of CO2e for one functional unit (ISO/IEC 21031)."""
    return (operational_g + embodied_g) / units


def yearly(carbon: Carbon, runs_per_day: float) -> CarbonYear:
    """A year of 365 days with so many runs a day like this one. What all runs have in common stays in the interval."""
    runs = runs_per_day * DAYS_PER_YEAR
    return CarbonYear(
        runs_per_day=runs_per_day,
        kwh=carbon.kwh * runs,
        g_co2e=carbon.g_co2e * runs,
        interval_kwh=_times(carbon.interval_kwh, runs),
        interval_g=_times(carbon.interval_g, runs),
        water_l=_scaled(carbon.water_l, runs),
        embodied_g=_scaled(carbon.embodied_g, runs),
        cost=_scaled(carbon.cost, runs),
        shadow_cost=_scaled(carbon.shadow_cost, runs),
    )


def _times(interval: Interval | None, factor: float) -> Interval | None:
    return None if interval is None else (interval[0] * factor, interval[1] * factor)


def _scaled(amount: float | None, factor: float) -> float | None:
    return None if amount is None else amount * factor


def _sci_interval(interval_g: Interval | None, embodied_g: float, per: FunctionalUnit | None) -> Interval | None:
    if interval_g is None or per is None:
        return None
    return sci(interval_g[0], embodied_g, per.count), sci(interval_g[1], embodied_g, per.count)
