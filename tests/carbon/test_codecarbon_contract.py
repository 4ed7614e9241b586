"""greenprof's factors are codecarbon's own, for the same kWh and place, and no socket is opened to learn them."""

from __future__ import annotations

import socket

import pytest
from codecarbon.core.emissions import Emissions
from codecarbon.core.units import Energy
from codecarbon.external.geography import CloudMetadata, GeoMetadata
from codecarbon.input import DataSource

from greenprof import carbon
from greenprof.carbon import codecarbon_data
from greenprof.carbon_settings import CarbonSettings

KWH = 1234.5


@pytest.fixture(autouse=True)
def no_sockets(monkeypatch):
    def refuse(*_arguments, **_keywords):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def grams(factor):
    return carbon.emissions(KWH, carbon.Pricing(factor=factor)).g_co2e


def theirs(place):
    return Emissions(DataSource()).get_private_infra_emissions(Energy.from_energy(KWH), place) * 1000


def test_every_country_has_the_emissions_that_codecarbon_gives():
    known = codecarbon_data.countries()
    assert set(known) == set(DataSource().get_global_energy_mix_data())
    for code, name in known.items():
        place = GeoMetadata(country_iso_code=code, country_name=name)
        assert grams(carbon.country_factor(code)) == pytest.approx(theirs(place), rel=1e-4), code
    assert len(known) > 200


@pytest.mark.parametrize("code", codecarbon_data.REGIONAL)
def test_every_region_has_the_emissions_that_codecarbon_gives(code):
    names = codecarbon_data.regions(code)
    for name in names:
        place = GeoMetadata(country_iso_code=code, country_name=codecarbon_data.countries()[code], region=name)
        assert grams(carbon.country_factor(code, name.upper())) == pytest.approx(theirs(place), rel=1e-4), name
    assert names


def test_every_cloud_region_has_the_emissions_that_codecarbon_gives():
    emissions, regions = Emissions(DataSource()), codecarbon_data.cloud_regions()
    for name, (country, factor) in regions.items():
        cloud = CloudMetadata(*name.split(":"))
        theirs = emissions.get_cloud_emissions(Energy.from_energy(KWH), cloud) * 1000
        assert grams(factor) == pytest.approx(theirs, rel=1e-4), name
        assert country == emissions.get_cloud_country_iso_code(cloud)
    assert len(regions) == len(DataSource().get_cloud_emissions_data())


def test_a_known_place_with_its_year_and_source():
    factor = carbon.country_factor("NLD")
    assert factor.g_per_kwh == pytest.approx(267.6, abs=0.05)
    assert (factor.year, factor.method, factor.scope) == (2023, "location", "life cycle")
    assert factor.source.startswith("codecarbon 3.")


def test_what_codecarbon_reads_of_its_surroundings_changes_nothing(monkeypatch, tmp_path):
    (tmp_path / ".codecarbon.config").write_text("[codecarbon]\ncountry_iso_code=CAN\nforce_carbon_intensity=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CODECARBON_COUNTRY_ISO_CODE", "CAN")
    monkeypatch.setenv("CODECARBON_FORCE_CARBON_INTENSITY_G_CO2E_KWH", "1")
    planned = carbon.plan(CarbonSettings(country="USA", region="california"))
    assert planned.pricing.factor.g_per_kwh == pytest.approx(179.06, abs=0.05)
