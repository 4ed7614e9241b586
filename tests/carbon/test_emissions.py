"""The arithmetic: each figure against its definition, and intervals that travel along."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from greenprof import carbon
from greenprof.carbon.emissions import functional_unit
from greenprof.errors import GreenprofError
from greenprof.model import CarbonFactor

amounts = st.floats(1e-9, 1e9)
factors = st.floats(0, 2000).map(lambda g: CarbonFactor(g_per_kwh=g, source="s", method="location"))
pues = st.floats(1, 3).map(lambda value: carbon.pue_of(str(value)))
close = {"rel": 1e-9, "abs": 1e-300}


@given(kwh=amounts, factor=factors, pue=pues, wue=st.floats(0, 10), runs=st.floats(1, 1e6))
def test_pue_counts_once_and_water_goes_by_the_energy_of_the_computers(kwh, factor, pue, wue, runs):
    pricing = carbon.Pricing(factor=factor, pue=pue, wue=wue, runs_per_day=runs)
    figures = carbon.emissions(kwh, pricing, interval_kwh=(kwh * 0.9, kwh * 1.1))
    assert figures.kwh == kwh
    assert figures.g_co2e == pytest.approx(kwh * pue.value * factor.g_per_kwh, **close)
    assert figures.water_l == pytest.approx(kwh * wue, **close)
    low, high = figures.interval_g
    assert (low, high) == pytest.approx((figures.g_co2e * 0.9, figures.g_co2e * 1.1), **close)
    assert figures.yearly.kwh == pytest.approx(kwh * runs * 365, **close)
    assert figures.yearly.interval_kwh == pytest.approx((kwh * 0.9 * runs * 365, kwh * 1.1 * runs * 365), **close)
    assert figures.yearly.g_co2e == pytest.approx(figures.yearly.kwh * pue.value * factor.g_per_kwh, **close)


@given(parts=st.lists(amounts, min_size=1, max_size=5), factor=factors, pue=pues)
def test_emissions_of_parts_sum_to_those_of_the_whole(parts, factor, pue):
    pricing = carbon.Pricing(factor=factor, pue=pue)
    whole = carbon.emissions(math.fsum(parts), pricing).g_co2e
    assert math.fsum(carbon.emissions(part, pricing).g_co2e for part in parts) == pytest.approx(whole, **close)


@given(
    kwh=amounts, factor=factors, pue=pues, device_kg=st.floats(0, 5000), years=st.floats(1, 10),
    share=st.floats(0.01, 1), hours=st.floats(0, 1000), units=st.floats(0.1, 1e6),
)  # fmt: skip
def test_sci_is_operational_and_embodied_over_the_functional_unit(
    kwh, factor, pue, device_kg, years, share, hours, units
):
    embodied = carbon.Embodied(device_g=device_kg * 1000, lifespan_years=years, share=share)
    per = carbon.FunctionalUnit(name="request", count=units)
    pricing = carbon.Pricing(factor=factor, pue=pue, embodied=embodied, per=per)
    figures = carbon.emissions(kwh, pricing, hours=hours)
    m = device_kg * 1000 * hours / (years * 365 * 24) * share
    assert figures.embodied_g == pytest.approx(m, **close)
    assert figures.sci_g == pytest.approx((kwh * pue.value * factor.g_per_kwh + m) / units, **close)


def test_the_example_of_the_specification_of_the_sci():
    """1000 kg over four years, for one hour: around 28 g of it (SCI 1.1, "Embodied emissions")."""
    assert carbon.Embodied(device_g=1e6).grams(hours=1) == pytest.approx(28.5, abs=0.1)


@given(kwh=amounts, factor=factors, pue=pues, price=st.floats(0, 2), shadow=st.floats(0, 1000))
def test_money(kwh, factor, pue, price, shadow):
    pricing = carbon.Pricing(factor=factor, pue=pue, prices=carbon.Prices(per_kwh=price, per_tonne=shadow))
    figures = carbon.emissions(kwh, pricing)
    assert figures.cost == pytest.approx(kwh * pue.value * price, **close)
    assert figures.shadow_cost == pytest.approx(figures.g_co2e / 1e6 * shadow, **close)
    assert figures.currency == "EUR"


def test_what_was_not_asked_for_is_unknown_and_not_zero():
    figures = carbon.emissions(1.0, carbon.Pricing(factor=CarbonFactor(g_per_kwh=300.0, source="s")))
    for name in ("interval_g", "water_l", "embodied_g", "sci_g", "cost", "shadow_cost", "currency", "yearly", "wue"):
        assert getattr(figures, name) is None, name


def test_a_market_based_factor_makes_no_sci():
    factor = carbon.own_factor(0.0, method="market")
    per = functional_unit("request=10")
    with pytest.raises(GreenprofError, match="ISO/IEC 21031"):
        carbon.emissions(1.0, carbon.Pricing(factor=factor, per=per))


@given(st.floats(1e-6, 1e9), st.sampled_from(["request", "page view", "GB"]))
def test_a_functional_unit_is_read_as_it_is_written(count, name):
    assert functional_unit(f"{name}={count!r}") == carbon.FunctionalUnit(name=name, count=count)


@pytest.mark.parametrize("text", ["", "=5", "request=", "request=0", "request=-1", "request=nan", "request=many"])
def test_a_functional_unit_that_is_none_is_refused(text):
    with pytest.raises(GreenprofError, match="request=1000"):
        functional_unit(text)


@given(joules=amounts)
def test_joules_and_kilowatt_hours(joules):
    assume(math.isfinite(joules))
    assert carbon.kwh_of(joules) * 3_600_000 == pytest.approx(joules)
