"""A machine that slept is told from a thread that was put aside between two clocks."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.meters.clock import Suspensions, SystemClock

MS = 1_000_000


class Clock:
    """Takes `delays_ns`, one after the other, for each reading; then reads at once."""

    def __init__(self, delays_ns=()):
        self.delays_ns = itertools.chain(delays_ns, itertools.repeat(50))
        self.now_ns, self.slept_ns = 10**12, 0

    def monotonic_ns(self):
        self.now_ns += next(self.delays_ns)
        return self.now_ns

    def boottime_ns(self):
        return self.monotonic_ns() + self.slept_ns

    def sleep(self, seconds):
        raise AssertionError("nobody waits")


@given(st.lists(st.sampled_from([50, 2 * MS, 80 * MS, 5_000 * MS]), max_size=11), st.integers(0, 11))
def test_a_thread_that_is_put_aside_is_no_machine_that_slept(delays_ns, opened_after):
    clock = Clock(delays_ns[:opened_after])
    suspensions = Suspensions(clock)
    clock.delays_ns = itertools.chain(delays_ns[opened_after:], itertools.repeat(50))
    assert [suspensions.since_last_ns() for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("slept_ns", [60 * MS, 3_600_000 * MS])
def test_a_sleep_is_seen_once_and_its_length_told(slept_ns):
    clock = Clock()
    suspensions = Suspensions(clock)
    clock.slept_ns += slept_ns
    assert suspensions.since_last_ns() == pytest.approx(slept_ns, abs=200)
    assert suspensions.since_last_ns() == 0
    clock.slept_ns += slept_ns
    assert suspensions.since_last_ns() == pytest.approx(slept_ns, abs=200)


def test_the_clocks_of_this_machine_agree():
    suspensions = Suspensions(SystemClock())
    assert [suspensions.since_last_ns() for _ in range(1000)] == [0] * 1000
