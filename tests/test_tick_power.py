"""Power is told apart in spells much shorter than a window, and nothing is added or lost."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.tick_power import TickPower


def ratio_of_joules(spell_s: float, interval_s: float, hot_w: float = 60.0, cool_w: float = 20.0) -> float:
    """Hot and cool spells in turn for half a minute, a counter that steps every millisecond, windows of 100 ms."""
    random.seed(1)

    def joules(at_s: float) -> float:
        at_s = int(at_s * 1000) / 1000
        rounds, rest_s = divmod(at_s, 2 * spell_s)
        hot_s = rounds * spell_s + min(rest_s, spell_s)
        return hot_s * hot_w + (at_s - hot_s) * cool_w

    power, used, counts = TickPower(None), {"hot": 0.0, "cool": 0.0}, {"hot": 0, "cool": 0}
    now_s = ticked_s = window_s = 0.0
    while now_s < 30:
        now_s += interval_s * random.uniform(0.5, 1.5)
        function = "hot" if now_s % (2 * spell_s) < spell_s else "cool"
        power.saw([function])
        counts[function] += 1
        if now_s - ticked_s >= 0.008:
            power.tick(joules(now_s) - joules(ticked_s), now_s - ticked_s)
            ticked_s = now_s
        if now_s - window_s >= 0.1:
            powers = power.close_window()
            weights = {name: count * powers.get(name, 1.0) for name, count in counts.items()}
            for name, weight in weights.items():
                used[name] += (joules(now_s) - joules(window_s)) * weight / sum(weights.values())
            counts, window_s = {"hot": 0, "cool": 0}, now_s
    return used["hot"] / used["cool"]


@pytest.mark.parametrize("interval_s", [0.01, 0.002])
@pytest.mark.parametrize(("spell_s", "tolerance"), [(0.2, 0.05), (0.05, 0.1), (0.02, 0.1)])
def test_a_hot_function_is_told_from_a_cool_one(spell_s: float, tolerance: float, interval_s: float) -> None:
    assert ratio_of_joules(spell_s, interval_s) == pytest.approx(3, rel=tolerance)


def test_equal_power_stays_equal() -> None:
    assert ratio_of_joules(0.05, 0.01, hot_w=40, cool_w=40) == pytest.approx(1, abs=0.02)


def test_what_the_idle_machine_draws_is_nobodys_power() -> None:
    power = TickPower(idle_w=10.0)
    for function in ["a"] * 6 + ["b"] * 6:
        power.saw([function])
        power.tick(0.3 if function == "a" else 0.2, 0.01)  # 20 W and 10 W above idle
    relative = power.close_window()
    assert relative["a"] / relative["b"] == pytest.approx(2, rel=0.1)


def test_time_in_which_nothing_ran_has_power_of_its_own() -> None:
    power = TickPower(None)
    for running, joules in [(["a"], 0.4), (["a"], 0.4), ([], 0.0), ([], 0.0), (["a"], 0.2), (["a"], 0.4)]:
        power.saw(running)
        power.tick(joules, 0.01)
    assert power.close_window() == {"a": pytest.approx(1)}


def test_threads_that_run_together_share() -> None:
    power = TickPower(None)
    for _ in range(10):
        power.saw(["a", "b"])
        power.tick(0.5, 0.01)
    assert power.close_window() == {"a": pytest.approx(1), "b": pytest.approx(1)}


ticks = st.lists(
    st.tuples(st.lists(st.sampled_from("abc"), max_size=3), st.floats(0, 1e3), st.floats(0, 1)), max_size=30
)


@given(ticks, st.none() | st.floats(0, 100))
def test_relative_powers_are_positive_and_bounded(seen: list[tuple[list[str], float, float]], idle_w: float) -> None:
    power = TickPower(idle_w)
    for functions, joules, seconds in seen:
        power.saw(functions)
        power.tick(joules, seconds)
    relative = power.close_window()
    assert set(relative) <= set("abc")
    assert all(0 < each <= 20 for each in relative.values())
    assert power.close_window() == {}
