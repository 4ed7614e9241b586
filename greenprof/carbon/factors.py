"""Which factor is meant: a country, a region of it, a published one by name, or a number of one's own.

What is not known is an error with what may have been meant. There is no average of the world to fall back on, and no
country is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches

from greenprof.carbon import codecarbon_data, presets
from greenprof.carbon.presets import Pue
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import CarbonFactor

# Coal emits 995 g/kWh in codecarbon's table, oil shale some 1,500: more is a slip of units, and so is less than a gram.
MOST_G_PER_KWH = 3000.0
LEAST_G_PER_KWH = 1.0


def country_code(text: str) -> str:
    """The ISO 3166-1 code of three letters that is meant, by the code or the English name; `GreenprofError` if none."""
    names = codecarbon_data.countries()
    wanted = text.strip().casefold()
    for code, name in names.items():
        if wanted in (code.casefold(), name.casefold()):
            return code
    meant = " or ".join(f"{code} ({names[code]})" for code in _countries_like(text.strip(), names))
    hint = f"did you mean {meant}? " if meant else ""
    raise GreenprofError(
        f"no factor is known for the country {text!r}: {hint}Codes have three letters (ISO 3166-1); "
        "greenprof co2 --list shows all, and --carbon-factor takes a number of your own",
        EXIT_USAGE,
    )


def _countries_like(text: str, names: Mapping[str, str]) -> list[str]:
    """The codes that may have been meant by one of two letters (initials first), or by a name or code misspelt."""
    if len(text) == 2:
        first, second = list(text.upper())
        initials = [code for code, name in names.items() if "".join(re.findall(r"\b[A-Z]", name)) == text.upper()]
        return list(dict.fromkeys((*initials, *(c for c in names if c[0] == first and second in c[1:]))))[:4]
    by_name = {name.casefold(): code for code, name in names.items()}
    close = [by_name[name] for name in get_close_matches(text.casefold(), by_name, 2)]
    return list(dict.fromkeys((*close, *get_close_matches(text.upper(), names, 3))))[:3]


def country_factor(country: str, region: str | None = None) -> CarbonFactor:
    """What a kWh emits in a country, or in a region of it, by codecarbon's data."""
    code = country_code(country)
    if region is None:
        return codecarbon_data.country(code)
    known = codecarbon_data.regions(code)
    name = region.strip().lower()
    if not known:
        raise GreenprofError(
            f"codecarbon has no regions of {code}, only of {', '.join(codecarbon_data.REGIONAL)}; leave the region out",
            EXIT_USAGE,
        )
    if name not in known:
        raise GreenprofError(f"no factor is known for {region!r} in {code}: {_meant(name, known)}", EXIT_USAGE)
    return codecarbon_data.region(code, name)


def names() -> tuple[str, ...]:
    """The names that `named_factor` takes, but for ``codecarbon:`` and a country."""
    own = (factor.name or "" for factors in presets.FACTORS.values() for factor in factors)
    return (*presets.SHORT, *own, *codecarbon_data.cloud_regions())


def named_factor(name: str) -> tuple[str, CarbonFactor]:
    """The country and the factor that go by `name`: ``nl-ce-delft``, ``gcp:europe-west4``, ``codecarbon:DEU``."""
    wanted = name.strip().lower()
    full = presets.SHORT.get(wanted, wanted)
    if full.lower().startswith("codecarbon:"):
        code = country_code(full[len("codecarbon:") :])
        return code, codecarbon_data.country(code)
    for code, factors in presets.FACTORS.items():
        for factor in factors:
            if factor.name == full:
                return code, factor
    if full in codecarbon_data.cloud_regions():
        return codecarbon_data.cloud_regions()[full]
    raise GreenprofError(
        f"no factor is called {name!r}: {_meant(wanted, names())}; or give grams of CO2e per kWh", EXIT_USAGE
    )


def own_factor(
    g_per_kwh: float,
    *,
    source: str | None = None,
    year: int | None = None,
    method: str | None = None,
    scope: str | None = None,
) -> CarbonFactor:
    """A factor that the user gives; raises `GreenprofError` for one that is no grams per kWh."""
    if problem := implausible(g_per_kwh):
        raise GreenprofError(f"a factor of {g_per_kwh:g} {problem}", EXIT_USAGE)
    return CarbonFactor(
        g_per_kwh=g_per_kwh, source=source or "given by the user", year=year, method=method, scope=scope
    )


def factor(
    text: str,
    *,
    source: str | None = None,
    year: int | None = None,
    method: str | None = None,
    scope: str | None = None,
) -> tuple[str | None, CarbonFactor]:
    """A factor by number or by name, and its country where it has one; what is said of it goes before what is known."""
    try:
        g_per_kwh = float(text)
    except ValueError:
        country, found = named_factor(text)
        return country, replace(
            found,
            source=source or found.source,
            year=found.year if year is None else year,
            method=method or found.method,
            scope=scope or found.scope,
        )
    return None, own_factor(g_per_kwh, source=source, year=year, method=method, scope=scope)


def implausible(g_per_kwh: float) -> str | None:
    """What is wrong with a factor; ``None`` for one that can be. 0 is the market-based one of renewable contracts."""
    if not g_per_kwh >= 0:
        return "is below 0" if g_per_kwh < 0 else "is no number"
    if 0 < g_per_kwh < LEAST_G_PER_KWH:
        return f"g/kWh is less than any grid emits; factors are in grams, not kilograms: {1000 * g_per_kwh:g}?"
    if g_per_kwh > MOST_G_PER_KWH:
        return "g/kWh is more than any plant emits; factors are in grams of CO2e per kWh"
    return None


def published(country: str) -> tuple[CarbonFactor, ...]:
    """Every factor that is known for a country, smallest first: they differ, and a report says by how much."""
    code = country_code(country)
    cloud = (factor for place, factor in codecarbon_data.cloud_regions().values() if place == code)
    found = (codecarbon_data.country(code), *presets.FACTORS.get(code, ()), *cloud)
    return tuple(sorted(found, key=lambda factor: factor.g_per_kwh))


def pue_of(text: str) -> Pue:
    """A PUE by number or by the name of an average; `GreenprofError` for one below 1, which cannot be."""
    try:
        value = float(text)
    except ValueError:
        if text.strip().lower() in presets.PUES:
            return presets.PUES[text.strip().lower()]
        raise GreenprofError(
            f"PUE {text!r} is no number and no average: {_meant(text.strip().lower(), presets.PUES)}", EXIT_USAGE
        ) from None
    if not 1 <= value <= 10:
        raise GreenprofError(
            f"a PUE of {value:g} cannot be: it is the energy of a data centre over that of its computers, 1 or more",
            EXIT_USAGE,
        )
    return Pue(value=value, source="given by the user") if value != 1 else presets.NO_OVERHEAD


def _meant(text: str, known: Iterable[str]) -> str:
    every = list(known)
    close = get_close_matches(text, every, 3, 0.5)
    return f"did you mean {' or '.join(close)}?" if close else f"known are {', '.join(every)}"
