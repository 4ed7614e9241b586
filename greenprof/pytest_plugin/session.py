"""What pytest is told: when a test is measured, whether it is over its budget, and what is shown and kept at the end.

It is registered when a test or an option asks for energy. Under xdist each worker has one, which measures, and so has
the controller, which is sent the results with the reports and is the only one to show and to keep them.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from greenprof.budgets import INSTRUCTIONS
from greenprof.errors import GreenprofError
from greenprof.i18n import _, speaking
from greenprof.pytest_plugin import github, judging, uses_fixture
from greenprof.pytest_plugin.budget_mark import Allowed, allowed
from greenprof.pytest_plugin.counted import CountedAgain, counting, has_instructions
from greenprof.pytest_plugin.ending import Ending, check_places, end
from greenprof.pytest_plugin.ending_table import show_ending
from greenprof.pytest_plugin.fixture import Bench, Energy
from greenprof.pytest_plugin.options import MARK, options_of
from greenprof.pytest_plugin.result import TestEnergy, from_json, to_json
from greenprof.pytest_plugin.rounds import Plan
from greenprof.pytest_plugin.suite import Ledger, cpu_now_s, together
from greenprof.pytest_plugin.suite import from_json as suite_from_json
from greenprof.pytest_plugin.suite import to_json as suite_to_json
from greenprof.pytest_plugin.turns import Turns
from greenprof.pytest_plugin.where import Where

if TYPE_CHECKING:
    from greenprof.measuring.shared import SharedMeter
    from greenprof.pytest_plugin.options import Options
    from greenprof.pytest_plugin.result import Series
    from greenprof.pytest_plugin.statements import Statements
    from greenprof.pytest_plugin.suite import Suite

REPORTED = "greenprof"  # the attribute of a report
LETTER, WORD = "G", "OVER BUDGET"

_ALLOWED = pytest.StashKey[Allowed]()
_ENERGY = pytest.StashKey[Energy | None]()
_WHERE = pytest.StashKey[Where | None]()
_PROPERTIES = pytest.StashKey[Iterable[tuple[str, object]]]()
_TURNS, _SUITES = "greenprof_turns", "greenprof_suites"


class GreenSession:
    """The plugin at work, from the moment that a test or an option asks for it."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.options: Options = options_of(config)
        self.tests: dict[str, TestEnergy] = {}
        self.is_worker = hasattr(config, "workerinput")
        self.is_controller = config.pluginmanager.has_plugin("dsession")
        self.turns = Turns(getattr(config, "workerinput", {}).get(_TURNS))
        self.ending = Ending()
        self.suites: list[Suite] = []
        self.ledger: Ledger | None = None
        self._places: dict[str, tuple[str, int]] = {}
        self._lost_workers = 0
        if not self.is_worker:
            check_places(self.options)
        if not self.is_controller or self.options.meter or self.options.whole_suite:
            self._open_meter()
        if self.options.whole_suite and self.shared is not None:
            self.ledger = Ledger(self.shared)
            if not self.is_controller:
                _ = self.statements

    @cached_property
    def shared(self) -> SharedMeter | None:
        """The open meter, None where nothing is to be measured. Raises `GreenprofError` for one that was named in vain.

        Where none works and none was asked for, joules are unknown, and the tests run.
        """
        if self.options.disabled:
            return None
        from greenprof.measuring.shared import shared_meter

        try:
            return shared_meter(self.options.meter)
        except GreenprofError as error:
            if self.options.meter is not None:
                raise
            from greenprof.pytest_plugin.no_meter import NoMeter

            self._no_meter = NoMeter(str(error))
            return shared_meter(self._no_meter)

    @cached_property
    def counted_again(self) -> CountedAgain:
        """What counts instructions, in another process."""
        return CountedAgain(self.config)

    @cached_property
    def statements(self) -> Statements:
        """What counts the statements that this process sends to databases, from when it is first asked for."""
        from greenprof.pytest_plugin.statements import counting

        return counting()

    def _open_meter(self) -> None:
        """Open it before any test runs, and say in one line if that cannot be."""
        try:
            _ = self.shared
        except GreenprofError as error:
            said = str(error)
        else:
            return
        raise pytest.UsageError(said)

    # A test

    def fixture_for(self, item: pytest.Item) -> Iterator[Energy]:
        """The fixture's value for one test."""
        energy = item.stash[_ENERGY] = Energy(self._bench(item))
        yield energy

    def _bench(self, item: pytest.Item) -> Bench:
        options = self.options
        can_do = item.stash.get(_ALLOWED, None) or allowed(item, options, with_fixture=True)
        where = item.stash[_WHERE] = Where(can_do.budgets, options, self.config.rootpath)
        statements = self.statements if _has(can_do, "queries") or self.options.whole_suite else None
        return Bench(
            statements=statements,
            counting=counting(can_do.budgets),
            shared=self.shared,
            plan=Plan(min_rounds=options.min_rounds, max_time_s=options.max_time_s, min_time_s=options.min_time_s),
            turns=self.turns,
            watch=where,
            in_turn=_needs_turn(can_do),
        )

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Skip what is not to be measured, or all that is."""
        if not (self.options.only or self.options.skip):
            return
        for item in items:
            if (uses_fixture(item) or item.get_closest_marker(MARK) is not None) == self.options.skip:
                option = "--green-skip" if self.options.skip else "--green-only"
                item.add_marker(pytest.mark.skip(reason=f"{option} is active"))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Keep account of each test of a whole suite."""
        ledger = self.ledger
        if ledger is None:
            return (yield)
        since, begun_s = self.statements.mark(), cpu_now_s()
        try:
            return (yield)
        finally:
            energy = item.stash.get(_ENERGY, None)
            is_repeated = energy is not None and energy.result is not None and energy.result.mode == "calls"
            senders = energy.senders if energy is not None and is_repeated else self.statements.senders(since)
            ledger.add(item.nodeid, cpu_now_s() - begun_s, senders)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Say of a budget that makes no sense, before the test runs."""
        item.stash[_ENERGY] = item.stash[_WHERE] = None
        item.stash[_ALLOWED] = Allowed()
        try:
            item.stash[_ALLOWED] = allowed(item, self.options, uses_fixture(item))
        except GreenprofError as error:
            said = str(error)
        else:
            return
        pytest.fail(said, pytrace=False)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Measure the whole call of a test with a budget that does not use the fixture."""
        can_do = item.stash.get(_ALLOWED, Allowed())
        if not can_do.budgets or uses_fixture(item) or self.options.disabled:
            return (yield)
        bench = self._bench(item)
        energy = item.stash[_ENERGY] = Energy(bench)
        with nullcontext() if bench.counting is None else bench.counting.inside(item), energy:
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a test fail that passed, but used more than it may."""
        test = self._told(item) if call.when == "call" and call.excinfo is None else None
        if test is not None:
            told = list(item.stash.get(_PROPERTIES, []))  # by a run before this one
            item.user_properties[:] = [one for one in item.user_properties if all(one is not own for own in told)]
            item.stash[_PROPERTIES] = _properties(test, self.options.scope)
            item.user_properties += item.stash[_PROPERTIES]
        report = yield
        if test is not None and (report.passed or _is_strict_xpass(report)):
            setattr(report, REPORTED, to_json(test))
            if test.over:
                _fail(report, item, test)
        return report

    def _told(self, item: pytest.Item) -> TestEnergy | None:
        """All that is known of a test, None if it was not measured."""
        energy, can_do = item.stash.get(_ENERGY, None), item.stash.get(_ALLOWED, Allowed())
        if energy is None or energy.result is None:
            return None
        series = replace(energy.result, units=energy.units)
        if series.mode == "block" and not uses_fixture(item):
            series = replace(series, mode="test")
        if has_instructions(can_do.budgets):
            series = self._with_instructions(item, series)
        held = judging.hold(can_do.budgets, series, self.options.scope, self.options.estimated)
        params, param = _params(item)
        test = TestEnergy(
            nodeid=item.nodeid,
            name=item.name,
            params=params,
            param=param,
            series=series,
            budgets=held,
            regress=can_do.regress_text,
            extra_info={str(key): _plain(value) for key, value in energy.extra_info.items()},
        )
        if test.over or any(one.verdict == judging.OVER for one in held):
            where = item.stash[_WHERE]
            if where is not None and any(one.quantity == "queries" and one.verdict == judging.OVER for one in held):
                where.senders = energy.senders
            lines, note = where.lines(test) if where is not None else ((), "")
            test = replace(test, lines=lines, lines_note=note)
        return test

    def _with_instructions(self, item: pytest.Item, series: Series) -> Series:
        """The same with its instructions, counted in another process together with those of the tests to come."""
        others = (
            []
            if self.is_worker
            else [
                other.nodeid
                for other in item.session.items
                if other.get_closest_marker(MARK) is not None and _wants_instructions(other, self.options)
            ]
        )
        value, said = self.counted_again.of(item.nodeid, others)
        counts = dict(series.counts or {})
        if value is not None:
            counts[INSTRUCTIONS.name] = value
        return replace(series, counts=counts, notes=(*series.notes, said) if said else series.notes)

    # What is told

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what was measured of a test, here or in a worker."""
        values = getattr(report, REPORTED, None)
        if values is not None and report.outcome in ("passed", "failed"):
            self.tests[report.nodeid] = replace(from_json(values), outcome=report.outcome)
            self._places[report.nodeid] = report.location[0], (report.location[1] or 0) + 1

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """A letter and a word of its own for a test that is over its budget."""
        if report.when == "call" and report.failed and hasattr(report, REPORTED):
            return "failed", LETTER, WORD
        return None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table, and what there is to say of it."""
        if self.is_worker:
            return
        tests, suite = list(self.tests.values()), together(self.suites)
        if tests or suite is not None:
            from greenprof.cli_lang import of_environment

            with speaking(of_environment()):
                self._show(terminalreporter, tests, suite)
        show_ending(terminalreporter, self.ending)
        if github.wanted():
            for line in github.lines(tests, self._places, self.config.rootpath):
                terminalreporter.write_line(line)

    def _show(self, terminal: pytest.TerminalReporter, tests: list[TestEnergy], suite: Suite | None) -> None:
        if tests:
            from greenprof.pytest_plugin.table import show

            show(terminal, tests, self.options)
        if suite is not None:
            from greenprof.pytest_plugin.suite_table import show_suite

            show_suite(terminal, suite, self.config.rootpath)
            if self._lost_workers:
                said = _("What {number} workers used that ended early is not in it.", number=self._lost_workers)
                terminal.write_line(said)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write, keep and compare; a worker hands its account to the controller."""
        if self.ledger is not None:
            self.suites.append(self.ledger.close())
            self.ledger = None
        if self.is_worker:
            outgoing = getattr(self.config, "workeroutput", {})
            outgoing[_SUITES] = [suite_to_json(one) for one in self.suites]
            return
        if self.options.disabled or self.config.option.collectonly:
            return
        self.ending = end(
            list(self.tests.values()),
            together(self.suites),
            self.options,
            self.config.rootpath,
            self.config.invocation_params.dir,
        )
        if self.ending.is_failure and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    # Workers of xdist

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker which file to lock while it measures."""
        node.workerinput[_TURNS] = str(self._turns_file)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over the account of a worker."""
        if not self.options.whole_suite:
            return
        told = getattr(node, "workeroutput", {}).get(_SUITES)
        if told is None:
            self._lost_workers += 1
        else:
            self.suites += [suite_from_json(one) for one in told]

    @cached_property
    def _turns_file(self) -> Path:
        import tempfile

        self._turns_folder = tempfile.TemporaryDirectory(prefix="greenprof-turns-")
        return Path(self._turns_folder.name) / "turn"

    def pytest_unconfigure(self) -> None:
        """Take away what the workers locked."""
        if "_turns_file" in vars(self):
            self._turns_folder.cleanup()


def _needs_turn(can_do: Allowed) -> bool:
    """Whether others may not measure meanwhile: CPU time and what is counted are a process's own."""
    return not can_do.budgets or _has(can_do, "energy")


def _wants_instructions(item: pytest.Item, options: Options) -> bool:
    try:
        return has_instructions(allowed(item, options, with_fixture=False).budgets)
    except GreenprofError:
        return False  # the test itself fails for it


def _has(can_do: Allowed, quantity: str) -> bool:
    return any(budget.quantity.name == quantity for budget in can_do.budgets)


def _params(item: pytest.Item) -> tuple[dict[str, Any] | None, str | None]:
    spec = getattr(item, "callspec", None)
    if spec is None:
        return None, None
    return {name: _plain(value) for name, value in spec.params.items()}, spec.id


def _plain(value: object) -> Any:
    """A value that can be sent to another process and written as JSON."""
    is_plain = value is None or type(value) in (bool, int, float, str)  # and not an Enum, which is a str too
    return value if is_plain and not (type(value) is float and not math.isfinite(value)) else repr(value)


def _properties(test: TestEnergy, scope: str) -> list[tuple[str, object]]:
    """What JUnit's XML says of a test."""
    series, told = test.series, list[tuple[str, object]]()
    energy_j, interval_j = series.energy_j(scope), series.interval_j(scope)
    told.append(("energy_j", "unknown" if energy_j is None else energy_j))
    if interval_j is not None:
        told += [("energy_low_j", interval_j[0]), ("energy_high_j", interval_j[1])]
    told += [
        ("energy_kind", "estimated" if series.meter.estimated else "measured"),
        ("energy_meter", series.meter.name),
    ]
    told.append(("cpu_s", series.cpu_s))
    if series.queries is not None:
        told.append(("queries", series.queries))
    told += [("energy_budget", f"{held.budget}: {held.verdict}") for held in test.budgets]
    return told


def _is_strict_xpass(report: pytest.TestReport) -> bool:
    return report.failed and str(report.longrepr).startswith("[XPASS(strict)]")


def _fail(report: pytest.TestReport, item: pytest.Item, test: TestEnergy) -> None:
    """A test that is over its budget fails; where it was expected to fail, that is what has happened."""
    if hasattr(report, "wasxfail") or _is_strict_xpass(report):
        report.outcome = "skipped"
        mark = item.get_closest_marker("xfail")
        reason = mark.kwargs.get("reason", "") if mark is not None else ""
        report.wasxfail = reason or judging.headline(test.over)
        report.longrepr = judging.message(test)
        return
    report.outcome = "failed"
    report.longrepr = _longrepr(item, judging.message(test), judging.headline(test.over))


def _longrepr(item: pytest.Item, message: str, headline: str) -> Any:
    """The message as pytest shows one, with a line for its short summary."""
    from _pytest._code.code import ReprEntryNative, ReprExceptionInfo, ReprFileLocation, ReprTraceback

    path, line, _ = item.location
    entry = ReprEntryNative([f"{text}\n" for text in message.splitlines()])
    return ReprExceptionInfo(
        reprtraceback=ReprTraceback(reprentries=[entry], extraline=None, style="native"),
        reprcrash=ReprFileLocation(path=path, lineno=(line or 0) + 1, message=headline),
    )
