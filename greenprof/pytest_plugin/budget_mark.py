"""What a test may use, by its mark ``energy_budget`` and those of its class and module, or by the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from greenprof.budgets import Budget, growth_text, parse_budget, parse_growth
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.pytest_plugin.options import MARK

if TYPE_CHECKING:
    import pytest

    from greenprof.pytest_plugin.options import Options

T = TypeVar("T")

_KEYS = ("regress", "per")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a test may use: a budget at most for each quantity, and by how much it may grow (``regress``, relative)."""

    budgets: tuple[Budget, ...] = ()
    regress: float | None = None

    @property
    def regress_text(self) -> str | None:
        """As it would be written."""
        return None if self.regress is None else growth_text(self.regress)


def allowed(item: pytest.Item, options: Options, with_fixture: bool) -> Allowed:
    """What `item` may use; of several marks the nearest goes before the others, quantity by quantity.

    Raises `GreenprofError` for a mark or a setting that makes no sense; it says where.
    """
    budgets: dict[str, Budget] = {}
    regress: float | None = None
    marks = list(item.iter_markers(MARK))
    for mark in marks:
        try:
            found, grows = _read(mark)
        except GreenprofError as error:
            raise GreenprofError(f"{MARK} of {item.nodeid}: {error}", EXIT_USAGE) from None
        for budget in found:
            budgets.setdefault(budget.quantity.name, budget)
        regress = grows if regress is None else regress
    if with_fixture and not marks and options.budget:
        found_here = _setting("green_budget", options.budget, parse_budget)
        budgets[found_here.quantity.name] = found_here
    if regress is None and options.regress and (marks or with_fixture):
        regress = _setting("green_regress", options.regress, parse_growth)
    return Allowed(budgets=tuple(budgets.values()), regress=regress)


def _read(mark: pytest.Mark) -> tuple[list[Budget], float | None]:
    unknown = [key for key in mark.kwargs if key not in _KEYS]
    if unknown:
        raise GreenprofError(f"it has no argument {unknown[0]!r}; those are: {', '.join(_KEYS)}", EXIT_USAGE)
    grows = mark.kwargs.get("regress")
    if not mark.args and grows is None:
        raise GreenprofError('it says nothing: write a budget, as "120 mJ", or regress="5%"', EXIT_USAGE)
    found = [parse_budget(text, mark.kwargs.get("per")) for text in mark.args]
    names = [budget.quantity.name for budget in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise GreenprofError(f"it has two budgets of {twice}", EXIT_USAGE)
    return found, None if grows is None else parse_growth(grows)


def _setting(name: str, text: str, read: Callable[[str], T]) -> T:
    try:
        return read(text)
    except GreenprofError as error:
        raise GreenprofError(f"{name} in the settings: {error}", EXIT_USAGE) from None
