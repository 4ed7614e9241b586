"""Pure: from pairs to scores, and from scores to places."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from greenprof.board.model import CPU_SECONDS, JOULES, JUDGED, REJECTED, Measured, Pair, Result, Scoring
from greenprof.board.ranking import is_distinguishable, p_of_t, rank
from greenprof.board.score import enough, score_of


def measured(cpu_s: float, joules: float | None = None) -> Measured:
    return Measured(
        joules=joules, total_j=None, idle_j=None, cpu_s=cpu_s, wall_s=cpu_s, busy_s=cpu_s, sandbox_s=0.0, exit_code=0,
        answer="",
    )  # fmt: skip


def pairs(*ratios: float, reference_s: float = 1.0) -> list[Pair]:
    return [
        Pair(seed=at, reference_first=True, reference=measured(reference_s), submission=measured(reference_s * ratio))
        for at, ratio in enumerate(ratios)
    ]


def result(name: str, log_score: float | None, error: float = 0.01, number: int = 10, state: str = JUDGED) -> Result:
    return Result(
        submission=name, challenge="c", team=name, language="python", state=state, log_score=log_score,  # type: ignore[arg-type]
        log_error=error, readings=tuple(pairs(*[1.0] * number)),
    )  # fmt: skip


def names(*results: Result) -> list[list[str]]:
    return [[each.submission for each in group.results] for group in rank(results)]


def test_a_score_is_the_middle_of_the_ratios() -> None:
    score = score_of(pairs(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 9.0), CPU_SECONDS)
    assert score is not None
    assert score.score == pytest.approx(0.5)
    assert score.interval is not None
    assert score.interval[0] == pytest.approx(0.5)


def test_luck_does_not_make_a_score_more_precise_than_the_judge_aimed_for() -> None:
    alike = pairs(*[1.0] * 8)
    assert score_of(alike, CPU_SECONDS).log_error == 0  # type: ignore[union-attr]
    assert score_of(alike, CPU_SECONDS, 0.02).log_error == pytest.approx(0.0101, rel=0.01)  # type: ignore[union-attr]


def test_few_pairs_have_no_interval_and_no_joules_no_score() -> None:
    score = score_of(pairs(2.0, 2.0), CPU_SECONDS)
    assert score is not None
    assert (score.interval, score.log_error) == (None, None)
    assert score_of(pairs(2.0), JOULES) is None
    assert score_of([], CPU_SECONDS) is None


def test_the_judge_stops_when_it_knows_enough_and_not_before() -> None:
    scoring = Scoring(precision=0.02, least_pairs=8, most_pairs=10, most_s=1e9)
    assert not enough(pairs(*[1.0] * 7), CPU_SECONDS, scoring)
    assert enough(pairs(*[1.0] * 8), CPU_SECONDS, scoring)
    assert not enough(pairs(*[1.0, 1.5] * 4), CPU_SECONDS, scoring)
    assert not enough(pairs(*[1.0] * 9), CPU_SECONDS, scoring)  # it looks at every fourth only
    assert enough(pairs(*[1.0, 1.5] * 5), CPU_SECONDS, scoring)
    assert enough(pairs(*[1.0, 1.5] * 4), CPU_SECONDS, Scoring(most_s=5))


@settings(deadline=None)
@given(st.floats(0, 60), st.floats(1, 300))
def test_the_tail_of_students_t(t: float, freedom: float) -> None:
    scipy = pytest.importorskip("scipy.stats")
    assert p_of_t(t, freedom) == pytest.approx(2 * scipy.t.sf(t, freedom), rel=1e-6, abs=1e-15)


def test_being_equal_is_not_transitive() -> None:
    """Each is near the next; the last is far from the first, and leads a group of its own."""
    assert names(result("a", 0.00), result("b", 0.04), result("c", 0.08), result("d", 0.12)) == [["a", "b"], ["c", "d"]]


def test_ranks_count_those_before() -> None:
    groups = rank([result("a", 0.0), result("b", 0.01), result("c", 1.0), result("d", 2.0)])
    assert [group.rank for group in groups] == [1, 3, 4]


def test_what_is_not_judged_has_no_place() -> None:
    assert names(result("a", 0.0), result("b", -1.0, state=REJECTED), result("c", None)) == [["a"]]
    assert rank([]) == ()


def test_more_results_take_more_to_tell_apart() -> None:
    """The front of many is there by luck too."""
    two = [result("a", 0.0), result("b", 0.045)]
    others = [result(f"{n:02}", 5.0 + n) for n in range(18)]
    assert names(*two) == [["a"], ["b"]]
    assert names(*two, *others)[0] == ["a", "b"]


def test_without_a_spread_scores_differ_as_soon_as_they_do() -> None:
    assert is_distinguishable(result("a", 0.0, 0.0), result("b", 0.001, 0.0))
    assert not is_distinguishable(result("a", 0.0, 0.0), result("b", 0.0, 0.0))


RESULTS = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.001, 0.5), st.integers(2, 40)), min_size=1, max_size=25).map(
    lambda rows: [result(f"{n:02}", *row) for n, row in enumerate(rows)]
)


@settings(deadline=None)
@given(RESULTS, st.randoms())
def test_groups_are_of_the_leader(results: list[Result], order: random.Random) -> None:
    groups = rank(results)
    level = 0.05 / max(1, math.comb(len(results), 2))
    listed = [each for group in groups for each in group.results]
    assert sorted(each.submission for each in listed) == sorted(each.submission for each in results)
    assert [each.log_score for each in listed] == sorted(
        each.log_score for each in results if each.log_score is not None
    )
    for group in groups:
        assert not any(is_distinguishable(group.results[0], each, level) for each in group.results[1:])
    for group, after in pairwise(groups):
        assert is_distinguishable(group.results[0], after.results[0], level)
        assert after.rank == group.rank + len(group.results)
    shuffled = list(results)
    order.shuffle(shuffled)
    assert rank(shuffled) == groups
