"""A history on a terminal: each series with its trend and changes; the runs of it where it is the only one."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from greenprof.history.series import METHOD, Series, sparkline
from greenprof.history.show import phrases
from greenprof.history.targets import METHOD as TARGETS_METHOD
from greenprof.history.targets import Progress, amount
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._text import neutral

RUNS = 20
WIDTH = 100


def history(series: Sequence[Series]) -> str:
    """All series; the newest runs of the only one."""
    if not series:
        return "No run is in the history yet, or none that was asked for. greenprof run keeps each run.\n"
    lines = []
    for one in series:
        lines += [*_heading(one), ""]
    if len(series) == 1:
        lines += [*_runs(series[0]), ""]
    lines += wrap(METHOD, WIDTH)
    return "\n".join(lines) + "\n"


def _heading(one: Series) -> list[str]:
    count = phrases.number_of_runs(len(one.rows))
    if len(one.counted) < len(one.rows):
        count += f" ({len(one.rows) - len(one.counted)} not counted)"
    lines = [f"{phrases.name(one, 80)}", f"  {neutral(one.project)}: {count}, {phrases.machines(one)}"]
    if one.counted:
        last = one.counted[-1]
        within = numbers.energy_interval(last.interval_j, phrases.precision(last))
        lines.append(f"  {sparkline(one.joules)}  newest {phrases.energy(last, last.process_j)} (95 %: {within})")
    lines += [f"  {phrases.change(one, step)}" for step in one.changes[-3:]]
    if one.counted and not one.changes:
        lines.append(f"  {phrases.no_change(one)}")
    return lines


def _runs(one: Series) -> list[str]:
    steps = {one.counted[step.at].id: step for step in one.changes}
    head = ("run", "started (UTC)", "joules", "95 % interval", "CPU time", "duration", "commit", "")
    rows = [head]
    for row in one.rows[-RUNS:]:
        failed = f"exit code {row.exit_code}" if row.exit_code else ""
        step = steps.get(row.id)
        rows.append(
            (
                str(row.id),
                f"{row.started_at:%Y-%m-%d %H:%M}",
                phrases.energy(row, row.process_j),
                numbers.energy_interval(row.interval_j, phrases.precision(row)),
                numbers.cpu_time(row.cpu_s),
                numbers.duration(row.duration_s),
                phrases.commit(row),
                phrases.change(one, step).partition(" since")[0] if step else failed,
            )
        )
    more = [f"  … {len(one.rows) - RUNS} earlier runs: -f csv has them all"] if len(one.rows) > RUNS else []
    return [*more, *table(rows)]


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
        return "No targets are set: [[tool.greenprof.targets]] in pyproject.toml (docs/history.md).\n"
    rows = [("target", "baseline", "goal", "by", "course today", "actual", "95 % interval", "runs", "")]
    for one in found:
        target, unit = one.target, one.target.unit
        within = (
            "" if one.interval is None else " to ".join(amount(end, "").strip() for end in one.interval) + f" {unit}"
        )
        rows.append(
            (
                neutral(target.name),
                f"{amount(target.baseline, unit)} ({target.baseline_date})",
                amount(target.goal, unit),
                str(target.by),
                amount(one.course, unit),
                amount(one.actual, unit, about=one.estimated),
                within,
                str(one.runs),
                one.status,
            )
        )
    return "\n".join([*table(rows), "", *wrap(TARGETS_METHOD, WIDTH)]) + "\n"
