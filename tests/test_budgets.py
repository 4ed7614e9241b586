"""Budgets are read as a person writes them, written back, and a value is held to them with its interval."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.budgets import (
    BYTECODES,
    CPU_TIME,
    ENERGY,
    INSTRUCTIONS,
    QUERIES,
    Quantity,
    growth_text,
    judge,
    parse_budget,
    parse_growth,
)
from greenprof.errors import EXIT_USAGE, GreenprofError


@pytest.mark.parametrize(
    ("text", "quantity", "limit"),
    [
        ("120 mJ", ENERGY, 0.12),
        ("120mJ", ENERGY, 0.12),
        ("  +120   mJ ", ENERGY, 0.12),
        ("5 uJ", ENERGY, 5e-6),
        ("40 nJ", ENERGY, 4e-8),
        ("5 µJ", ENERGY, 5e-6),
        ("2 J", ENERGY, 2.0),
        ("1.5 kJ", ENERGY, 1500.0),
        ("0.5 Wh", ENERGY, 1800.0),
        ("3 mWh", ENERGY, 10.8),
        ("1e3 J", ENERGY, 1000.0),
        (".5 J", ENERGY, 0.5),
        ("300 ms cpu", CPU_TIME, 0.3),
        ("0.3 cpu-s", CPU_TIME, 0.3),
        ("2 s cpu", CPU_TIME, 2.0),
        ("1.2M instructions", INSTRUCTIONS, 1_200_000.0),
        ("2 M instructions", INSTRUCTIONS, 2_000_000.0),
        ("50000 bytecodes", BYTECODES, 50_000.0),
        ("50_000 bytecodes", BYTECODES, 50_000.0),
        ("3 queries", QUERIES, 3.0),
        ("1 query", QUERIES, 1.0),
        ("0 queries", QUERIES, 0.0),
    ],
)
def test_what_people_write(text: str, quantity: Quantity, limit: float) -> None:
    budget = parse_budget(text)
    assert (budget.quantity, budget.limit, budget.per) == (quantity, limit, None)
    assert parse_budget(str(budget)) == budget


@pytest.mark.parametrize("text", ["2 mJ per request", "2 mJ/request", "2 mJ / request"])
def test_per_something_in_the_text_or_beside_it(text: str) -> None:
    assert parse_budget(text) == parse_budget("2 mJ", per="request") == parse_budget(text, per="request")
    assert str(parse_budget(text)) == "2 mJ per request"
    assert parse_budget("1.5 queries per page").limit == 1.5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("120 mj", "there is no unit 'mj'; did you mean mJ or MJ?"),
        ("12 jules", "there is no unit 'jules'; known: uJ, mJ, J"),
        ("12 joules", "write J for joules"),
        ("3 querys", "did you mean query?"),
        ("2m instructions", "did you mean M instructions?"),
        ("3 byte codes", "there is no unit 'byte codes'"),
        ("12 parsecs", "there is no unit 'parsecs'; known: uJ, mJ, J, kJ, Wh, cpu-s"),
        ("-3 J", "it is negative"),
        ("−3 J", "it is negative"),
        ("0 J", "nothing runs on 0"),
        ("0.000 bytecodes", "nothing runs on 0"),
        ("nan J", "that is no number"),
        ("inf J", "that is no number"),
        ("-inf J", "that is no number"),
        ("1e400 J", "of that size"),
        ("1e-400 J", "of that size"),
        ("120", "it has no unit"),
        ("mJ", "it begins with no number"),
        ("", "it is empty"),
        ("   ", "it is empty"),
        ("1 2 J", "more than one number"),
        ("100-120 mJ", "more than one number"),
        ("120 mJ 3 queries", "more than one number"),
        ("1,5 J", "write 1.5 with a point"),
        ("50,000 bytecodes", "50000 or 50_000 without a comma"),
        ("5%", 'regress="5%"'),
        ("10 W", "watts are power"),
        ("300 ms", "write CPU time, as 300 ms cpu"),
        ("1.5 queries", "write a whole number"),
        ("2 J per", "per one word"),
        ("2 J per web page", "per one word"),
        ("2 J per 3", "per one word"),
        ("٣ J", "begins with no number"),
        (120, "a number and a unit in quotes"),
        (None, "a number and a unit in quotes"),
        (True, "a number and a unit in quotes"),
        (b"120 mJ", "a number and a unit in quotes"),
        ("9" * 5000 + " parsecs", "there is no unit 'parsecs'"),
    ],
)
def test_nonsense_gets_one_line_that_says_what_is_wrong(text: object, says: str) -> None:
    with pytest.raises(GreenprofError) as caught:
        parse_budget(text)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 240
    assert caught.value.exit_code == EXIT_USAGE


@pytest.mark.parametrize("per", ["", "web page", 3, "3", True])
def test_per_is_one_word(per: object) -> None:
    with pytest.raises(GreenprofError, match="per one word"):
        parse_budget("2 J", per=per)


def test_per_in_two_places_must_agree() -> None:
    with pytest.raises(GreenprofError, match="per 'request' here and per='page'"):
        parse_budget("2 J per request", per="page")


@pytest.mark.parametrize(("text", "growth"), [("5%", 0.05), ("0.5 %", 0.005), ("150%", 1.5)])
def test_growths_are_read_and_written_back(text: str, growth: float) -> None:
    assert parse_growth(text) == growth
    assert growth_text(growth) == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("5", "no % sign"),
        ("0%", "above 0%"),
        ("-5%", "negative"),
        ("nan%", "no number"),
        ("1,5%", "with a point"),
        ("5 J", "its unit is %"),
        ("5%%", "its unit is %"),
        ("1e999%", "of that size"),
        ("", "empty"),
        (0.05, "in quotes"),
    ],
)
def test_nonsense_growths(text: object, says: str) -> None:
    with pytest.raises(GreenprofError, match="is not a growth") as caught:
        parse_growth(text)
    assert says in str(caught.value)


_UNITS = st.sampled_from(
    ["uJ", "mJ", "J", "kJ", "MJ", "mWh", "Wh", "kWh", "cpu-s", "cpu-ms", "ms cpu", "s cpu", "us cpu"]
)
_COUNTS = st.sampled_from(["instructions", "k instructions", "M bytecodes", "bytecode", "queries", "G queries"])
_WORDS = st.none() | st.from_regex(r"[a-z][a-z_-]{0,9}", fullmatch=True)


@given(st.decimals("1e-9", "1e12", places=9), _UNITS, _WORDS)
def test_every_measured_budget_is_read_back_as_it_was_written(number: Decimal, unit: str, per: str | None) -> None:
    budget = parse_budget(f"{number:f} {unit}", per)
    assert budget.number == number
    assert parse_budget(str(budget)) == budget


@given(st.integers(1, 10**15), _COUNTS, _WORDS)
def test_every_counted_budget_is_read_back_as_it_was_written(number: int, unit: str, per: str | None) -> None:
    budget = parse_budget(f"{number} {unit}", per)
    assert budget.limit >= number
    assert parse_budget(str(budget)) == budget


@given(st.floats(1e-6, 1e3))
def test_every_growth_is_read_back(growth: float) -> None:
    assert parse_growth(growth_text(growth)) == pytest.approx(growth, rel=1e-15)


@given(st.text())
def test_any_text_is_a_budget_or_one_clear_line(text: str) -> None:
    try:
        budget = parse_budget(text)
    except GreenprofError as error:
        assert "\n" not in str(error)
    else:
        assert 0 <= budget.limit < math.inf


@pytest.mark.parametrize(
    ("measured", "interval", "verdict"),
    [
        (0.10, (0.09, 0.11), "kept"),
        (0.11, (0.10, 0.12), "kept"),
        (0.12, (0.11, 0.13), "cannot tell"),
        (0.13, (0.12, 0.14), "cannot tell"),
        (0.14, (0.13, 0.15), "over"),
        (0.05, None, "cannot tell"),
        (None, None, "cannot tell"),
        (math.nan, None, "cannot tell"),
    ],
)
def test_a_value_is_judged_by_its_whole_interval(
    measured: float | None, interval: tuple[float, float] | None, verdict: str
) -> None:
    assert judge(parse_budget("120 mJ"), measured, interval).verdict == verdict


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))
def test_the_verdict_follows_from_the_interval_alone(a: float, b: float, c: float) -> None:
    low, middle, high = sorted((a, b, c))
    judgement = judge(parse_budget("500 J"), middle, (low, high))
    assert judgement.verdict == ("kept" if high <= 500 else "over" if low > 500 else "cannot tell")
    assert str(judgement)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_count_is_exact_and_always_told(count: int, limit: int) -> None:
    judgement = judge(parse_budget(f"{limit} bytecodes"), count)
    assert judgement.verdict == ("over" if count > limit else "kept")
    assert judgement.over == count - limit


@pytest.mark.parametrize(
    ("budget", "measured", "interval", "says"),
    [
        ("120 mJ", 0.152, (0.148, 0.156), "over its budget of 120 mJ by 32 mJ (27 %): 152 mJ measured (148 to 156 mJ"),
        ("120 mJ", 0.1, (0.09, 0.11), "within its budget of 120 mJ: 100 mJ measured (90 to 110 mJ, 95 %)"),
        ("120 mJ", 0.12, (0.11, 0.13), "too close to its budget of 120 mJ to tell: 120 mJ measured (110 to 130 mJ"),
        ("120 mJ", None, None, "cannot be held to its budget of 120 mJ: energy unknown"),
        ("0.5 Wh", 2000.0, (1900.0, 2100.0), "by 56 mWh (11 %): 556 mWh measured (528 to 583 mWh"),
        (
            "300 ms cpu",
            0.310,
            (0.3075, 0.3125),
            "by 10 ms cpu (3.3 %): 310.0 ms cpu measured (307.5 to 312.5 ms cpu, 95 %)",
        ),
        ("50000 bytecodes", 52340, None, "by 2,340 bytecodes (4.7 %): 52,340 bytecodes counted"),
        ("50000 bytecodes", 50_000, (49_990, 50_010), "to tell: 50,000 bytecodes counted (49,990 to 50,010 bytecodes)"),
        ("0 queries", 1, None, "over its budget of 0 queries by 1 query: 1 query counted"),
    ],
)
def test_a_judgement_says_budget_value_and_difference(
    budget: str, measured: float | None, interval: tuple[float, float] | None, says: str
) -> None:
    assert says in str(judge(parse_budget(budget), measured, interval))


def test_a_value_just_over_its_budget_does_not_read_like_it() -> None:
    text = str(judge(parse_budget("120 mJ"), 0.1200001, (0.12000009, 0.12000011)))
    assert "120.0001 mJ measured" in text


def test_an_estimated_value_says_about() -> None:
    judgement = judge(parse_budget("120 mJ"), 0.15, (0.08, 0.22), estimated=True)
    assert "about 150 mJ estimated (80 to 220 mJ, 95 %)" in str(judgement)
    close = judge(parse_budget("100 mJ"), 0.1501, (0.1387, 0.1622), estimated=True)  # its rounds lie close together
    assert "about 150 mJ estimated (140 to 160 mJ, 95 %)" in str(close)


def test_a_budget_per_request_divides_what_was_measured() -> None:
    budget = parse_budget("3 queries per request")
    assert judge(budget, 12, times=4).verdict == "kept"
    assert judge(budget, 13, times=4).over == 0.25
    energy = judge(parse_budget("2 mJ per request"), 0.3, (0.28, 0.32), times=100)
    assert (energy.measured, energy.interval, energy.verdict) == (0.003, (0.0028000000000000004, 0.0032), "over")
    with pytest.raises(ValueError, match="at least one"):
        judge(budget, 1, times=0)
