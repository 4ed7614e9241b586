"""Watts that are read now and then, summed up to joules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.meters.integral import PowerIntegral

SPANS = st.lists(st.tuples(st.floats(0, 2), st.none() | st.floats(0, 500)), min_size=1, max_size=40)


def run(spans, longest_span_s=1.0):
    """The integral after `spans` of (seconds, watts at the end), and the joules and losses on the way."""
    integral, now_ns, joules, lost_s = PowerIntegral(longest_span_s), 10**12, [], 0.0
    for seconds, watts in spans:
        now_ns += round(seconds * 1e9)
        joules.append(integral.advance(watts, now_ns))
        if integral.lost_ns is not None:
            lost_s += (integral.lost_ns[1] - integral.lost_ns[0]) / 1e9
    return integral, joules, lost_s


def test_constant_power_is_power_times_time_and_certain():
    integral, joules, lost_s = run([(0.1, 80.0)] * 11)
    assert joules[-1] == pytest.approx(80.0)
    assert (integral.band, lost_s) == (0.0, 0.0)


def test_power_that_jumped_is_as_uncertain_as_when_it_did_so():
    integral, joules, _ = run([(0, 100.0), (1.0, 300.0)])
    assert joules[-1] == pytest.approx(200.0)
    assert integral.band == pytest.approx(0.5), "between 100 and 300 J"


def test_a_failed_reading_is_unknown_and_bridged_while_the_span_is_short():
    _, joules, lost_s = run([(0, 50.0), (0.3, None), (0.3, 50.0)])
    assert joules[1] is None
    assert joules[2] == pytest.approx(30.0)
    assert lost_s == 0


def test_of_a_long_span_nothing_is_known():
    _, joules, lost_s = run([(0, 50.0), (1.5, 50.0), (0.5, 50.0)])
    assert joules == [0.0, 0.0, pytest.approx(25.0)]
    assert lost_s == pytest.approx(1.5)


@given(SPANS)
def test_never_backwards_never_more_than_the_greatest_power_and_every_second_is_counted_or_lost(spans):
    integral, joules, lost_s = run(spans)
    known = [value for value in joules if value is not None]
    assert known == sorted(known)
    watts = [value for _, value in spans if value is not None]
    first = next((place for place, (_, value) in enumerate(spans) if value is not None), len(spans))
    last = max((place for place, (_, value) in enumerate(spans) if value is not None), default=0)
    elapsed_s = sum(seconds for seconds, _ in spans[first + 1 : last + 1])
    counted_s = elapsed_s - lost_s
    assert counted_s >= -1e-6
    assert integral.joules <= max(watts, default=0.0) * counted_s + 1e-3
    assert integral.joules >= min(watts, default=0.0) * counted_s - 1e-3
    assert 0 <= integral.band <= 1 + 1e-9
