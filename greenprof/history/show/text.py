"""A history on a terminal: each series with its trend and changes; the runs of it where it is the only one."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from greenprof.history.series import METHOD, Series, sparkline
from greenprof.history.show import phrases
from greenprof.history.targets import METHOD as TARGETS_METHOD
from greenprof.history.targets import Progress, amount, bounds
from greenprof.i18n import _, ngettext, short_day
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._text import neutral

RUNS = 20
WIDTH = 100


def history(series: Sequence[Series]) -> str:
    """All series; the newest runs of the only one."""
    if not series:
        return _("No run is in the history yet, or none that was asked for. greenprof run keeps each run.") + "\n"
    lines = []
    for one in series:
        lines += [*_heading(one), ""]
    if len(series) == 1:
        lines += [*_runs(series[0]), ""]
    lines += wrap(_(METHOD), WIDTH)
    return "\n".join(lines) + "\n"


def _heading(one: Series) -> list[str]:
    count = phrases.number_of_runs(len(one.rows))
    if len(one.counted) < len(one.rows):
        count += " (" + _("{number} not counted", number=len(one.rows) - len(one.counted)) + ")"
    lines = [f"{phrases.name(one, 80)}", f"  {neutral(one.project)}: {count}, {phrases.machines(one)}"]
    if one.counted:
        last = one.counted[-1]
        within = numbers.energy_interval(last.interval_j, phrases.precision(last))
        newest = _("newest {amount} (95 %: {within})", amount=phrases.energy(last, last.process_j), within=within)
        lines.append(f"  {sparkline(one.joules)}  {newest}")
    lines += [f"  {phrases.change(one, step)}" for step in one.changes[-3:]]
    if one.counted and not one.changes:
        lines.append(f"  {phrases.no_change(one)}")
    return lines


def _runs(one: Series) -> list[str]:
    steps = {one.counted[step.at].id: step for step in one.changes}
    head = (
        _("run"), _("started (UTC)"), _("joules"), _("95 % interval"), _("CPU time"), _("duration"), _("commit"), ""
    )  # fmt: skip
    rows = [head]
    for row in one.rows[-RUNS:]:
        failed = _("exit code {code}", code=row.exit_code) if row.exit_code else ""
        step = steps.get(row.id)
        rows.append(
            (
                str(row.id),
                f"{short_day(row.started_at)} {row.started_at:%H:%M}",
                phrases.energy(row, row.process_j),
                numbers.energy_interval(row.interval_j, phrases.precision(row)),
                numbers.cpu_time(row.cpu_s),
                numbers.duration(row.duration_s),
                phrases.commit(row),
                phrases.amount_of_change(one, step) if step else failed,
            )
        )
    earlier = len(one.rows) - RUNS
    more = ngettext(
        "{number} earlier run: -f csv has them all",
        "{number} earlier runs: -f csv has them all",
        earlier,
        number=earlier,
    )
    return [*([f"  … {more}"] if earlier > 0 else []), *table(rows)]


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows in columns, the first and last column to the left, the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    last = len(widths) - 1
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if place in (0, last) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def targets(found: Sequence[Progress]) -> str:
    """Intended against actual."""
    if not found:
        return _("No targets are set: [[tool.greenprof.targets]] in pyproject.toml (docs/history.md).") + "\n"
    rows = [
        (
            _("target"), _("baseline"), _("goal"), _("by"), _("course today"), _("actual"), _("95 % interval"),
            _("runs"), "",
        )
    ]  # fmt: skip
    for one in found:
        target, unit = one.target, one.target.unit
        within = "" if one.interval is None else bounds(one.interval, unit, about=one.estimated)
        rows.append(
            (
                neutral(target.name),
                f"{amount(target.baseline, unit)} ({short_day(target.baseline_date)})",
                amount(target.goal, unit),
                short_day(target.by),
                amount(one.course, unit),
                amount(one.actual, unit, about=one.estimated),
                within,
                str(one.runs),
                _(one.status),
            )
        )
    return "\n".join([*table(rows), "", *wrap(_(TARGETS_METHOD), WIDTH)]) + "\n"
