"""What the sampler may use of a processor: a part in the long run, more for a moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.sampler import allowance
from greenprof.sampler.allowance import Allowance


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def monotonic(self):
        return self.now_s


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(allowance, "time", clock)
    return clock


def test_what_was_saved_may_be_used_at_once_and_is_then_made_up_for(clock):
    own = Allowance(0.2, saved_s=0.1)
    own.spend(0.09)
    assert not own.is_overdrawn
    own.spend(0.03)  # 0.02 s too much: earned in 0.1 s
    assert own.is_overdrawn
    clock.now_s += 0.09
    assert own.is_overdrawn
    clock.now_s += 0.02
    assert not own.is_overdrawn


def test_a_long_rest_saves_no_more_than_the_most(clock):
    own = Allowance(0.2, saved_s=0.1)
    clock.now_s += 1000
    own.spend(0.11)
    assert own.is_overdrawn


@given(costs=st.lists(st.floats(0.001, 0.5), min_size=1, max_size=50), part=st.floats(0.01, 0.9))
def test_in_the_long_run_no_more_than_its_part_is_used(costs, part):
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(allowance, "time", clock)
        own, begun_s, spent_s = Allowance(part, saved_s=0.1), clock.now_s, 0.0
        for cost in costs:
            while own.is_overdrawn:
                clock.now_s += 0.01
            assert spent_s <= 0.1 + part * (clock.now_s - begun_s) + 1e-6
            own.spend(cost)
            spent_s += cost
            clock.now_s += cost
