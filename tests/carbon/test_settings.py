"""`[tool.greenprof.carbon]` and the options before it: what fits together, and what is one clear line."""

from __future__ import annotations

import pytest

from greenprof.carbon_settings import NOTHING, CarbonSettings, changed, check, settings_of
from greenprof.errors import GreenprofError


def test_a_table_is_read():
    table = {
        "country": "NLD", "factor": 267.6, "factor-year": 2023, "factor-method": "location", "pue": "eu", "wue": 1,
        "shadow-price": 130,
    }  # fmt: skip
    assert settings_of(table, "x") == CarbonSettings(
        country="NLD", factor="267.6", factor_year=2023, factor_method="location", pue="eu", wue=1.0, shadow_price=130.0
    )
    assert settings_of({}, "x") == NOTHING


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], r"\[tool.greenprof.carbon\] should be a table"),
        ({"contry": "NLD"}, "no key 'contry'; did you mean country?"),
        ({"country": 3}, "country in .* should be a text"),
        ({"country": "NLD", "wue": "1"}, "wue in .* should be a number"),
        ({"country": "NLD", "wue": True}, "wue in .* should be a number"),
        ({"country": "NLD", "wue": -1}, "wue should be 0 or more, not -1"),
        ({"country": "NLD", "price": float("nan")}, "price should be 0 or more, not nan"),
        ({"country": "NLD", "runs-per-day": 0}, "runs-per-day should be above 0"),
        ({"country": "NLD", "embodied-share": 0.5}, "embodied-share needs embodied-kg"),
        ({"country": "NLD", "embodied-kg": 9, "embodied-share": 2}, "embodied-share should be above 0 and at most 1"),
        ({"country": "NLD", "factor-year": 2023}, "factor-year describes a factor, and none is given"),
        ({"factor": 300, "factor-method": "grid"}, "factor-method should be location or market"),
        ({"factor": 300, "file": "x.csv"}, "leave one out"),
        ({"region": "california"}, "a region needs its country"),
        ({"country": "NLD", "zone": "UTC"}, "a time zone belongs to a file"),
        ({"pue": 1.36}, "say where the electricity comes from"),
    ],
)
def test_what_does_not_fit_is_one_clear_line(table, said):
    with pytest.raises(GreenprofError, match=f"^pyproject.toml: .*{said}") as raised:
        settings_of(table, "pyproject.toml")
    assert raised.value.exit_code == 2


def test_another_place_drops_what_belongs_to_the_old_one():
    usual = CarbonSettings(country="USA", region="california", pue="eu", price=0.3)
    assert changed(usual, {"country": "NLD"}) == CarbonSettings(country="NLD", pue="eu", price=0.3)
    hourly = CarbonSettings(country="NLD", file="x.csv", zone="UTC", factor_year=2026)
    assert changed(hourly, {"factor": "300"}) == CarbonSettings(country="NLD", factor="300")
    assert changed(hourly, {"country": "DEU"}) == CarbonSettings(country="DEU")
    own = CarbonSettings(country="NLD", factor="300", factor_source="us")
    assert check(changed(own, {"file": "x.csv", "zone": "UTC"})) == CarbonSettings(
        country="NLD", file="x.csv", zone="UTC"
    )
    assert changed(usual, {}) == usual
