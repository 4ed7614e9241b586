from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof import i18n
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._numbers import Precision

MEASURED = Precision(digits=3, about=False)
ESTIMATED = Precision(digits=2, about=True)
FACTORS = {"µ": 1e-6, "m": 1e-3, "": 1.0, "k": 1e3, "M": 1e6}
ENERGY = re.compile(r"(?P<about>about )?(?P<number>[\d,]+(?:\.\d+)?) (?P<prefix>[µmkM]?)J")


@pytest.mark.parametrize(
    ("joules", "measured", "estimated"),
    [
        (None, "unknown", "unknown"),
        (0.0, "0 J", "0 J"),
        (0.42, "420 mJ", "about 420 mJ"),
        (0.00006104, "61.0 µJ", "about 61 µJ"),
        (59.96, "60.0 J", "about 60 J"),
        (999.6, "1.00 kJ", "about 1.0 kJ"),
        (1234.0, "1.23 kJ", "about 1.2 kJ"),
        (5e9, "5,000 MJ", "about 5,000 MJ"),
    ],
)
def test_energy_is_written_with_a_prefix_and_as_many_digits_as_it_can_bear(joules, measured, estimated):
    assert numbers.energy(joules, MEASURED) == measured
    assert numbers.energy(joules, ESTIMATED) == estimated


@given(st.floats(min_value=1e-6, max_value=1e12), st.integers(2, 4), st.booleans())
def test_what_is_written_is_the_number_to_its_last_digit(joules, digits, about):
    match = ENERGY.fullmatch(numbers.energy(joules, Precision(digits=digits, about=about)))
    assert match
    written_j = float(match["number"].replace(",", "")) * FACTORS[match["prefix"]]
    assert written_j == pytest.approx(joules, rel=0.51 * 10 ** (1 - digits))
    assert bool(match["about"]) is about


@given(st.floats(min_value=1e-5, max_value=9e8), st.integers(2, 4))
def test_the_prefix_leaves_one_to_three_digits_before_the_point(joules, digits):
    number = numbers.energy(joules, Precision(digits=digits, about=False)).split(" ")[0]
    assert 1 <= float(number.replace(",", "")) < 1000


@given(st.lists(st.floats(min_value=0, max_value=1e9), min_size=1))
def test_one_table_has_one_unit(joules):
    scale = numbers.scale_of(max(joules))
    units = {numbers.energy(j, MEASURED, scale).rsplit(" ", 1)[1] for j in joules}
    assert len(units) == 1


@given(st.floats(min_value=1e-9, max_value=1e12))
def test_a_number_that_is_not_nothing_is_never_written_as_nothing(value):
    for scale in (None, -1, 0, 1):
        assert not numbers.energy(value, MEASURED, scale).startswith("0 ")
    assert not numbers.duration(value).startswith("0 ")
    assert numbers.cpu_time(value) != "0.00 s"
    assert numbers.share(value, 1e12) != "0 %"


@given(st.floats(min_value=1e-6, max_value=0.999))
def test_the_digits_shown_follow_the_uncertainty(uncertainty):
    digits = numbers.significant_digits(uncertainty)
    assert 2 <= digits <= 4
    assert digits in (2, 4) or 10.0 ** (1 - digits) <= uncertainty <= 10.0 ** (2 - digits) * 10


def test_the_wider_of_meter_and_interval_decides_the_digits(shop):
    assert numbers.precision(shop) == Precision(digits=3, about=False)
    wide = replace(shop, energy=replace(shop.energy, interval_j=(150.0, 290.0)))
    assert numbers.precision(wide).digits == 2
    assert numbers.precision(replace(shop, meter=replace(shop.meter, uncertainty=0.2))).digits == 2


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (None, "unknown"),
        ((59.4, 60.6), "59.4 to 60.6 J"),
        ((0.0, 0.09), "0 to 90.0 mJ"),
        ((900.0, 1100.0), "0.900 to 1.10 kJ"),
    ],
)
def test_both_ends_of_an_interval_have_one_unit(interval, text):
    assert numbers.energy_interval(interval, MEASURED) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (1.0, 3.0, "33 %"),
        (0.0423, 1.0, "4.2 %"),
        (0.0996, 1.0, "10 %"),
        (0.0001, 1.0, "<0.1 %"),
        (0.0, 1.0, "0 %"),
        (None, 1.0, "unknown"),
        (1.0, None, "unknown"),
        (1.0, 0.0, "unknown"),
    ],
)
def test_share(part, whole, text):
    assert numbers.share(part, whole) == text
    with i18n.speaking("nl"):
        assert " %" not in numbers.share(part, whole)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "unknown"),
        (0.0, "0 s"),
        (0.0004, "400 µs"),
        (0.9999, "1.00 s"),
        (12.34, "12.3 s"),
        (99.96, "1 min 40 s"),
        (7500.0, "2 h 5 min"),
    ],
)
def test_duration(seconds, text):
    assert numbers.duration(seconds) == text


def test_bytes_and_counts():
    assert numbers.size(None) == "unknown"
    assert numbers.size(512) == "512 B"
    assert numbers.size(35_210_000) == "35.2 MB"
    assert numbers.count(1234567) == "1,234,567"
    assert numbers.power(33.44, MEASURED) == "33.4 W"
    assert [numbers.uncertainty(part) for part in (0.01, 0.0035, 1.05)] == ["±1 %", "±0.35 %", "±100 %"]
