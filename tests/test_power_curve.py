"""The curve from how busy a machine is to its watts: what holds for any loads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.power_curve import KNEE, Load, fit, saturation

SHARES = st.floats(0, 1)
WATTS = st.floats(0, 1e5)
KNEES = st.floats(0.01, 5)
LOADS = st.lists(st.builds(Load, SHARES, WATTS), min_size=1, max_size=5)


@given(LOADS, KNEES, st.floats(-1, 2), st.floats(-1, 2))
def test_never_falls_and_never_leaves_what_was_seen(loads, knee, one, other):
    curve = fit(loads, knee)
    low_w, high_w = sorted([curve.power_w(min(one, other)), curve.power_w(max(one, other))])
    assert curve.power_w(min(one, other)) <= curve.power_w(max(one, other))
    assert min(load.watts for load in loads) - 1e-6 <= low_w
    assert high_w <= max(load.watts for load in loads) + 1e-6
    assert low_w >= 0


@given(st.lists(SHARES, min_size=1, max_size=5, unique=True), st.lists(WATTS, min_size=5, max_size=5), KNEES)
def test_passes_through_every_load_that_does_not_fall(utilisations, watts, knee):
    loads = [Load(u, w) for u, w in zip(sorted(utilisations), sorted(watts), strict=False)]
    curve = fit(reversed(loads), knee)
    for load in loads:
        assert curve.power_w(load.utilisation) == pytest.approx(load.watts)


@given(LOADS, KNEES)
def test_what_falls_is_replaced_by_its_mean_so_the_sum_stays(loads, knee):
    curve = fit(loads, knee)
    assert sum(load.watts for load in curve.loads) == pytest.approx(sum(load.watts for load in loads))


def test_a_processor_that_is_cooler_at_full_load_than_at_half():
    curve = fit([Load(0.0, 18.0), Load(0.5, 48.0), Load(1.0, 46.0)])
    assert [curve.power_w(u) for u in (0.0, 0.5, 0.75, 1.0)] == [18.0, 47.0, 47.0, 47.0]


def test_with_idle_and_full_it_is_the_curve_of_the_uncalibrated_model():
    curve = fit([Load(0.0, 10.0), Load(1.0, 50.0)])
    for u in (0.0, 0.1, 0.3, 0.7, 1.0):
        assert curve.power_w(u) == pytest.approx(10 + 40 * saturation(u))
    assert curve.power_w(0.1) == pytest.approx(10 + 40 * 0.1 * (1 + KNEE) / (0.1 + KNEE))


def test_loads_at_the_same_place_are_no_division_by_zero():
    assert 10 <= fit([Load(0.5, 10.0), Load(0.5, 20.0)]).power_w(0.5) <= 20


def test_no_load_at_all():
    with pytest.raises(ValueError, match="at least one load"):
        fit([])
