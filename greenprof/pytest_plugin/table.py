"""What the terminal shows at the end: the table of what was measured, and what there is to say of it, once."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from greenprof.budgets import BYTECODES, INSTRUCTIONS
from greenprof.i18n import N_, _, ngettext
from greenprof.pytest_plugin import judging
from greenprof.pytest_plugin.no_meter import NAME as NO_METER
from greenprof.pytest_plugin.summary import iqr, stddev
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told

if TYPE_CHECKING:
    import pytest

    from greenprof.pytest_plugin.options import Options
    from greenprof.pytest_plugin.result import Series, TestEnergy

_UNIT = {"calls": N_("call"), "block": N_("block"), "test": N_("test")}
_NAME_SHOWN = 60
_COUNTED = (BYTECODES.name, INSTRUCTIONS.name)  # what notes about them begin with
_MEASURED = numbers.Precision(digits=3, about=False)


def show(terminal: pytest.TerminalReporter, tests: Sequence[TestEnergy], options: Options) -> None:
    """Write it all."""
    if not tests:
        return
    number = len(tests)
    title = ngettext(
        "energy of {number} test (greenprof)", "energy of {number} tests (greenprof)", number, number=number
    )
    terminal.section(title, "-", bold=True)
    rows = [(columns, True) for columns in (header(options),)]
    ordered = in_order(tests, options)
    body = [row(test, options) for test in ordered]
    widths = [max(len(one[place]) for one in (header(options), *body)) for place in range(len(header(options)))]
    terminal.write_line(_line(rows[0][0], widths), bold=True)
    for test, cells in zip(ordered, body, strict=True):
        terminal.write_line(_line(cells, widths), red=bool(test.over))
    for text in remarks(ordered, options):
        terminal.write_line(text)
    for text in estimated_over(ordered) if options.estimated == "warn" else ():
        terminal.write_line(text, yellow=True)


def header(options: Options) -> tuple[str, ...]:
    """The first row."""
    titles = {
        "mean": _("energy"), "interval": _("95 % interval"), "cpu": _("CPU time"), "ops": _("per joule"),
        "rounds": _("rounds"), "iterations": _("iterations"), "queries": _("queries"), "budget": _("budget"),
    }  # fmt: skip
    return (_("test"), *(titles.get(name, name) for name in options.columns))


def row(test: TestEnergy, options: Options) -> tuple[str, ...]:
    """The row of a test."""
    return (_name(test), *(_CELLS[name](test, options.scope) for name in options.columns))


def in_order(tests: Sequence[TestEnergy], options: Options) -> list[TestEnergy]:
    """The dearest first, or by name; what is not known comes last."""
    if options.sort in ("name", "fullname"):
        return sorted(tests, key=lambda test: test.nodeid if options.sort == "fullname" else test.name)
    value = _SORTS[options.sort]

    def key(test: TestEnergy) -> tuple[bool, float, str]:
        found = value(test, options.scope)
        return found is None, -(found or 0.0), test.nodeid

    return sorted(tests, key=key)


def remarks(tests: Sequence[TestEnergy], options: Options) -> list[str]:
    """Once for all: measured or estimated, by what, of what; and notes of the tests."""
    meters = {test.series.meter.name: test.series.meter for test in tests}
    lines = []
    for meter in meters.values():
        if meter.name == NO_METER:
            reasons = "; ".join(map(told, meter.notes))
            lines.append(_("Joules are not known: {reasons}. CPU time is measured.", reasons=reasons))
            continue
        said = _(
            "Joules are {how} by {meter} ({uncertainty}; {scope}); {whose}, per {units}.",
            how=_("estimated") if meter.estimated else _("measured"),
            meter=meter.name,
            uncertainty=numbers.uncertainty(meter.uncertainty),
            scope=told(meter.scope),
            whose=_("this process's share by CPU time") if options.scope == "process" else _("all of it"),
            units=_(" or ").join(dict.fromkeys(_(_UNIT[test.series.mode]) for test in tests)),
        )
        lines.append(said)
    notes: dict[str, list[str]] = {}
    for test in tests:
        wants_joules = not test.budgets or any(held.quantity == "energy" for held in test.budgets)
        for note in test.series.notes:
            if not wants_joules and not note.startswith(_COUNTED):
                continue  # that its joules are unknown is nobody's loss
            notes.setdefault(note, []).append(test.name)
    for note, names in notes.items():
        more = " " + _("and {number} more", number=len(names) - 2) if len(names) > 2 else ""
        lines.append(f"{', '.join(names[:2])}{more}: {told(note)}.")
    return lines


def estimated_over(tests: Sequence[TestEnergy]) -> list[str]:
    """Tests that an estimate puts over their budget, which is no reason to fail unless it is asked for."""
    return [
        f"{test.nodeid}: {held.text} " + _("(an estimate: not failed; --green-estimated=fail fails it)")
        for test in tests
        for held in test.budgets
        if held.verdict == judging.OVER and not held.fails
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = [
        cell.ljust(width) if not place else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "  ".join((first, *others)).rstrip()


def _name(test: TestEnergy) -> str:
    return test.name if len(test.name) <= _NAME_SHOWN else f"{test.name[: _NAME_SHOWN - 1]}…"


def precision_of(series: Series, scope: str) -> numbers.Precision:
    """How many digits the joules of a test can bear."""
    if series.meter.estimated:
        return numbers.Precision(digits=2, about=True)
    energy_j, interval_j = series.energy_j(scope), series.interval_j(scope)
    relative = (interval_j[1] - interval_j[0]) / 2 / energy_j if interval_j and energy_j else 0.0
    return numbers.Precision(digits=numbers.significant_digits(relative), about=False)


def _joules(value: Callable[[TestEnergy, str], float | None]) -> Callable[[TestEnergy, str], str]:
    return lambda test, scope: numbers.energy(value(test, scope), precision_of(test.series, scope))


def _of_rounds(summary: Callable[[Sequence[float]], float]) -> Callable[[TestEnergy, str], float | None]:
    def value(test: TestEnergy, scope: str) -> float | None:
        joules = test.series.rounds_j(scope)
        return summary(joules) if joules else None

    return value


def _mean(test: TestEnergy, scope: str) -> float | None:
    return test.series.energy_j(scope)


_SORTS: dict[str, Callable[[TestEnergy, str], float | None]] = {
    "mean": _mean,
    "min": _of_rounds(min),
    "max": _of_rounds(max),
    "stddev": _of_rounds(stddev),
    "median": _of_rounds(statistics.median),
    "cpu": lambda test, _scope: test.series.cpu_s,
}


def _interval(test: TestEnergy, scope: str) -> str:
    return numbers.energy_interval(test.series.interval_j(scope), precision_of(test.series, scope))


def _ops(test: TestEnergy, scope: str) -> str:
    joules = test.series.energy_j(scope)
    return numbers.plain(1 / joules if joules else None, precision_of(test.series, scope))


def _queries(test: TestEnergy, _scope: str) -> str:
    queries = test.series.queries
    return "" if queries is None else f"{queries:g}"


def _budget(test: TestEnergy, _scope: str) -> str:
    marks = {judging.OVER: _("over"), "kept": _("kept"), "cannot tell": "?"}
    return ", ".join(f"{held.budget} {marks[held.verdict]}" for held in test.budgets)


_CELLS: dict[str, Callable[[TestEnergy, str], str]] = {
    "mean": _joules(_mean),
    **{name: _joules(_SORTS[name]) for name in ("min", "max", "stddev", "median")},
    "iqr": _joules(_of_rounds(iqr)),
    "interval": _interval,
    "cpu": lambda test, _scope: numbers.seconds(test.series.cpu_s, _MEASURED),
    "ops": _ops,
    "rounds": lambda test, _scope: str(len(test.series.rounds)),
    "iterations": lambda test, _scope: str(max(one.calls for one in test.series.rounds)),
    "queries": _queries,
    "budget": _budget,
}
