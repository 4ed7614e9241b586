"""What is said of a suite whose costs are known, because the test makes them up."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from chromium import OTHER_THEME, Browser
from hypothesis import given
from hypothesis import strategies as st

from greenprof.model import Host, MeterInfo
from greenprof.versus.nouns import Run, Series
from greenprof.versus.suite import summary
from greenprof.versus.suite.answers import difference
from greenprof.versus.suite.nouns import Expected, Implementation, Left, Load, Size, Suite, SuiteOutcome, Task
from greenprof.versus.suite.show import render

HOST = Host(cpu="a", cores=2, os="Linux", python="3.12.1", virtualised=None, governor=None, fingerprint="f1")
ESTIMATE = MeterInfo(
    name="estimate", estimated=True, domains=("cpu",), uncertainty=0.5, scope="the package", idle_w=2.0
)
RAPL = MeterInfo(name="rapl", estimated=False, domains=("package-0",), uncertainty=0.01, scope="it", idle_w=10.0)
RATIO = st.floats(0.01, 1000)


def run(number: int, cpu_s: float, *, wall_s: float | None = None, joules: float | None = None) -> Run:
    return Run(
        round=number, cpu_s=cpu_s, wall_s=wall_s or cpu_s, energy_j=None if joules is None else joules + 1.0,
        above_idle_j=joules, max_rss_bytes=10**6, rss_below_bytes=10**7, exit_code=0,
    )  # fmt: skip


def made(name: str) -> Implementation:
    return Implementation(name=name, language="L", needs=(), sources=(), build=(), run=("true",), command="true")


def suite(tasks: Sequence[str], names: Sequence[str], baseline: str = "a") -> Suite:
    own = tuple(
        Task(name=task, about="", tolerance=0.0, sizes=(Size(name="s"),), implementations=tuple(map(made, names)))
        for task in tasks
    )
    return Suite(name="x", path=Path("suite.toml"), sha256="0", baseline=baseline, size="s", tasks=own)


def outcome(
    costs: dict[tuple[str, str], Sequence[Run]], meter: MeterInfo = ESTIMATE, share_j: float | None = None,
    baseline: str = "a", left: Sequence[Left] = (),
) -> SuiteOutcome:  # fmt: skip
    tasks = list(dict.fromkeys(task for task, _ in costs))
    names = list(dict.fromkeys(name for _, name in costs))
    of = suite(tasks, names, baseline)
    lanes = [
        (next(one for one in of.tasks if one.name == task), made(name), Series(runs=tuple(runs), share_j=share_j))
        for (task, name), runs in costs.items()
    ]
    return summary.outcome(
        of, lanes, left=left, tools=(), meter=meter, host=HOST, started_at="2026-01-01T00:00:00Z", spent_s=1.0,
        ended="complete", load=Load(before=1.0, after=2.0),
    )  # fmt: skip


def alike(cpu_s: float, number: int = 3) -> list[Run]:
    return [run(place, cpu_s) for place in range(number)]


@given(RATIO, RATIO, RATIO)
def test_the_mean_is_that_of_logarithms(one: float, two: float, three: float) -> None:
    costs = {("t1", "a"): alike(1.0), ("t2", "a"): alike(2.0), ("t3", "a"): alike(3.0)}
    costs |= {("t1", "b"): alike(one), ("t2", "b"): alike(2 * two), ("t3", "b"): alike(3 * three)}
    mean = next(each for each in outcome(costs).means if each.implementation == "b")
    assert mean.cost.value == pytest.approx((one * two * three) ** (1 / 3))
    assert (mean.least, mean.most) == pytest.approx((min(one, two, three), max(one, two, three)))
    assert mean.of_tasks is not None
    assert mean.of_tasks[0] <= mean.cost.value * 1.000001
    other = outcome(costs, baseline="b").means
    assert next(each for each in other if each.implementation == "a").cost.value == pytest.approx(1 / mean.cost.value)


def test_ratios_are_of_the_rounds_in_which_both_ran() -> None:
    base = [run(0, 1.0), run(1, 2.0), run(2, 4.0)]
    mine = [run(0, 2.0), run(1, 4.0)]
    entry = next(one for one in outcome({("t", "a"): base, ("t", "b"): mine}).tables[0].entries if one.cost)
    found = {one.implementation: one for one in outcome({("t", "a"): base, ("t", "b"): mine}).tables[0].entries}
    assert entry.cost is not None
    assert found["b"].cost is not None
    assert found["b"].cost.value == pytest.approx(2.0), "2 / 1 and 4 / 2, whatever the third round of the baseline was"
    assert found["b"].cost.interval == pytest.approx((2.0, 2.0))


def test_intervals_of_tasks_add_in_quadrature() -> None:
    rounds = [1.0, 1.1, 0.9, 1.05]
    costs = {("t1", "a"): alike(1.0, 4), ("t2", "a"): alike(1.0, 4)}
    costs |= {(task, "b"): [run(number, cost) for number, cost in enumerate(rounds)] for task in ("t1", "t2")}
    told = outcome(costs)
    single = next(one for one in told.tables[0].entries if one.implementation == "b").cost
    mean = next(one for one in told.means if one.implementation == "b").cost
    assert single is not None
    assert single.interval is not None
    assert mean.interval is not None
    half, of_both = (math.log(each.interval[1] / each.value) for each in (single, mean) if each.interval)
    assert of_both == pytest.approx(half / math.sqrt(2))


def test_an_estimate_is_shared_out_by_cpu_time_and_idle_is_added() -> None:
    told = outcome({("t", "a"): [run(0, 1.0, wall_s=2.0), run(1, 3.0, wall_s=4.0)]}, share_j=10.0)
    (entry,) = told.tables[0].entries
    assert entry.above_idle_j is not None
    assert entry.energy_j is not None
    assert entry.watts is not None
    assert entry.above_idle_j.mean == pytest.approx(10.0)
    assert entry.energy_j.mean == pytest.approx(10.0 + 2.0 * 3.0)
    assert entry.watts.mean == pytest.approx((9.0 / 2 + 23.0 / 4) / 2)
    assert entry.cores.mean == pytest.approx((0.5 + 0.75) / 2)
    assert entry.above_idle_j.interval is not None
    assert entry.above_idle_j.interval[0] == pytest.approx(0.0, abs=5.0), "the meter's own uncertainty is in it"


def test_joules_that_are_unknown_make_cpu_time_what_is_compared() -> None:
    runs = [run(0, 1.0, joules=5.0), run(1, 1.0, joules=5.0)]
    assert outcome({("t", "a"): runs}, RAPL).quantity == "J"
    assert outcome({("t", "a"): [*runs, run(2, 1.0)]}, RAPL).quantity == "cpu-s"
    entry = outcome({("t", "a"): [*runs, run(2, 1.0)]}, RAPL).tables[0].entries[0]
    assert entry.energy_j is None, "and not the mean of those that are known"


def test_an_implementation_that_lacks_a_task_is_marked() -> None:
    costs = {("t1", "a"): alike(1.0), ("t2", "a"): alike(1.0), ("t1", "b"): alike(0.1)}
    told = outcome(costs)
    assert summary.coverage(told) == {"a": (), "b": ("t2",)}
    assert "the mean of b is without t2" in render("text", told)


def test_no_runs_at_all_are_told_too() -> None:
    left = [Left(task="t", implementation="a", stage="build", why="no")]
    told = outcome({("t", "a"): []}, left=left)
    for format_ in ("text", "markdown", "html", "json", "csv"):
        assert render(format_, told)
    assert "0 implementations were compared; 1 not built, failed or wrong." in render("text", told)
    assert "a (t): could not be built: no" in render("text", told)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(1e-12, 0.9))
def test_a_number_is_right_within_its_tolerance_and_wrong_beyond(value: float, tolerance: float) -> None:
    wanted = Expected(text=repr(value))
    assert difference(repr(value).encode(), wanted, tolerance) is None
    beyond = value + (3 * tolerance * abs(value) or 1.0)
    if math.isfinite(beyond) and abs(value) > 1e-290:
        assert difference(repr(beyond).encode(), wanted, tolerance) is not None


@given(st.binary())
def test_any_output_is_compared_without_a_fault(printed: bytes) -> None:
    assert isinstance(difference(printed, Expected(text="1 2\n3"), 1e-3), str | None)
    assert difference(printed, Expected(sha256="0" * 64), 0.0) is not None


def test_the_page_keeps_its_policy_and_axe_finds_nothing(
    violations: Callable[..., list[str]], browser: Browser
) -> None:
    costs = {(task, name): alike(cost) for task in ("t1", "t2") for name, cost in (("a", 1.0), ("b", 2.0), ("c", 70.0))}
    costs.pop(("t2", "c"))
    told = outcome(costs, share_j=3.0, left=[Left(task="t2", implementation="c", stage="tools", why="needs x")])
    page = render("html", replace(told, notes=("odd",)))
    assert violations(page) == []
    assert browser.problems == []
    assert len(browser.requests) == 1, "the page asks for nothing else"
    assert violations(page, OTHER_THEME, theme="dark", width=390) == []
