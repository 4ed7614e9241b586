"""How a number is written: once, for every reporter.

A number shows as many digits as its uncertainty leaves it, and an estimated one shows two and the
word "about". What is not known is written "unknown", never as 0. Signs and words are those of the language.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from greenprof.i18n import _, decimal

if TYPE_CHECKING:
    from collections.abc import Callable

    from greenprof.model import Report

_PREFIXES = {-2: "µ", -1: "m", 0: "", 1: "k", 2: "M"}
_SMALLEST_SHOWN = Decimal("0.001")


def unknown() -> str:
    """What is written for a number that is not known."""
    return _("unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How far the energies of one report can be trusted: significant digits, and measured or about."""

    digits: int
    about: bool


def precision(report: Report) -> Precision:
    """The precision that the uncertainty leaves, the meter's or the interval's; two digits for an estimate."""
    if report.meter.estimated:
        return Precision(digits=2, about=True)
    energy, relative = report.energy, report.meter.uncertainty
    if energy.interval_j is not None and energy.process_j:
        half_width_j = (energy.interval_j[1] - energy.interval_j[0]) / 2
        relative = max(relative, half_width_j / energy.process_j)
    return Precision(digits=significant_digits(relative), about=False)


def significant_digits(uncertainty: float) -> int:
    """Digits worth showing at a relative uncertainty: 0.1 leaves 2, 0.01 leaves 3, 0.001 leaves 4.

    The last digit shown is then of the order of a tenth of the uncertainty or more, as the Guide to
    the expression of uncertainty in measurement (JCGM 100:2008, 7.2.6) advises; always 2 to 4.
    """
    if not 0 < uncertainty < 1:
        return 4 if uncertainty == 0 else 2
    return min(4, max(2, 1 - math.floor(math.log10(uncertainty))))


def energy(joules: float | None, precision: Precision, scale: int | None = None) -> str:
    """Joules with an SI prefix: ``420 mJ``, ``60.0 J``, ``about 1.2 kJ``.

    `scale` (from `scale_of`) fixes the prefix, so that the numbers of one table can be compared at
    a glance; a number too small for it is written as ``<0.001 kJ``.
    """
    return _about(_quantity(joules, "J", precision.digits, scale), joules, precision)


def difference(joules: float | None, precision: Precision, scale: int | None = None) -> str:
    """Joules more or less than others, with their sign: ``+1.2 J``, ``about −400 mJ``; `scale` as in `energy`."""
    if joules is None:
        return unknown()
    sign = "+" if joules > 0 else "−" if joules < 0 else ""
    amount = sign + _quantity(abs(joules), "J", precision.digits, scale)
    return about(amount) if precision.about and joules else amount


def power(watts: float | None, precision: Precision) -> str:
    """Watts with an SI prefix, in the same manner as `energy`."""
    return _about(_quantity(watts, "W", precision.digits, None), watts, precision)


def seconds(value: float | None, precision: Precision) -> str:
    """Seconds with an SI prefix, in the same manner as `energy`: ``310 ms``, ``12.3 s``."""
    return _about(_quantity(value, "s", precision.digits, 0 if value and value >= 1000 else None), value, precision)


def energy_interval(interval_j: tuple[float, float] | None, precision: Precision, scale: int | None = None) -> str:
    """Both ends of an interval in joules: ``59.4 to 60.6 J``."""
    if interval_j is None:
        return unknown()
    low_j, high_j = interval_j
    scale = scale_of(high_j) if scale is None else scale
    low, high = (_quantity(joules, "J", precision.digits, scale) for joules in (low_j, high_j))
    return span(low.removesuffix(high[high.rindex(" ") :]), high)


def difference_interval(interval_j: tuple[float, float] | None, precision: Precision) -> str:
    """Both ends of a difference in joules, in the unit of the larger: ``−180 to +28 J``."""
    if interval_j is None:
        return unknown()
    scale = scale_of(max(interval_j, key=abs))
    unit = _quantity(0.0, "J", precision.digits, scale).removeprefix("0")
    low, high = (difference(joules, replace(precision, about=False), scale) for joules in interval_j)
    return span(low.removesuffix(unit), high)


def mass(grams: float | None, precision: Precision) -> str:
    """Grams with an SI prefix, tonnes from a million on: ``4.5 mg``, ``7.2 kg``, ``7,885 t``."""
    return _about(_in_unit(grams, _mass_unit(grams), precision.digits), grams, precision)


def electricity(kwh: float | None, precision: Precision) -> str:
    """Watt-hours with an SI prefix, kilowatt-hours from a thousand on: ``17 mWh``, ``29,460,000 kWh``."""
    return _about(_in_unit(kwh, _electricity_unit(kwh), precision.digits), kwh, precision)


def volume(litres: float | None, precision: Precision) -> str:
    """Litres with an SI prefix below a thousand: ``0.30 µL``, ``22 L``, ``4,400 L``."""
    return _about(_quantity(litres, "L", precision.digits, 0 if litres and litres >= 1000 else None), litres, precision)


def mass_interval(interval_g: tuple[float, float] | None, precision: Precision) -> str:
    """Both ends of an interval in the unit of the upper one: ``4.0 to 4.6 mg``."""
    return _ends(interval_g, _mass_unit, precision.digits)


def electricity_interval(interval_kwh: tuple[float, float] | None, precision: Precision) -> str:
    """Both ends of an interval in the unit of the upper one: ``16 to 18 mWh``."""
    return _ends(interval_kwh, _electricity_unit, precision.digits)


def plain(value: float | None, precision: Precision) -> str:
    """A bare number with the digits it can bear and no exponent: ``0.0000050``, ``2,358,000``."""
    if value is None or not math.isfinite(value):
        return unknown()
    return _about(decimal(f"{_scientific(value, precision.digits):,f}") if value else "0", value, precision)


def scale_of(joules: float | None) -> int:
    """The power of a thousand that suits `joules`: -1 for milli, 0 for none, 1 for kilo."""
    return 0 if not joules else _step(_scientific(joules, 3))


def share(part: float | None, whole: float | None) -> str:
    """`part` of `whole` in percent: ``33 %``, ``4.2 %``, ``<0.1 %``."""
    ratio = fraction(part, whole)
    if ratio is None:
        return unknown()
    percent = 100 * ratio
    if percent == 0:
        return decimal("0 %")
    if percent < 0.1:
        return decimal("<0.1 %")
    return decimal(f"{percent:.1f} %" if percent < 9.95 else f"{percent:.0f} %")


def margin(points: float | None) -> str:
    """Half the interval of a share, in points of percent: ``±1.2``, ``±<0.1``; empty where it is unknown."""
    if points is None:
        return ""
    percent = 100 * points
    return decimal("±<0.1" if percent < 0.1 else f"±{percent:.1f}" if percent < 9.95 else f"±{percent:.0f}")


def uncertainty(relative: float) -> str:
    """A relative uncertainty in percent, two digits of it: ``±1 %``, ``±0.35 %``, ``±110 %``."""
    return decimal(f"±{float(f'{100 * relative:.2g}'):,g} %")


def fraction(part: float | None, whole: float | None) -> float | None:
    """`part` of `whole` as a ratio, or ``None`` where either is unknown or the whole is nothing."""
    return None if part is None or not whole else part / whole


def duration(seconds: float | None) -> str:
    """A time span: ``420 ms``, ``12.3 s``, ``3 min 5 s``, ``2 h 4 min``."""
    if seconds is None:
        return unknown()
    if seconds < 0.995:
        return _quantity(seconds, "s", 2, None)
    if seconds < 99.95:
        return _quantity(seconds, "s", 3, 0)
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{hours} h {minutes} min", hours=count(hours), minutes=minutes)
    return f"{minutes} min {rest} s"


def cpu_time(seconds: float) -> str:
    """CPU time, always in seconds with two decimals so that a column of them can be compared."""
    return decimal("<0.01 s" if 0 < seconds < 0.005 else f"{seconds:,.2f} s")


def count(number: int | None) -> str:
    """A whole number with thousands set apart."""
    return unknown() if number is None else decimal(f"{number:,}")


def size(number: int | None) -> str:
    """Bytes with a decimal prefix: ``35.2 MB``."""
    if number is None:
        return unknown()
    return f"{number} B" if abs(number) < 1000 else _quantity(float(number), "B", 3, None)


def _about(text: str, value: float | None, precision: Precision) -> str:
    exact = value is None or value == 0 or text.startswith("<")
    return about(text) if precision.about and not exact else text


def about(amount: str) -> str:
    """An amount that is an estimate: ``about 12 J``."""
    return _("about {amount}", amount=amount)


def minus(amount: str) -> str:
    """An amount below 0 with a minus sign, which Python writes as a hyphen: ``−23 mWh``."""
    return f"−{amount[1:]}" if amount.startswith("-") else amount


def span(low: str, high: str) -> str:
    """From one amount to another: ``59.4 to 60.6 J``."""
    return _("{low} to {high}", low=low, high=high)


def _quantity(value: float | None, unit: str, digits: int, scale: int | None) -> str:
    if value is None or not math.isfinite(value):
        return unknown()
    if value == 0:
        return f"0 {_PREFIXES[scale or 0]}{unit}"
    rounded = _scientific(value, digits)
    step = _step(rounded) if scale is None else scale
    mantissa = rounded.scaleb(-3 * step)
    if abs(mantissa) < _SMALLEST_SHOWN:
        return decimal(f"<{_SMALLEST_SHOWN} {_PREFIXES[step]}{unit}")
    return decimal(f"{mantissa:,f} {_PREFIXES[step]}{unit}")


def _mass_unit(grams: float | None) -> tuple[str, float, int | None]:
    """The unit, what to divide by, and the prefix that is fixed."""
    return ("t", 1e6, 0) if grams is not None and grams >= 999_500 else ("g", 1.0, None)


def _electricity_unit(kwh: float | None) -> tuple[str, float, int | None]:
    return ("kWh", 1.0, 0) if kwh is not None and kwh >= 0.9995 else ("Wh", 0.001, None)


def _in_unit(value: float | None, unit: tuple[str, float, int | None], digits: int) -> str:
    name, divisor, scale = unit
    return _quantity(None if value is None else value / divisor, name, digits, scale)


def _ends(
    interval: tuple[float, float] | None,
    unit_of: Callable[[float | None], tuple[str, float, int | None]],
    digits: int,
) -> str:
    if interval is None:
        return unknown()
    name, divisor, scale = unit_of(interval[1])
    if scale is None:
        scale = scale_of(interval[1] / divisor)
    low, high = (_in_unit(end, (name, divisor, scale), digits) for end in interval)
    return span(low.removesuffix(high[high.rindex(" ") :]), high)


def _scientific(value: float, digits: int) -> Decimal:
    return Decimal(f"{value:.{digits - 1}e}")


def _step(rounded: Decimal) -> int:
    return min(max(_PREFIXES), max(min(_PREFIXES), rounded.adjusted() // 3))
