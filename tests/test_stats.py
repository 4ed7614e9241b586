from __future__ import annotations

import math
import random
import statistics
from itertools import combinations, combinations_with_replacement, product

import pytest
from hypothesis import given, settings
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


# Pairs. What SciPy gives is computed here beside ours; where it is not installed, the simulations remain.

differences = st.lists(st.integers(-40, 40).map(lambda number: number / 8), min_size=1, max_size=14)
few_values = st.lists(st.floats(-10, 10, width=16), min_size=1, max_size=14)


@pytest.mark.parametrize("number", [5, 8, 16, 33, 59])
def test_the_signed_rank_test_is_scipys(number: int) -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    chance = random.Random(number)
    values = [chance.gauss(0.3, 1) for _ in range(number)]
    ours = stats.signed_rank(values)
    for p, alternative in ((ours.p, "two-sided"), (ours.above, "greater"), (ours.below, "less")):
        assert p == pytest.approx(scipy_stats.wilcoxon(values, alternative=alternative, method="exact").pvalue)


@pytest.mark.parametrize("digits", [1, 6])
def test_many_pairs_are_corrected_for_ties_and_continuity_as_in_scipy(digits: int) -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    chance = random.Random(5)
    values = [round(chance.gauss(0.3, 1), digits) for _ in range(100)]
    ours = stats.signed_rank(values)
    for p, alternative in ((ours.p, "two-sided"), (ours.above, "greater"), (ours.below, "less")):
        theirs = scipy_stats.wilcoxon(values, alternative=alternative, correction=True, method="approx").pvalue
        assert p == pytest.approx(theirs)


@settings(max_examples=60)
@given(differences)
def test_the_signed_rank_test_is_the_share_of_all_ways_to_set_the_signs(values: list[float]) -> None:
    sizes = [abs(value) for value in values if value]
    ranks = [statistics.mean(place for place, size in enumerate(sorted(sizes), 1) if size == each) for each in sizes]
    seen = sum(rank for rank, value in zip(ranks, filter(None, values), strict=True) if value > 0)
    number = min(len(ranks), 10)
    if len(ranks) > number:
        return
    sums = [
        sum(rank for rank, sign in zip(ranks, signs, strict=True) if sign) for signs in product((0, 1), repeat=number)
    ]
    ours = stats.signed_rank(values)
    assert ours.above == pytest.approx(sum(each >= seen - 1e-9 for each in sums) / len(sums))
    assert ours.below == pytest.approx(sum(each <= seen + 1e-9 for each in sums) / len(sums))


@given(few_values)
def test_turning_all_signs_turns_the_signed_rank_test(values: list[float]) -> None:
    one, other = stats.signed_rank(values), stats.signed_rank([-value for value in values])
    assert (one.above, one.below) == pytest.approx((other.below, other.above))
    assert 0 < one.p <= 1


def test_no_differences_show_nothing() -> None:
    assert stats.signed_rank([]).p == stats.signed_rank([0.0, 0.0]).p == 1.0


@pytest.mark.parametrize(("number", "confidence"), [(6, 0.95), (8, 0.99), (12, 0.95), (24, 0.99), (59, 0.9)])
def test_the_interval_of_the_middle_is_what_the_test_does_not_reject(number: int, confidence: float) -> None:
    chance = random.Random(number)
    values = [chance.gauss(2, 1) for _ in range(number)]
    centre, low, high = stats.middle(values, confidence)
    assert low < centre < high
    shifted = [
        stats.signed_rank([value - at for value in values]).p
        for at in (low - 1e-9, low + 1e-9, high - 1e-9, high + 1e-9)
    ]
    alpha = 1 - confidence
    assert shifted[0] <= alpha * 1.02
    assert shifted[3] <= alpha * 1.02
    assert shifted[1] > alpha * 0.98
    assert shifted[2] > alpha * 0.98


@given(few_values)
def test_the_middle_is_the_median_of_all_means_of_two(values: list[float]) -> None:
    means = [(one + other) / 2 for one, other in combinations_with_replacement(values, 2)]
    centre, low, high = stats.middle(values)
    assert centre == statistics.median(means)
    assert low <= centre <= high


def test_too_few_values_have_no_interval() -> None:
    assert stats.middle([1.0, 2.0, 3.0, 4.0, 5.0])[1:] == (-math.inf, math.inf)
    assert stats.middle([1.0] * 6) == (1.0, 1.0, 1.0)
    assert stats.middle([1.0] * 7, 0.99)[1:] == (-math.inf, math.inf)


def test_the_interval_of_the_middle_holds_it_as_often_as_it_says() -> None:
    chance, hits = random.Random(11), 0
    for _ in range(2000):
        _, low, high = stats.middle([chance.gauss(0, 1) * (10 if chance.random() < 0.1 else 1) for _ in range(10)])
        hits += low <= 0 <= high
    assert 0.94 < hits / 2000 < 0.97


def test_holm_is_scipys_way_of_stepping_down() -> None:
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") gives 0.03 0.06 0.06 0.02
    assert stats.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert stats.holm([]) == []
    assert stats.holm([0.7]) == [0.7]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_never_lowers_a_p_value_and_keeps_their_order(p_values: list[float]) -> None:
    corrected = stats.holm(p_values)
    assert all(before <= after <= 1 for before, after in zip(p_values, corrected, strict=True))
    assert min(corrected) == pytest.approx(min(1, len(p_values) * min(p_values)))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [corrected[place] for place in order] == sorted(corrected)


def test_looking_early_costs_its_share() -> None:
    assert stats.looked_early([], [0.5, 0.5]) == 1.0
    assert stats.looked_early([0.01], [0.4, 0.6]) == pytest.approx(0.025)
    assert stats.looked_early([0.01, 0.003], [0.4, 0.6]) == pytest.approx(0.005)


def test_looking_early_keeps_the_rate_of_false_alarms() -> None:
    chance, shares, looks = random.Random(2), (0.4, 0.2, 0.2, 0.1, 0.1), (8, 12, 16, 24, 32)
    alarms = careless = 0
    for _ in range(3000):
        values = [chance.gauss(0, 1) for _ in range(32)]
        p_values = [stats.signed_rank(values[:look]).p for look in looks]
        alarms += stats.looked_early(p_values, shares) <= 0.05
        careless += min(p_values) <= 0.05
    assert alarms / 3000 <= 0.05
    assert careless / 3000 > 0.1  # what looking costs where nobody counts it


@pytest.mark.parametrize("pairs", [12, 24, 40])
def test_the_smallest_detectable_difference_is_found_with_that_power(pairs: int) -> None:
    chance = random.Random(pairs)
    shift = stats.smallest_detectable(2.0, pairs, alpha=0.05, power=0.9)
    found = sum(stats.signed_rank([chance.gauss(shift, 2.0) for _ in range(pairs)]).p <= 0.05 for _ in range(1500))
    assert 0.85 < found / 1500 < 0.94


def test_the_spread_of_normal_values_is_their_standard_deviation() -> None:
    chance = random.Random(4)
    values = [chance.gauss(5, 3) for _ in range(4001)]
    assert stats.spread_of(values) == pytest.approx(3, rel=0.05)
    assert stats.spread_of([*values, *[1e9] * 40]) == pytest.approx(3, rel=0.06)
    assert stats.spread_of([7.0]) == 0


def test_the_geometric_mean_of_ratios_knows_no_first_and_second() -> None:
    ratios = [1.1, 0.9, 2.0, 1.3]
    mean, low, high = stats.geometric_mean(ratios)
    turned = stats.geometric_mean([1 / ratio for ratio in ratios])
    assert mean == pytest.approx(statistics.geometric_mean(ratios))
    assert (1 / turned[0], 1 / turned[2], 1 / turned[1]) == pytest.approx((mean, low, high))
    assert stats.geometric_mean([2.0]) == (pytest.approx(2.0), 0.0, math.inf)


def test_outliers_are_the_places_far_off() -> None:
    assert stats.outliers([10.0, 10.1, 9.9, 10.05, 30.0, 9.95]) == (4,)
    assert stats.outliers([1.0, 99.0]) == stats.outliers([5.0] * 9 + [6.0]) == ()


def test_good_series_are_seldom_warned_of() -> None:
    chance = random.Random(9)
    warned = sum(bool(stats.outliers([chance.gauss(10, 1) for _ in range(10)])) for _ in range(1000))
    assert warned < 60


@pytest.mark.parametrize(("hits", "trials"), [(0, 1000), (4, 1000), (95, 100), (100, 100), (0, 1)])
def test_the_interval_of_a_rate_is_scipys(hits: int, trials: int) -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    exact = scipy_stats.binomtest(hits, trials).proportion_ci(method="exact")
    assert stats.rate_interval(hits, trials) == pytest.approx((exact.low, exact.high), abs=1e-9)
