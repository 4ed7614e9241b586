"""Where the energy of a test that is over its budget went: the hottest lines, and the findings on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenprof.budgets import Budget
    from greenprof.pytest_plugin.options import Options
    from greenprof.pytest_plugin.result import Line, Series, TestEnergy


class Where:
    """Looks where the energy of one test goes, if it has a budget."""

    def __init__(self, budgets: Sequence[Budget], options: Options, root: Path) -> None:
        self._budgets, self._options, self._root = budgets, options, root

    def span_begins(self) -> None:
        """A span that cannot be repeated is about to be measured."""

    def span_ends(self) -> None:
        """It is over."""

    def measured(self, series: Series, again: Callable[[], object] | None) -> None:
        """A test was measured; `again` repeats what was."""

    def lines(self, test: TestEnergy) -> tuple[tuple[Line, ...], str]:
        """The hottest lines, and what is to be said of them."""
        return (), ""
