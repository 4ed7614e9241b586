"""``--green-base COMMIT``: base and head are compared before the tests run, and a test that has got dearer fails.

Under xdist the controller compares, and tells the workers which tests are to fail.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from greenprof.errors import GreenprofError
from greenprof.pytest_plugin.base_options import left_out
from greenprof.pytest_plugin.options import options_of

if TYPE_CHECKING:
    from greenprof.ab.outcome import Result

_BREACHES = "greenprof_base"
_REPORTED = "greenprof_regression"  # the attribute of a report
_LETTER, _WORD = "R", "REGRESSION"


class BaseSession:
    """The comparison of one session: ``breaches`` are the messages of the tests that are to fail, by node id."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.result: Result | None = None
        self.note: str | None = None
        workerinput = getattr(config, "workerinput", None)
        self.is_worker = workerinput is not None
        self.breaches: dict[str, str] = (workerinput or {}).get(_BREACHES, {})

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Compare; raises `pytest.UsageError` where that cannot be."""
        if self.is_worker or self.config.option.collectonly:
            return
        try:
            self._compare()
        except GreenprofError as error:
            said = str(error)
        else:
            return
        raise pytest.UsageError(f"--green-base: {said}")

    def _compare(self) -> None:
        from greenprof.ab.program import Program
        from greenprof.ab.show import message
        from greenprof.ab.suite import LIMIT, NothingChosen, Request, compare_commits

        given, config = self.config.option, self.config
        request = Request(
            base=given.green_base,
            head=None,
            words=("pytest", *config.invocation_params.args),
            program=Program(
                python=sys.executable,
                arguments=tuple(map(str, config.invocation_params.args)),
                as_module=Path(sys.argv[0]).name == "__main__.py",
            ),
            left_out=left_out(),
            every=given.green_base_all,
            marked=True,
            limit=options_of(config).regress or LIMIT,
            tip=given.green_base_tip,
            install=given.green_base_install,
            cache=Path(given.green_base_cache) if given.green_base_cache else None,
        )
        try:
            self.result = compare_commits(request, config.invocation_params.dir, self._say)
        except NothingChosen:
            self.note = "no test has the fixture energy or an energy_budget: nothing is compared with the base"
            return
        self.breaches = {one.node: message(one) for one in self.result.breaches}

    def _say(self, text: str) -> None:
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and reporter.isatty:
            reporter.rewrite(f"greenprof: {text}", erase=True)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist which tests are to fail."""
        node.workerinput[_BREACHES] = self.breaches

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a test fail that passed, but got dearer than it may."""
        report = yield
        if call.when == "call" and report.passed and item.nodeid in self.breaches:
            report.outcome = "failed"
            report.longrepr = self.breaches[item.nodeid]
            setattr(report, _REPORTED, True)
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """A letter and a word of its own."""
        if report.when == "call" and report.failed and hasattr(report, _REPORTED):
            return "failed", _LETTER, _WORD
        return None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table of all tests that were compared."""
        if self.is_worker or (self.result is None and self.note is None):
            return
        terminalreporter.section(f"energy: beside {self.config.option.green_base}")
        if self.note:
            terminalreporter.write_line(self.note)
        if self.result is not None:
            from greenprof.ab.show import text

            terminalreporter.write(text(self.result))
