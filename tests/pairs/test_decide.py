"""The decision alone, over pairs that are drawn: its rates are known here to a tenth of a percent."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.errors import GreenprofError
from greenprof.pairs import Plan, Standing, Verdict, standing, verdicts
from greenprof.pairs.decide import CONFIRM_ALPHA, SCREEN_ALPHA, confirming_looks

FIVE_PERCENT = math.log(1.05)
PLAN = Plan()


def decided(draw: Callable[[], float], plan: Plan = PLAN, tests: int = 1) -> tuple[Standing, list[float]]:
    """Draw pairs until none is wanted."""
    ratios: list[float] = []
    while (state := standing(ratios, plan, tests)).wanted:
        ratios += [draw() for _ in range(state.wanted)]
    return state, ratios


def verdict(draw: Callable[[], float], plan: Plan = PLAN) -> Verdict:
    return verdicts([[(1.0, math.exp(ratio)) for ratio in decided(draw, plan)[1]]], plan)[0]


def noise(chance: random.Random, spread: float, shift: float = 0.0) -> Callable[[], float]:
    """Normal, with one pair in twenty ten times as far off: the neighbours of a shared machine."""
    return lambda: shift + chance.gauss(0, spread) * (10 if chance.random() < 0.05 else 1)


@pytest.mark.parametrize("spread", [0.01, 0.03, 0.1])
def test_the_same_work_alarms_once_in_two_thousand_at_most(spread: float) -> None:
    draw = noise(random.Random(3), spread)
    assert sum(decided(draw)[0].confirmed for _ in range(2000)) <= 3  # 1 would be expected of pure chance


def luck(chance: random.Random, plan: Plan, tests: int, spread: float, shift: float = 0.0) -> Standing:
    """Decide where each process has a luck of its own of a percent and a half, and pairs of the screening share it."""
    ratios: list[float] = []
    while (state := standing(ratios, plan, tests)).wanted:
        of_process = chance.gauss(0, 0.015)
        together = min(plan.shared, state.wanted) if state.phase == "screen" else 1
        ratios += [of_process + noise(chance, spread, shift)() for _ in range(together)]
    return state


@pytest.mark.parametrize("tests", [1, 20])
@pytest.mark.parametrize("spread", [0.003, 0.02])
def test_pairs_that_share_a_process_raise_no_more_alarms_and_find_as_much(tests: int, spread: float) -> None:
    chance, plan = random.Random(4), Plan(shared=4)
    same = [luck(chance, plan, tests, spread) for _ in range(1000)]
    assert sum(state.confirmed and state.p_value * tests <= plan.alpha for state in same) <= 3
    dearer = [luck(chance, plan, tests, spread, FIVE_PERCENT) for _ in range(200)]
    assert sum(state.confirmed and state.p_value * tests <= plan.alpha for state in dearer) >= 0.88 * 200


def test_where_pairs_share_processes_the_confirming_ones_answer_alone() -> None:
    alone, shared = (standing([0.05 + n / 1000 for n in range(40)], Plan(shared=shared), 1) for shared in (1, 4))
    assert shared.p_value == pytest.approx(alone.p_value / SCREEN_ALPHA)


@pytest.mark.parametrize("tests", [1, 20, 100])
def test_five_percent_is_found_in_suites_of_any_size(tests: int) -> None:
    chance = random.Random(7)
    draw = noise(chance, 0.018, FIVE_PERCENT)
    states = [decided(draw, tests=tests) for _ in range(400)]
    assert sum(state.p_value * tests <= PLAN.alpha and state.confirmed for state, _ in states) >= 0.96 * 400
    assert sum(len(ratios) for _, ratios in states) / 400 < 24


def test_a_suite_without_changes_is_silent() -> None:
    chance = random.Random(8)
    for _ in range(20):
        suite = [decided(noise(chance, 0.02), tests=50)[1] for _ in range(50)]
        assert not any(each.changed for each in verdicts([[(1, math.exp(x)) for x in each] for each in suite], PLAN))


def test_one_dear_test_in_a_suite_is_told_and_the_others_are_not() -> None:
    chance = random.Random(9)
    draws = [noise(chance, 0.015, FIVE_PERCENT * 1.5 if place == 3 else 0) for place in range(20)]
    suite = [[(1.0, math.exp(x)) for x in decided(draw, tests=20)[1]] for draw in draws]
    assert [place for place, each in enumerate(verdicts(suite, PLAN)) if each.changed] == [3]


def test_the_three_words() -> None:
    chance = random.Random(1)
    assert verdict(noise(chance, 0.01, 0.1)).outcome == "dearer"
    assert verdict(noise(chance, 0.01, -0.1)).outcome == "cheaper"
    assert verdict(noise(chance, 0.01)).outcome == "same"
    assert verdict(noise(chance, 0.5)).outcome == "inconclusive"


def test_inconclusive_says_what_could_have_been_found() -> None:
    told = verdict(noise(random.Random(1), 0.5))
    assert told.smallest_detectable > PLAN.detect
    assert told.pairs == PLAN.max_pairs
    assert verdict(noise(random.Random(1), 0.01)).smallest_detectable < PLAN.detect


def test_a_real_change_that_is_too_small_to_count_is_no_alarm() -> None:
    told = verdict(noise(random.Random(2), 0.002, 0.01))
    assert told.outcome == "same"
    assert 1.005 < told.ratio < 1.015


def test_the_first_pairs_alone_raise_no_alarm() -> None:
    first = [0.3] * 8
    assert standing(first, PLAN) == Standing(wanted=8, phase="confirm", p_value=SCREEN_ALPHA, direction=1, screened=8)
    unconfirmed = [*first, *[-0.001, 0.002] * 4]
    told = verdicts([[(1.0, math.exp(x)) for x in unconfirmed]], PLAN)[0]
    assert not told.changed
    assert "the confirming ones did not" in told.notes[0]


def test_the_confirming_pairs_must_go_the_same_way() -> None:
    assert not standing([0.3] * 8 + [-0.3] * 8, PLAN).confirmed


def test_the_ratio_of_an_alarm_is_that_of_the_confirming_pairs() -> None:
    told = verdicts([[(1.0, math.exp(x)) for x in [0.3] * 8 + [0.1] * 8]], PLAN)[0]
    assert told.ratio == pytest.approx(math.exp(0.1))
    assert told.p_value <= SCREEN_ALPHA * CONFIRM_ALPHA


def test_ended_early_is_no_verdict() -> None:
    told = verdicts([[(1.0, 2.0)] * 5, []], PLAN)
    assert [each.outcome for each in told] == ["inconclusive"] * 2
    assert "3 before the next look" in told[0].notes[0]
    assert told[1].notes == ("nothing was measured",)


@given(st.lists(st.floats(-1, 1), max_size=60), st.integers(1, 200))
def test_both_sides_are_treated_alike(ratios: list[float], tests: int) -> None:
    one, other = standing(ratios, PLAN, tests), standing([-ratio for ratio in ratios], PLAN, tests)
    assert (one.wanted, one.phase, one.confirmed) == (other.wanted, other.phase, other.confirmed)
    assert one.direction == -other.direction
    assert one.p_value == pytest.approx(other.p_value)


@given(st.lists(st.floats(-1, 1), max_size=60), st.integers(1, 200))
def test_what_is_confirmed_has_a_p_value_that_says_so(ratios: list[float], tests: int) -> None:
    state = standing(ratios, PLAN, tests)
    assert 0 < state.p_value <= 1
    if state.confirmed:
        assert state.p_value <= SCREEN_ALPHA * CONFIRM_ALPHA
    assert (state.wanted == 0) == (state.phase == "done")


def test_confirming_pairs_are_as_many_as_the_suite_needs() -> None:
    assert [confirming_looks(PLAN.alpha / SCREEN_ALPHA / tests)[0] for tests in (1, 20, 100)] == [8, 8, 10]


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"min_pairs": 3}, "at least 6"),
        ({"min_pairs": 20, "max_pairs": 10}, "may not be below the first"),
        ({"smallest_change": 0.1}, "below the second"),
        ({"smallest_change": -0.1}, "0 or more"),
        ({"alpha": 0.2}, "up to 0.05"),
        ({"alpha": 0.0}, "above 0"),
        ({"batch_s": 1.0}, "the pair is the longer one"),
    ],
)
def test_plans_that_make_no_sense_are_refused(wrong: dict[str, float], complaint: str) -> None:
    with pytest.raises(GreenprofError, match=complaint) as failure:
        Plan(**wrong)  # type: ignore[arg-type]
    assert failure.value.exit_code == 2
