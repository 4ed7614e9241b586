"""codecarbon's published factors, and nothing else of it: never its tracker, no network, no settings of the machine.

Importing codecarbon takes half a second and pandas one more, so its two tables of factors are read as files, from where
the package is installed; `tests/carbon/test_codecarbon_contract.py` holds them to what its ``Emissions`` class says.
What needs its arithmetic (a region within a country) goes through ``Emissions`` and ``DataSource``.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenprof.carbon.presets import CLOUD_YEAR
from greenprof.errors import GreenprofError
from greenprof.model import CarbonFactor

if TYPE_CHECKING:
    from codecarbon.input import DataSource

# How codecarbon's regions are spelt and made, by country.
_NORDIC = {"SWE": "SE", "NOR": "NO", "FIN": "FI"}
REGIONAL = ("CAN", "CHN", "USA", *_NORDIC)


@cache
def countries() -> dict[str, str]:
    """The countries with a factor: their English names by ISO 3166-1 code of three letters."""
    return {code: str(entry["country_name"]) for code, entry in sorted(_mix().items())}


def country(code: str) -> CarbonFactor:
    """The factor of a country in `countries`: grams per kWh of what is generated there, over the life cycle.

    codecarbon takes it from Our World in Data, which has it from Ember (emissions of the whole life cycle).
    """
    entry = _mix()[code]
    intensity = entry.get("carbon_intensity")
    g_per_kwh = float(intensity) if intensity is not None else _by_class(code, None)
    return CarbonFactor(
        g_per_kwh=g_per_kwh,
        source=f"codecarbon {version('codecarbon')}, {code}: Our World in Data, Ember",
        year=int(entry["year"]),
        method="location",
        scope="life cycle",
        name=f"codecarbon:{code}",
    )


@cache
def cloud_regions() -> dict[str, tuple[str, CarbonFactor]]:
    """Cloud regions with a factor of their own: country and factor by name (``gcp:europe-west4``)."""
    try:
        with (_folder() / "cloud" / "impact.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return {
            f"{row['provider']}:{row['region']}": (
                row["countryIsoCode"],
                CarbonFactor(
                    g_per_kwh=float(row["impact"]),
                    source=f"{row['providerName']} {row['region']}, in codecarbon {version('codecarbon')}",
                    year=CLOUD_YEAR,
                    method="location",
                    scope="life cycle",
                    name=f"{row['provider']}:{row['region']}",
                ),
            )
            for row in rows
        }
    except (OSError, KeyError, ValueError) as error:
        raise _changed(error) from None


def regions(code: str) -> tuple[str, ...]:
    """The regions of a country that codecarbon has factors for, as it spells them."""
    source = _source()
    if code == "USA":
        names = source.get_country_emissions_data("usa")
    elif code == "CAN":
        names = source.get_country_energy_mix_data("can")
    elif code == "CHN":
        found = source.get_china_provincial_emissions_data()["data"].values()
        return tuple(sorted(name for province in found for name in province["names"]))
    elif code in _NORDIC:
        zones = source.get_nordic_country_energy_mix_data()["data"]
        return tuple(sorted(zone.lower() for zone in zones if zone.startswith(_NORDIC[code])))
    else:
        return ()
    return tuple(sorted(name for name in names if not name.startswith("_")))


def region(code: str, name: str) -> CarbonFactor:
    """The factor of one of the `regions` of a country, as codecarbon's ``Emissions`` works it out."""
    source, year, scope = {
        "USA": ("EPA eGRID", 2023, "direct"),
        "CAN": ("mix of fuels of the province", None, "direct"),
        "CHN": ("MEE and NBS of China", 2023, "direct"),
    }.get(code, ("ENTSO-E", None, "life cycle"))
    if code in _NORDIC:
        year = _source().get_nordic_country_energy_mix_data()["data"][name.upper()].get("year")
    return CarbonFactor(
        g_per_kwh=_by_class(code, name),
        source=f"codecarbon {version('codecarbon')}, {code}, {name}: {source}",
        year=year,
        method="location",
        scope=scope,
    )


def _by_class(code: str, region: str | None) -> float:
    """Grams per kWh of a place, by codecarbon's own classes; it never asks the network for one that is named."""
    from codecarbon.core.emissions import Emissions
    from codecarbon.core.units import Energy
    from codecarbon.external.geography import GeoMetadata

    emissions, kwh = Emissions(_source()), Energy.from_energy(kWh=1.0)
    place = GeoMetadata(country_iso_code=code, country_name=countries()[code], region=region)
    kg = emissions.get_region_emissions(kwh, place) if region else emissions.get_country_emissions(kwh, place)
    return float(kg) * 1000


def _source() -> DataSource:
    from codecarbon.input import DataSource

    return DataSource()  # type: ignore[no-untyped-call]


@cache
def _mix() -> dict[str, dict[str, Any]]:
    try:
        text = (_folder() / "private_infra" / "global_energy_mix.json").read_text(encoding="utf-8")
        mix: dict[str, dict[str, Any]] = json.loads(text)
        return {code: entry for code, entry in mix.items() if entry["country_name"] and entry["year"]}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _changed(error) from None


def _folder() -> Path:
    """The folder of codecarbon's data, found without importing it."""
    spec = find_spec("codecarbon")
    if spec is None or not spec.submodule_search_locations:
        raise GreenprofError("codecarbon is not installed, and its factors are needed: pip install 'codecarbon>=3,<4'")
    return Path(spec.submodule_search_locations[0]) / "data"


def _changed(error: Exception) -> GreenprofError:
    return GreenprofError(
        f"the factors of codecarbon {version('codecarbon')} cannot be read ({error}); greenprof knows version 3"
    )
