"""Electricity and emissions in units that suit their size, for people."""

from __future__ import annotations

from decimal import Decimal

from greenprof.history.summary import Interval, Used
from greenprof.i18n import _, decimal
from greenprof.reporters import _numbers as numbers

_ENERGY = ((1e3, "MWh"), (1.0, "kWh"), (1e-3, "Wh"), (1e-6, "mWh"))
_MASS = ((1e6, "t"), (1e3, "kg"), (1.0, "g"), (1e-3, "mg"))


def energy(kwh: float, *, about: bool) -> str:
    """Kilowatt-hours: two digits and "about" where they are estimated, three where measured."""
    return _shown(kwh, _ENERGY, "", about)


def emissions(grams: float, *, about: bool) -> str:
    """Grams of CO2 equivalent, in the same manner."""
    return _shown(grams, _MASS, " CO2e", about)


def energy_within(interval: Interval, *, about: bool) -> str:
    """Both ends of an interval, the unit once: that of the larger one."""
    return _within(interval, _ENERGY, "", about)


def emissions_within(interval: Interval, *, about: bool) -> str:
    """Both ends of an interval, in the same manner."""
    return _within(interval, _MASS, " CO2e", about)


def of(used: Used) -> str:
    """What some runs used."""
    return _("not known") if used.unknown == used.runs else energy(used.kwh, about=used.estimated)


def _shown(value: float, units: tuple[tuple[float, str], ...], what: str, about: bool) -> str:
    number = _rounded(value, about)
    scale, unit = _unit(number, units)
    text = f"{_plain(number / scale)} {unit}{what}"
    return numbers.about(text) if about and number else text


def _within(interval: Interval, units: tuple[tuple[float, str], ...], what: str, about: bool) -> str:
    low, high = (_rounded(end, about) for end in interval)
    scale, unit = _unit(max(abs(low), abs(high)), units)
    return numbers.span(_plain(low / scale), f"{_plain(high / scale)} {unit}{what}")


def _rounded(value: float, about: bool) -> float:
    return float(f"{value:.{2 if about else 3}g}")


def _unit(number: float, units: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    return next((each for each in units if abs(number) >= each[0]), units[-1])


def _plain(number: float) -> str:
    """With no exponent, and a minus sign for a hyphen."""
    return numbers.minus(decimal(f"{Decimal(f'{number:.6g}'):,f}"))
