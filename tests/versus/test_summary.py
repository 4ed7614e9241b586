"""What is said of runs whose costs are known, because the test makes them up."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from chromium import OTHER_THEME, Browser

from greenprof.i18n import speaking
from greenprof.model import Host, MeterInfo
from greenprof.pairs import Plan
from greenprof.versus import summary
from greenprof.versus.nouns import Asked, Case, Outcome, Run, Series
from greenprof.versus.scaling import growth
from greenprof.versus.show import render

HOST = Host(cpu="a", cores=2, os="Linux", python="3.12.1", virtualised=None, governor=None, fingerprint="f1")
ESTIMATE = MeterInfo(name="estimate", estimated=True, domains=("cpu",), uncertainty=1.0, scope="the package")
RAPL = MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="it", idle_w=10.0)


def run(number: int, cpu_s: float, joules: float | None = None, idle_j: float = 1.0, code: int = 0) -> Run:
    return Run(
        round=number, cpu_s=cpu_s, wall_s=cpu_s, energy_j=None if joules is None else joules + idle_j,
        above_idle_j=joules, max_rss_bytes=10**8, rss_below_bytes=10**7, exit_code=code,
    )  # fmt: skip


def outcome(runs: Sequence[Sequence[Run]], meter: MeterInfo = ESTIMATE, plan: Plan | None = None) -> Outcome:
    cases = tuple(
        Case(name=f"c{n}", command=f"c{n}", argv=("true",), template=n, written=f"c{n}", base=0)
        for n in range(len(runs))
    )
    series = [Series(runs=tuple(each), share_j=None) for each in runs]
    return summary.outcome(Asked(cases=cases), series, raced={}, meter=meter, host=HOST, notes=(), plan=plan)


def costs(chance: random.Random, mean: float, number: int, noise: float = 0.05) -> list[Run]:
    return [run(n, mean * math.exp(chance.gauss(0, noise))) for n in range(number)]


def test_unchanged_work_is_rarely_called_changed() -> None:
    chance = random.Random(7)
    alarms = sum(
        row.judged.said in {"dearer", "cheaper"}
        for _ in range(300)
        for row in outcome([costs(chance, 1.0, 12) for _ in range(3)]).rows[1:]
    )
    assert alarms <= 8, "1 % of 300 comparisons may alarm at all"


def test_changed_work_is_found_and_the_interval_holds_the_ratio() -> None:
    chance = random.Random(8)
    found = held = 0
    for _ in range(100):
        row = outcome([costs(chance, 1.0, 16), costs(chance, 1.2, 16)]).rows[1]
        found += row.judged.said == "dearer"
        assert row.judged.interval is not None
        held += row.judged.interval[0] <= 1.2 <= row.judged.interval[1]
    assert found >= 97
    assert held >= 88


def test_the_same_is_said_only_where_a_change_is_ruled_out() -> None:
    chance = random.Random(9)
    assert outcome([costs(chance, 1.0, 16, 0.01), costs(chance, 1.0, 16, 0.01)]).rows[1].judged.said == "same"
    vague = outcome([costs(chance, 1.0, 16, 0.5), costs(chance, 1.0, 16, 0.5)]).rows[1].judged
    assert vague.said == "inconclusive"
    assert vague.why


def test_it_takes_more_runs_for_verdicts_on_more_commands() -> None:
    assert [summary.fewest_runs(tests) for tests in (1, 2, 4)] == [8, 9, 10]
    for number, said in ((9, "inconclusive"), (10, "dearer")):
        runs = [[run(n, cost * (1 + n / 1000)) for n in range(number)] for cost in (1.0, 2.0, 3.0, 4.0, 5.0)]
        judged = [row.judged for row in outcome(runs).rows[1:]]
        assert {each.said for each in judged} == {said}
        assert {each.why for each in judged} == {"9 runs are too few, 10 would do" if number == 9 else ""}


def test_a_verdict_in_steps_waits_for_its_next_look() -> None:
    chance = random.Random(10)
    early = outcome([costs(chance, 1.0, 10), costs(chance, 2.0, 10)], plan=Plan()).rows[1].judged
    assert early.said == "inconclusive"
    assert "before the next look" in early.why
    done = outcome([costs(chance, 1.0, 16), costs(chance, 2.0, 16)], plan=Plan()).rows[1].judged
    assert done.said == "dearer"


def test_rounds_are_set_against_each_other_and_not_runs() -> None:
    mine = [run(n, 2.0 * (n + 1)) for n in range(12) if n != 3]
    base = [run(n, 1.0 * (n + 1)) for n in range(12)]
    judged = outcome([base, mine]).rows[1].judged
    assert judged.pairs == 11
    assert judged.ratio == pytest.approx(2.0)
    assert judged.said == "dearer"


def test_joules_above_rest_are_compared_with_the_meters_error_in_their_interval_and_not_in_the_ratios() -> None:
    base = [run(n, 1.0, joules=10.0 + 0.01 * (n % 3)) for n in range(10)]
    mine = [run(n, 1.0, joules=20.0 + 0.01 * (n % 4)) for n in range(10)]
    made = outcome([base, mine], RAPL)
    assert made.quantity == "J"
    first, second = made.rows
    assert first.above_idle_j is not None
    assert first.above_idle_j.interval is not None
    assert first.above_idle_j.interval[1] - first.above_idle_j.mean > 0.009 * first.above_idle_j.mean
    assert second.judged.interval is not None
    assert second.judged.interval == (pytest.approx(2.0, rel=0.003), pytest.approx(2.0, rel=0.003))
    assert "with idle" in render("text", made)


def test_where_joules_of_a_run_are_unknown_cpu_time_is_compared_and_it_is_said() -> None:
    base = [run(n, 1.0, joules=10.0) for n in range(8)]
    mine = [run(n, 1.5, joules=None if n == 5 else 15.0) for n in range(8)]
    made = outcome([base, mine], RAPL)
    assert made.quantity == "cpu-s"
    assert made.rows[1].above_idle_j is None
    assert "joules of some runs are unknown" in render("text", made)


def test_what_used_nothing_has_no_ratio() -> None:
    made = outcome([[run(n, 0.0) for n in range(8)], [run(n, 1.0) for n in range(8)]])
    assert made.rows[1].judged.said == "unknown"
    assert "used nothing that could be measured" in render("text", made)


def test_it_is_told_in_dutch_too_and_as_data_in_english() -> None:
    chance = random.Random(13)
    made = outcome([costs(chance, 1.0, 12), costs(chance, 2.0, 12), [run(0, 9.0), *costs(chance, 1.0, 9, 0.5)[1:]]])
    grown = growth("c0", "n", (1.0, 2.0, 4.0, 8.0), [[n * 1.0] * 3 for n in (1, 2, 4, 8)])
    noted = replace(made, growths=(grown,), notes=("ended after 300 s (--max-time), before it was enough",))
    with speaking("nl"):
        told = [render(format_, noted) for format_ in ("text", "markdown", "html")]
        plain = [render(format_, noted) for format_ in ("json", "csv")]
    for text in (each.replace("\N{NO-BREAK SPACE}", " ") for each in told):
        assert "duurder dan 1" in text
        assert "beëindigd na 300 s (--max-time), voordat het genoeg was" in text
        assert "Groeit als n (afwijking 0%" in text
        assert "niet te zeggen: " in text
        words = ("dearer", "baseline", "inconclusive", "cannot", "verdict", "Grows", "rounds", "measured", "median<")
        assert [word for word in words if word in text.split("</style>")[-1].split("<script")[0]] == []
    assert plain == [render(format_, noted) for format_ in ("json", "csv")]


def test_runs_far_off_are_told() -> None:
    chance = random.Random(11)
    slow_start = [run(0, 9.0), *costs(chance, 1.0, 12)[1:]]
    spoilt = costs(chance, 1.0, 12)
    spoilt[4] = run(4, 9.0)
    failed = [run(n, 1.0 + n / 1000, code=n % 2) for n in range(12)]
    text = render("text", outcome([slow_start, spoilt, failed]))
    assert "1: the first run lies far from the others: more --warmup" in text
    assert "2: 1 of 12 runs far from the others" in text
    assert "3: failed in 6 of 12 runs (exit code 1)" in text


def test_the_page_keeps_its_policy_and_axe_finds_nothing(
    violations: Callable[..., list[str]], browser: Browser
) -> None:
    chance = random.Random(12)
    made = outcome([costs(chance, 1.0, 12), costs(chance, 2.0, 12), costs(chance, 1.0, 12, 0.5)])
    grown = growth("c0", "n", (1.0, 2.0, 4.0, 8.0), [[n * 1.0] * 3 for n in (1, 2, 4, 8)])
    page = render("html", replace(made, growths=(grown,), notes=("ended early",)))
    assert violations(page) == []
    assert browser.problems == []
    assert len(browser.requests) == 1, "the page asks for nothing else"
    assert violations(page, OTHER_THEME, theme="dark", width=390) == []
