"""Electricity and emissions in units that suit their size, for people."""

from __future__ import annotations

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
    """Both ends of an interval."""
    return numbers.span(*(_shown(end, _ENERGY, "", False, 2 if about else 3) for end in interval))


def emissions_within(interval: Interval, *, about: bool) -> str:
    """Both ends of an interval."""
    return numbers.span(*(_shown(end, _MASS, " CO2e", False, 2 if about else 3) for end in interval))


def of(used: Used) -> str:
    """What some runs used."""
    return _("not known") if used.unknown == used.runs else energy(used.kwh, about=used.estimated)


def _shown(value: float, units: tuple[tuple[float, str], ...], what: str, about: bool, digits: int = 0) -> str:
    number = float(f"{value:.{digits or (2 if about else 3)}g}")
    scale, unit = next((each for each in units if abs(number) >= each[0]), units[-1])
    text = decimal(f"{number / scale:,.6g} {unit}{what}")
    return numbers.about(text) if about and number else text
