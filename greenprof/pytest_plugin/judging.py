"""Pure: what was measured of a test against what it may use, and the message of a test that is over its budget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from greenprof.budgets import CPU_TIME, ENERGY, QUERIES, Budget, judge, written
from greenprof.pytest_plugin.result import Held
from greenprof.reporters import _numbers as numbers

if TYPE_CHECKING:
    from greenprof.budgets import Quantity
    from greenprof.pytest_plugin.result import Interval, Series, TestEnergy

OVER = "over"


def hold(budgets: Sequence[Budget], series: Series, scope: str, estimated: str) -> tuple[Held, ...]:
    """What came of each budget. `estimated` says whether joules that are an estimate may fail a test."""
    return tuple(_held(budget, series, scope, estimated) for budget in budgets)


def _held(budget: Budget, series: Series, scope: str, estimated: str) -> Held:
    value, interval = _value(budget.quantity, series, scope)
    is_estimate = budget.quantity.name == ENERGY.name and series.meter.estimated
    times = series.units if budget.per else 1
    once = budget.quantity.name == CPU_TIME.name and len(series.rounds) == 1
    judged = judge(budget, value, interval, estimated=is_estimate, once=once, times=times)
    text = str(judged)
    if value is None:
        about = "" if budget.quantity.name == ENERGY.name else budget.quantity.name
        text += next((f" ({note})" for note in series.notes if note.startswith(about)), "")
    if is_estimate and value is not None:
        text += f"; the estimate itself is good to {numbers.uncertainty(series.meter.uncertainty)}"
    return Held(
        budget=str(budget),
        quantity=budget.quantity.name,
        unit=budget.quantity.unit,
        limit=budget.limit,
        verdict=judged.verdict,
        measured=judged.measured,
        interval=judged.interval,
        text=text,
        fails=judged.verdict == OVER and (not is_estimate or estimated == "fail"),
    )


def _value(quantity: Quantity, series: Series, scope: str) -> tuple[float | None, Interval | None]:
    """How much of it was used, and its interval at 95 %.

    That of an estimate is how far repeating may be off: the error of the estimate is common to all that it estimates.
    """
    if quantity.name == ENERGY.name:
        interval = series.spread_j(scope) if series.meter.estimated else series.interval_j(scope)
        return series.energy_j(scope), interval
    if quantity.name == CPU_TIME.name:
        return series.cpu_s, series.cpu_interval_s
    if quantity.name == QUERIES.name:
        return series.queries, None
    return (series.counts or {}).get(quantity.name), None


def headline(over: Sequence[Held]) -> str:
    """One line: what is over."""
    return "; ".join(held.text for held in over)


def message(test: TestEnergy) -> str:
    """What is said of a test that is over its budget: budget, measured, how much over, and where it went."""
    lines = [headline(test.over)]
    if test.lines:
        width = max(len(line.used) for line in test.lines)
        lines += ["", "Where it went:"]
        for line in test.lines:
            source = f"   {line.source.strip()}" if line.source else ""
            lines.append(f"  {line.used:>{width}}  {line.path}:{line.line}{source}")
            lines += [f"  {'':>{width}}    {found}" for found in line.findings]
    if test.lines_note:
        lines += ["", test.lines_note]
    return "\n".join(lines)


def amount(held: Held, value: float) -> str:
    """A value in the unit of a budget, as a person reads it."""
    from greenprof.budgets import parse_budget

    return written(value, parse_budget(held.budget))
