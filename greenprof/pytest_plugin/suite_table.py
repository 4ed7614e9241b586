"""What ``--green`` shows of a whole suite: its joules, its dearest tests, and N+1 queries that its tests confirm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.i18n import _, ngettext
from greenprof.pytest_plugin.no_meter import NAME as NO_METER
from greenprof.pytest_plugin.where import lint, shown
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._kept_words import told
from greenprof.reporters._rule_words import full_message

if TYPE_CHECKING:
    import pytest

    from greenprof.pytest_plugin.suite import Repeated, Spent, Suite

_DEAREST, _REPEATED_SHOWN, _SHAPE_SHOWN = 10, 10, 70
_WORTH_SAYING_S = 0.05
_CPU = numbers.Precision(digits=2, about=False)


def show_suite(terminal: pytest.TerminalReporter, suite: Suite, root: Path) -> None:
    """Write it all."""
    terminal.section(_("energy of the suite (greenprof)"), "-", bold=True)
    precision = _precision(suite)
    used = _(
        "This suite used {energy} and {time} of CPU time; the machine used {whole} in {span}.",
        energy=numbers.energy(suite.process_j, precision),
        time=numbers.seconds(suite.cpu_s, _CPU),
        whole=numbers.energy(suite.machine_j, precision),
        span=numbers.duration(suite.duration_s),
    )
    terminal.write_line(used)
    known_by = _(
        "Joules are {how} by {meter} ({uncertainty}; {scope}), and divided over tests by CPU time.",
        how=_("estimated") if suite.estimated else _("measured"),
        meter=suite.meter,
        uncertainty=numbers.uncertainty(suite.uncertainty),
        scope=told(suite.scope),
    )
    terminal.write_line(_("Joules are not known: no meter works here.") if suite.meter == NO_METER else known_by)
    if suite.unknown_s >= _WORTH_SAYING_S and suite.meter != NO_METER:
        unknown = _("Without {time} whose joules are not known.", time=numbers.duration(suite.unknown_s))
        terminal.write_line(unknown)
    dearest = dearest_tests(suite)
    if dearest:
        terminal.write_line("")
        number = len(dearest)
        title = ngettext("The dearest test:", "The {number} dearest tests:", number, number=number)
        terminal.write_line(title, bold=True)
    scale = numbers.scale_of(max((spent.process_j or 0.0 for _nodeid, spent in dearest), default=0.0))
    rows = [
        (
            numbers.energy(spent.process_j, precision, scale),
            numbers.share(spent.process_j, suite.process_j) if spent.process_j is not None else "",
            numbers.seconds(spent.cpu_s, _CPU),
            nodeid,
        )
        for nodeid, spent in dearest
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(3)] if rows else []
    for row in rows:
        cells = "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False))
        terminal.write_line(f"  {cells}  {row[3]}")
    repeated = most_repeated(suite.repeated)
    if repeated:
        terminal.write_line("")
        terminal.write_line(_("N+1 queries that these tests have sent:"), bold=True)
        for text in _repeated_lines(repeated, root):
            terminal.write_line(text)


def dearest_tests(suite: Suite) -> list[tuple[str, Spent]]:
    """The tests that used most joules, or most CPU time where joules are not known."""
    return sorted(suite.tests.items(), key=lambda item: (-(item[1].process_j or 0.0), -item[1].cpu_s, item[0]))[
        :_DEAREST
    ]


def most_repeated(repeated: Sequence[Repeated]) -> list[tuple[Repeated, int]]:
    """Each statement of each line once, in the test that sent it most, and how many tests did; most frequent first."""
    most: dict[tuple[str, int, str], Repeated] = {}
    tests: dict[tuple[str, int, str], set[str]] = {}
    for one in repeated:
        key = one.path, one.line, one.shape
        tests.setdefault(key, set()).add(one.nodeid)
        if key not in most or most[key].count < one.count:
            most[key] = one
    return sorted(
        ((one, len(tests[key])) for key, one in most.items()), key=lambda pair: (-pair[0].count, pair[0].path)
    )


def _repeated_lines(repeated: Sequence[tuple[Repeated, int]], root: Path) -> list[str]:
    lines = []
    paths = {path for one, _tests in repeated[:_REPEATED_SHOWN] for path, _line in one.lines if Path(path).is_file()}
    findings = [finding for finding in lint(sorted(paths), root) if finding.group == "database"]
    for one, tests in repeated[:_REPEATED_SHOWN]:
        others = ngettext("and in {number} other test", "and in {number} other tests", tests - 1, number=tests - 1)
        more = f" {others}" if tests > 1 else ""
        shape = one.shape if len(one.shape) <= _SHAPE_SHOWN else f"{one.shape[: _SHAPE_SHOWN - 1]}…"
        times = ngettext("{number} time", "{number} times", one.count, number=numbers.count(one.count))
        lines.append(f"  {times}  {shown(one.path, root)}:{one.line}  {shape}")
        lines.append("      " + _("in {test}", test=one.nodeid) + more)
        found = next(
            (
                finding
                for path, line in reversed(one.lines)
                for finding in findings
                if finding.path == path and finding.line <= line <= max(finding.end_line or 0, finding.line)
            ),
            None,
        )
        if found is not None:
            place = f"{shown(found.path, root)}:{found.line}"
            at = _("{rule} at {place}: {message}", rule=found.rule, place=place, message=full_message(found))
            lines.append(f"      {at}")
    if len(repeated) > _REPEATED_SHOWN:
        lines.append("  " + _("and {number} more", number=len(repeated) - _REPEATED_SHOWN))
    return lines


def _precision(suite: Suite) -> numbers.Precision:
    digits = 2 if suite.estimated else numbers.significant_digits(suite.uncertainty)
    return numbers.Precision(digits=digits, about=suite.estimated)
