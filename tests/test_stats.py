from __future__ import annotations

import random
import statistics
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof import stats
from greenprof.stats import change_points, difference, half_width, interval, t_95

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


def noise(generator: random.Random, medians: list[float], spread: float = 0.02) -> list[float]:
    return [generator.gauss(median, spread * median) for median in medians]


def test_no_step_is_found_in_noise_more_often_than_said() -> None:
    generator = random.Random(20261129)
    found = sum(bool(change_points(noise(generator, [100.0] * 40), at_least=0.0)) for _ in range(600))
    assert found / 600 <= 0.05
    drifting_outlier = [*noise(generator, [100.0] * 20), 400.0, *noise(generator, [100.0] * 20)]
    assert change_points(drifting_outlier) == ()


@pytest.mark.parametrize(
    ("before", "after", "step", "least"), [(20, 20, 1.06, 0.8), (30, 4, 0.88, 0.8), (8, 8, 0.8, 0.8)]
)
def test_a_step_is_found_where_it_is(before: int, after: int, step: float, least: float) -> None:
    generator = random.Random(7)
    right = 0
    for _ in range(200):
        changes = change_points(noise(generator, [100.0] * before + [100 * step] * after))
        right += len(changes) == 1 and abs(changes[0].at - before) <= 2 and (changes[0].relative > 0) == (step > 1)
    assert right / 200 >= least


def test_several_steps_are_told_and_small_ones_are_not() -> None:
    generator = random.Random(11)
    changes = change_points(noise(generator, [100.0] * 15 + [80.0] * 15 + [120.0] * 15, 0.01))
    assert [change.at for change in changes] == [15, 30]
    assert [round(change.relative, 1) for change in changes] == [-0.2, 0.5]
    assert change_points(noise(generator, [100.0] * 50 + [101.0] * 50, 0.001)) == ()
    assert change_points([]) == change_points([1.0, 2.0]) == change_points([5.0] * 30) == ()


def test_a_step_begins_with_the_first_value_of_its_level() -> None:
    # A first value a little above the others of its side: ranks alone put it before the step.
    values = [100.0, 101.2, 99.5, 100.4, 98.9, 100.1] * 3 + [74.5, 72.4, 73.8, 71.3, 72.4, 74.0, 72.0] * 4
    (step,) = change_points(values)
    assert step.at == 18


@pytest.mark.parametrize(("first", "second"), [(3, 3), (3, 7), (6, 4)])
def test_the_exact_rank_sum_is_that_of_all_orders(first: int, second: int) -> None:
    sums = [sum(places) - first * (first - 1) // 2 for places in combinations(range(first + second), first)]
    for u in range(first * second // 2 + 1):
        share = 2 * sum(each <= u for each in sums) / len(sums)
        assert stats._exact_p(first, second, u) == pytest.approx(min(1.0, share))


def test_a_difference_has_the_interval_of_both() -> None:
    assert difference(100.0, (97.0, 103.0), 110.0, (106.0, 114.0)) == (10.0, (5.0, 15.0))
