"""The ledger closes, joules follow power, and a line gets what the libraries it calls have used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenprof.join import join, own_code_of, own_files
from greenprof.model import (
    Finding,
    Frame,
    Host,
    MeterInfo,
    Overhead,
    Process,
    Recording,
    Report,
    Run,
    Sample,
    Window,
)
from greenprof.own_code import Scope
from greenprof.settle import collapsed

HOST = Host(cpu="a CPU", cores=2, os="Linux", python="3.12", virtualised=False, governor=None, fingerprint="f")
METER = MeterInfo(
    name="rapl", estimated=False, domains=("package-0", "dram-0"), uncertainty=0.01, scope="the machine", idle_w=None
)
OVERHEAD = Overhead(cpu_s=0.01, wall_s=0.01)

MAIN = Frame(path="app.py", line=3, function="main", function_line=1)
LOAD = Frame(path="app.py", line=42, function="load", function_line=40)
EXPORT = Frame(path="app.py", line=60, function="export", function_line=55)
ENGINE = Frame(path="/env/lib/python3.12/site-packages/orm/engine.py", line=900, function="execute", function_line=880)
JSON = Frame(path="/usr/lib/python3.12/json/encoder.py", line=200, function="encode", function_line=180)
PSEUDO = Frame(path="<string>", line=1, function="<module>", function_line=1)
FRAMES = (MAIN, LOAD, EXPORT, ENGINE, JSON, PSEUDO)
STACKS = ((0,), (0, 1, 3), (0, 2, 4), (0, 2), (5,), (4,))

FINDING = Finding(
    rule="query-in-loop", group="database", path="app.py", line=42, column=9, end_line=43, message="a query a row",
    severity="warning", confidence="high", cost="query",
)  # fmt: skip


def run(duration_s: float = 1.0, exit_code: int = 0) -> Run:
    return Run(
        command=("python", "app.py"), started_at="2026-11-21T20:00:00Z", duration_s=duration_s, exit_code=exit_code,
        cpu_s=duration_s, processes=1, max_rss_bytes=1, read_bytes=0, written_bytes=0,
    )  # fmt: skip


def recording(windows: Iterable[Window], samples: Iterable[Sample] = (), meter: MeterInfo = METER) -> Recording:
    return Recording(
        run=run(), host=HOST, meter=meter, windows=tuple(windows), frames=FRAMES, stacks=STACKS,
        samples=tuple(samples), processes=(Process(pid=1, command=("python",), cpu_s=1.0),), overhead=OVERHEAD,
        sources={},
    )  # fmt: skip


def steady(count: int, package_j: float = 4.0, busy_s: float = 0.1, program_s: float = 0.1) -> list[Window]:
    return [
        Window(start_s=n / 10, end_s=(n + 1) / 10, joules=(package_j, 1.0), busy_s=busy_s, program_s=program_s)
        for n in range(count)
    ]


def sample(window: int, stack: int, cpu_s: float = 0.1, wait_s: float = 0.0) -> Sample:
    return Sample(window=window, stack=stack, cpu_s=cpu_s, wait_s=wait_s, count=10)


joules = st.one_of(st.none(), st.floats(0, 1e6))
seconds = st.floats(0, 1)


@st.composite
def recordings(draw: st.DrawFn) -> Recording:
    windows = []
    at_s = 0.0
    for _ in range(draw(st.integers(1, 12))):
        end_s = at_s + draw(st.floats(0.001, 2))
        program_s = draw(seconds)
        windows.append(
            Window(
                start_s=at_s,
                end_s=end_s,
                joules=(draw(joules), draw(joules)),
                busy_s=draw(seconds),
                program_s=program_s,
                invalid_s=draw(st.sampled_from([0.0, 0.0, 0.0, 0.05])),
            )
        )
        at_s = end_s
    samples = draw(
        st.lists(
            st.builds(
                Sample,
                window=st.integers(0, len(windows) - 1),
                stack=st.integers(0, len(STACKS) - 1),
                cpu_s=seconds,
                wait_s=seconds,
                count=st.integers(0, 20),
            ),
            max_size=30,
        )
    )
    idle_w = draw(st.one_of(st.none(), st.floats(0, 1000)))
    return recording(windows, samples, replace(METER, idle_w=idle_w))


def test_nothing_is_sure_of_a_run_shorter_than_the_counter_can_resolve() -> None:
    window = Window(start_s=0.0, end_s=0.001, joules=(0.05, 0.0), busy_s=0.01, program_s=0.0)
    report = join([recording([window], meter=replace(METER, resolution_s=0.002))], [])
    assert report.energy.process_j == 0
    assert report.energy.interval_j == pytest.approx((0.0, 0.1))


@given(st.lists(recordings(), min_size=1, max_size=3))
def test_the_ledger_closes(many: list[Recording]) -> None:
    idle_w = many[0].meter.idle_w
    report = join([replace(each, meter=replace(each.meter, idle_w=idle_w)) for each in many], [FINDING])
    energy = report.energy
    if energy.total_j is None:
        assert energy.process_j is energy.other_j is energy.unattributed_j is energy.interval_j is None
        assert all(spot.self_j is None for spot in report.hotspots)
        return
    assert energy.process_j is not None and energy.other_j is not None and energy.unattributed_j is not None
    close = {"rel": 1e-9, "abs": 1e-6}
    assert (energy.idle_j or 0.0) + energy.process_j + energy.other_j == pytest.approx(energy.total_j, **close)
    placed_j = sum(spot.self_j or 0.0 for spot in report.hotspots)
    assert placed_j + energy.unattributed_j == pytest.approx(energy.process_j, **close)
    assert sum(function.self_j or 0.0 for function in report.functions) == pytest.approx(placed_j, **close)
    assert sum(joules or 0.0 for joules in energy.domains_j.values()) == pytest.approx(energy.total_j, **close)
    assert (energy.idle_j is None) == (idle_w is None)
    numbers = [energy.total_j, energy.process_j, energy.other_j, energy.unattributed_j, energy.idle_j or 0.0]
    numbers += [spot.self_j or 0.0 for spot in report.hotspots] + [spot.idle_j or 0.0 for spot in report.hotspots]
    assert min(numbers) >= 0


def test_the_joules_of_a_library_go_to_the_line_that_called_it() -> None:
    report = join(
        [recording(steady(10), [sample(n, 1) for n in range(10)])], [FINDING], {"app.py": [""] * 41 + ["  get()"]}
    )
    spot, caller = report.hotspots
    assert (spot.path, spot.line, spot.source) == ("app.py", 42, "get()")
    assert spot.self_j == spot.total_j == pytest.approx(50)
    assert (caller.line, caller.self_j, caller.total_j) == (3, 0, pytest.approx(50))
    assert spot.margin is not None and 0 < spot.margin < 0.05
    assert report.findings[0].energy_j == pytest.approx(50)
    assert spot.findings == (0,)
    engine = next(function for function in report.functions if function.function == "execute")
    assert engine.self_j == engine.total_j == pytest.approx(50)
    main = next(function for function in report.functions if function.function == "main")
    assert main.self_j == 0
    assert main.total_j == pytest.approx(50)


def test_a_hot_phase_costs_more_than_a_cool_one_of_the_same_length() -> None:
    windows = [
        Window(start_s=n / 10, end_s=(n + 1) / 10, joules=(6.0 if n % 2 else 2.0, 0.0), busy_s=0.1, program_s=0.1)
        for n in range(20)
    ]
    report = join([recording(windows, [sample(n, 1 if n % 2 else 3) for n in range(20)])], [])
    hot, cool, *_ = report.hotspots
    assert (hot.line, cool.line) == (42, 60)
    assert hot.self_j == pytest.approx(3 * (cool.self_j or 0))
    assert hot.cpu_s == pytest.approx(cool.cpu_s)


def test_other_programs_pay_for_their_own_cpu_time() -> None:
    report = join([recording(steady(20, busy_s=0.2, program_s=0.05))], [])
    assert report.energy.process_j == pytest.approx(100 / 4)
    assert report.energy.other_j == pytest.approx(300 / 4)


def test_the_grain_of_proc_stat_does_not_take_joules_from_a_program_that_runs_alone() -> None:
    windows = [replace(window, busy_s=(0.09, 0.1, 0.11)[n % 3]) for n, window in enumerate(steady(30))]
    report = join([recording(windows)], [])
    assert report.energy.process_j == pytest.approx(150, rel=0.005)


def test_idle_joules_go_to_the_line_that_waits() -> None:
    windows = steady(10, package_j=1.0, busy_s=0.0, program_s=0.0)
    waiting = [sample(n, 1, cpu_s=0.0, wait_s=0.1) for n in range(10)]
    report = join([recording(windows, waiting, replace(METER, idle_w=15.0))], [FINDING])
    assert report.energy.idle_j == pytest.approx(15)
    assert report.hotspots[0].idle_j == pytest.approx(15)
    assert report.hotspots[0].wait_s == pytest.approx(1)
    assert report.findings[0].energy_j == pytest.approx(15)


def test_a_failed_read_loses_nothing() -> None:
    windows = steady(4)
    windows[1] = replace(windows[1], joules=(None, 1.0))
    windows[2] = replace(windows[2], joules=(8.0, 1.0))
    with_gap = join([recording(windows, [sample(n, 1) for n in range(4)])], [])
    assert with_gap.energy.total_j == join([recording(steady(4))], []).energy.total_j
    assert with_gap.energy.unattributed_j == pytest.approx(0)


def test_a_domain_that_is_gone_at_the_end_leaves_the_sum_unknown() -> None:
    windows = [*steady(3), replace(steady(4)[3], joules=(None, 1.0))]
    report = join([recording(windows, [sample(0, 1)])], [FINDING])
    assert report.energy.total_j is None
    assert report.findings[0].energy_j is None
    assert report.hotspots[0].self_j is None


def test_time_that_nobody_can_know_is_told_and_left_out() -> None:
    windows = steady(10)
    windows[4] = replace(windows[4], joules=(0.0, 1.0), invalid_s=0.1)
    report = join([recording(windows)], [])
    assert report.meter.invalid_s == pytest.approx(0.1)
    assert report.energy.total_j == pytest.approx(45)
    assert report.timeline[4].total_w is None


def test_several_runs_give_means_and_an_interval_from_their_spread() -> None:
    runs = [recording(steady(10, package_j=package_j)) for package_j in (4.0, 5.0, 6.0)]
    report = join(runs, [])
    assert report.run.runs == 3
    assert report.energy.total_j == pytest.approx(60)
    low, high = report.energy.interval_j or (0.0, 0.0)
    assert (high - low) / 2 == pytest.approx((0.6**2 + (4.303 * 10 / 3**0.5) ** 2) ** 0.5)


def test_findings_are_ranked_by_joules() -> None:
    other = replace(FINDING, rule="string-concat-in-loop", line=60, end_line=60)
    unseen = replace(FINDING, rule="busy-wait", line=90, end_line=95)
    report = join([recording(steady(3), [sample(0, 1), sample(1, 3), sample(2, 3)])], [unseen, FINDING, other])
    assert [finding.rule for finding in report.findings] == ["string-concat-in-loop", "query-in-loop", "busy-wait"]
    assert report.findings[2].energy_j is None


def level_of(*stacks: int) -> Report:
    return join([recording(steady(len(stacks)), [sample(n, stack) for n, stack in enumerate(stacks)])], [])


def test_own_code_is_what_is_not_installed() -> None:
    assert {spot.path for spot in level_of(1, 2, 0).hotspots} == {"app.py"}


def test_a_program_inside_the_standard_library_is_shown_on_its_own_lines() -> None:
    report = level_of(*[5] * 40, 0)
    assert report.hotspots[0].path == JSON.path
    assert any("standard library" in note for note in report.notes)


def test_only_files_of_own_code_that_ran_are_linted() -> None:
    one = recording(steady(3), [sample(0, 1), sample(1, 2), sample(2, 4)])
    assert own_files([one], own_code_of([one])) == ("app.py",)


def test_what_greenprof_starts_in_the_program_is_nobodys_code() -> None:
    started = Frame(path="/a/checkout/greenprof/target/sitecustomize.py", line=9, function="<module>", function_line=1)
    one = replace(recording(steady(1), [sample(0, 0)]), frames=(*FRAMES, started), stacks=(*STACKS, (len(FRAMES),)))
    assert own_files([one], own_code_of([one])) == ("app.py",)


def test_a_report_needs_a_recording() -> None:
    with pytest.raises(ValueError, match="at least one"):
        join([], [])


def test_a_run_shorter_than_the_counter_can_resolve_is_less_certain() -> None:
    meter = replace(METER, resolution_s=0.002)
    low, high = join([recording(steady(1), meter=meter)], []).energy.interval_j or (0.0, 0.0)
    assert (high - low) / 2 / 5 == pytest.approx((0.01**2 + 0.02**2) ** 0.5)
    low, high = join([recording(steady(100), meter=meter)], []).energy.interval_j or (0.0, 0.0)
    assert (high - low) / 2 / 500 == pytest.approx(0.01, rel=0.01)


def test_the_joules_of_a_window_follow_the_power_at_which_a_stack_was_seen() -> None:
    samples = [replace(sample(n, 1, 0.05), power=1.5) for n in range(10)]
    samples += [replace(sample(n, 3, 0.05), power=0.5) for n in range(10)]
    report = join([recording(steady(10), samples)], [])
    assert [spot.self_j for spot in report.hotspots[:2]] == [pytest.approx(37.5), pytest.approx(12.5)]
    assert report.energy.unattributed_j == pytest.approx(0, abs=1e-9)


def test_the_machinery_of_import_is_charged_to_the_line_that_imports() -> None:
    one = recording(steady(1), [sample(0, 6)])
    machinery = Frame(path="<frozen importlib._bootstrap>", line=1, function="_load", function_line=1)
    one = replace(one, frames=(*FRAMES, machinery), stacks=(*STACKS, (0, len(FRAMES))))
    report = join([one], [])
    assert [function.function for function in report.functions] == ["main"]
    assert report.hotspots[0].self_j == pytest.approx(5)


def test_greenprof_s_own_joules_are_a_part_of_the_others() -> None:
    windows = [replace(window, busy_s=0.2, greenprof_s=0.02) for window in steady(10)]
    energy = join([recording(windows)], []).energy
    assert energy.greenprof_j == pytest.approx(5)
    assert energy.other_j == pytest.approx(25)


def test_each_span_says_what_ran_in_it() -> None:
    report = join([recording(steady(2), [sample(0, 1), sample(1, 3)])], [])
    assert [[ran.function for ran in point.ran] for point in report.timeline] == [["load"], ["export"]]
    assert report.timeline[0].ran[0].process_w == pytest.approx(50)


def test_what_the_user_includes_is_own_code_and_nothing_else_is() -> None:
    one = recording(steady(1), [sample(0, 1)])
    orm = own_code_of([one], Scope(include=("*/site-packages/orm",)))
    assert join([one], [], own=orm).hotspots[0].path == ENGINE.path
    without = own_code_of([one], Scope(exclude=("app.py",)))
    assert own_files([one], without) == ()


def test_a_long_file_is_shown_around_its_dearest_lines_only() -> None:
    text = [f"line {number}" for number in range(1, 2001)]
    report = join([recording(steady(1), [sample(0, 1)])], [], {"app.py": text})
    shown = {excerpt.start + place: line for excerpt in report.excerpts for place, line in enumerate(excerpt.lines)}
    assert shown[42] == "line 42" and 1000 not in shown
    assert all(text[number - 1] == line for number, line in shown.items())


def test_the_machinery_of_a_start_is_nobodys_line() -> None:
    def at(path: str) -> Frame:
        return Frame(path=path, line=7, function="f", function_line=1)

    site, runpy, worker = at("<frozen site>"), at("<frozen runpy>"), at("/usr/lib/python3.11/multiprocessing/spawn.py")
    assert [frame.path for frame in collapsed((site, at("<frozen importlib._bootstrap>")))] == ["<Python's start/end>"]
    assert collapsed((runpy, runpy, at("app.py"))) == (at("app.py"),)
    assert collapsed((at("<string>"), worker, at("app.py"))) == (worker, at("app.py"))
    assert collapsed((at("<string>"), at("app.py"))) == (at("<string>"), at("app.py"))
