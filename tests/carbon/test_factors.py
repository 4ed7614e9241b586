"""Which factor is meant, and what is said of one that is not known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof import carbon
from greenprof.errors import GreenprofError


@pytest.mark.parametrize(
    ("name", "g_per_kwh", "year", "scope"),
    [
        ("nl-codecarbon", 267.622, 2023, "life cycle"),
        ("nl-ce-delft", 374.0, 2021, "life cycle"),
        ("nl-ce-delft-direct", 300.0, 2021, "direct"),
        ("nl-gcp", 236.0, 2023, "life cycle"),
        ("gcp:europe-west4", 236.0, 2023, "life cycle"),
        ("codecarbon:nld", 267.622, 2023, "life cycle"),
    ],
)
def test_the_netherlands_have_all_their_published_factors(name, g_per_kwh, year, scope):
    country, factor = carbon.named_factor(name)
    assert country == "NLD"
    assert factor.g_per_kwh == pytest.approx(g_per_kwh, abs=0.05)
    assert (factor.year, factor.scope, factor.method) == (year, scope, "location")
    assert factor.source


def test_whichever_is_used_the_others_are_told():
    values = [round(factor.g_per_kwh, 1) for factor in carbon.published("NLD")]
    assert values == [236.0, 267.6, 300.0, 374.0]


@pytest.mark.parametrize("text", ["NLD", "nld", " Netherlands ", "NETHERLANDS"])
def test_a_country_goes_by_its_code_or_its_name(text):
    assert carbon.country_code(text) == "NLD"


@pytest.mark.parametrize(
    ("text", "meant"), [("NL", "NLD"), ("UK", "GBR"), ("Germny", "DEU"), ("DUE", "DEU"), ("Nederland", "NLD")]
)
def test_an_unknown_country_is_an_error_that_says_what_may_be_meant(text, meant):
    with pytest.raises(GreenprofError, match=f"country '{text}': did you mean .*{meant}") as raised:
        carbon.country_code(text)
    assert raised.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "XXX", "WLD", "world", "EU", "Atlantis", "\x00", "NLD;CAN"])
def test_no_country_falls_back_on_the_world_or_on_canada(text):
    with pytest.raises(GreenprofError, match="no factor is known"):
        carbon.country_factor(text)


def test_an_unknown_region_or_name_says_what_is_known():
    with pytest.raises(GreenprofError, match="did you mean california"):
        carbon.country_factor("USA", "Californa")
    with pytest.raises(GreenprofError, match="no regions of NLD, only of CAN, CHN, USA"):
        carbon.country_factor("NLD", "Utrecht")
    with pytest.raises(GreenprofError, match="did you mean gcp:europe-west4"):
        carbon.factor("gcp:europe-west44")


@pytest.mark.parametrize("text", ["-1", "nan", "inf", "0.2676", "26760000"])
def test_a_factor_that_cannot_be_is_refused(text):
    with pytest.raises(GreenprofError, match="a factor of"):
        carbon.factor(text)


def test_kilograms_are_taken_for_what_they_are():
    with pytest.raises(GreenprofError, match=r"not kilograms: 267\.6\?"):
        carbon.factor("0.2676")


@pytest.mark.parametrize("text", ["0", "1", "2.73", "267.6", "1500"])
def test_a_factor_that_can_be_is_taken(text):
    assert carbon.factor(text, source="a contract", year=2025, method="market")[1].g_per_kwh == float(text)


def test_what_is_said_of_a_named_factor_goes_before_what_is_known():
    _, factor = carbon.factor("nl-gcp", source="our own look-up", year=2024)
    assert (factor.source, factor.year, factor.scope) == ("our own look-up", 2024, "life cycle")


@pytest.mark.parametrize(("text", "value"), [("eu", 1.36), ("GLOBAL", 1.56), ("1.2", 1.2), ("1", 1.0)])
def test_pue(text, value):
    pue = carbon.pue_of(text)
    assert pue.value == value
    assert pue.source


@pytest.mark.parametrize("text", ["0.9", "-1", "nan", "inf", "11", "", "european"])
def test_a_pue_that_cannot_be_is_refused(text):
    with pytest.raises(GreenprofError, match="PUE"):
        carbon.pue_of(text)


@settings(max_examples=30)
@given(st.text(max_size=12))
def test_no_text_breaks_the_lookup(text):
    for look_up in (carbon.country_code, carbon.factor, carbon.pue_of):
        try:
            look_up(text)
        except GreenprofError as error:
            assert "\n" not in str(error).replace(repr(text), "")
