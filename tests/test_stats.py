from __future__ import annotations

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.stats import half_width, interval, t_95

positive = st.floats(0.001, 1e9)


@pytest.mark.parametrize(
    ("degrees", "t"), [(1, 12.706), (10, 2.228), (30, 2.042), (40, 2.021), (60, 2.000), (120, 1.980)]
)
def test_t_agrees_with_the_published_table(degrees: int, t: float) -> None:
    assert t_95(degrees) == pytest.approx(t, rel=0.001)


def test_t_needs_a_degree_of_freedom() -> None:
    with pytest.raises(ValueError, match="two measurements"):
        t_95(0)


@given(st.lists(positive, min_size=1, max_size=20), st.floats(0, 3))
def test_an_interval_holds_the_mean_and_nothing_below_zero(values: list[float], uncertainty: float) -> None:
    low, high = interval(values, uncertainty)
    assert 0 <= low <= statistics.fmean(values) * (1 + 1e-12)
    assert high >= statistics.fmean(values) * (1 - 1e-12)


@given(positive, st.floats(0, 0.9))
def test_one_run_has_the_uncertainty_of_the_meter(value: float, uncertainty: float) -> None:
    assert interval([value], uncertainty) == pytest.approx((value * (1 - uncertainty), value * (1 + uncertainty)))


def test_the_interval_of_the_mean_covers_the_truth_19_times_in_20() -> None:
    chance = random.Random(3)
    hits = 0
    for _ in range(2000):
        values = [chance.gauss(100, 5) for _ in range(5)]
        hits += abs(statistics.fmean(values) - 100) <= half_width(values)
    assert 0.935 <= hits / 2000 <= 0.965
