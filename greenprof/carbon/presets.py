"""Published figures that are not in codecarbon, each with its source; looked up in November 2026."""

from __future__ import annotations

from dataclasses import dataclass

from greenprof.model import CarbonFactor

_CE_DELFT = "CE Delft, Ketenemissies elektriciteit: actualisatie elektriciteitsmix 2021, for co2emissiefactoren.nl"

# By country. The list of co2emissiefactoren.nl is the one that the CO2-Prestatieladder asks for.
FACTORS: dict[str, tuple[CarbonFactor, ...]] = {
    "NLD": (
        CarbonFactor(
            name="nl-ce-delft", g_per_kwh=374.0, year=2021, method="location", scope="life cycle",
            source=f"{_CE_DELFT} (300 direct + 74 in the chain)",
        ),
        CarbonFactor(
            name="nl-ce-delft-direct", g_per_kwh=300.0, year=2021, method="location", scope="direct",
            source=f"{_CE_DELFT} (production only)",
        ),
    ),
}  # fmt: skip

# Short names for factors that are in codecarbon's data.
SHORT = {"nl-codecarbon": "codecarbon:NLD", "nl-gcp": "gcp:europe-west4"}

# codecarbon's table of cloud regions gives no year; it is Google's table for 2023
# (github.com/GoogleCloudPlatform/region-carbon-info, data/yearly/2023.csv).
CLOUD_YEAR = 2023


@dataclass(frozen=True, slots=True, kw_only=True)
class Pue:
    """Energy of a data centre over that of its computers, and who says so."""

    value: float
    source: str


NO_OVERHEAD = Pue(value=1.0, source="no overhead counted")

PUES = {
    "eu": Pue(
        value=1.36,
        source="weighted average of 776 data centres of the EU, 2023 and 2024, European Commission, Energy Efficiency "
        "Directive",
    ),
    "global": Pue(value=1.56, source="average of the Uptime Institute Global Data Center Survey 2024"),
}
