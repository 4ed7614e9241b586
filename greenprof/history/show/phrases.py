"""What every way of showing a history says in the same words."""

from __future__ import annotations

from collections.abc import Sequence

from greenprof.history.rows import Row
from greenprof.history.series import Series
from greenprof.i18n import _, decimal, ngettext, short_day
from greenprof.reporters import _numbers as numbers
from greenprof.reporters._text import neutral, shorten
from greenprof.stats import Change


def energy(row: Row, joules: float | None) -> str:
    """Joules with as many digits as the run's uncertainty leaves; an estimate has two and the word about."""
    return numbers.energy(joules, precision(row))


def precision(row: Row) -> numbers.Precision:
    """How far the joules of a run can be trusted."""
    digits = 2 if row.estimated else numbers.significant_digits(row.uncertainty)
    return numbers.Precision(digits=digits, about=row.estimated)


def name(series: Series, width: int = 48) -> str:
    """What a series is called, safe to show."""
    return shorten(neutral(series.name), width)


def where(one: Series, others: Sequence[Series]) -> str:
    """What tells a series from `others` of the same name: project, machine or meter; empty where the name does."""
    alike = [other for other in others if other.name == one.name]
    parts = (
        (one.project, {other.project for other in alike}),
        (", ".join(one.hosts), {other.hosts for other in alike}),
        (", ".join(one.meters), {other.meters for other in alike}),
    )
    return ", ".join(neutral(part) for part, kinds in parts if len(kinds) > 1)


def commit(row: Row) -> str:
    """The commit of a run, with a plus sign where files were changed; empty where there is none."""
    return "" if row.commit is None else row.commit[:8] + ("+" if row.dirty else "")


def change(series: Series, step: Change) -> str:
    """A change: by how much, since which run, commit and day."""
    row = series.counted[step.at]
    at = f"{short_day(row.started_at)}, commit {commit(row)}" if row.commit else short_day(row.started_at)
    return _("{change} since run {number} ({at})", change=amount_of_change(series, step), number=row.id, at=at)


def amount_of_change(series: Series, step: Change) -> str:
    """By how much: ``▲ about +12 %``."""
    percent = 100 * step.relative
    arrow, digits = ("▲" if percent > 0 else "▼"), (0 if abs(percent) >= 10 else 1)
    share = numbers.minus(decimal(f"{percent:+.{digits}f} %"))
    return f"{arrow} {numbers.about(share) if series.counted[step.at].estimated else share}"


def no_change(series: Series) -> str:
    """Why no change is marked in a series."""
    return _("no change found") if len(series.counted) > 5 else _("too few runs to find a change in")


def number_of_runs(number: int) -> str:
    """``1 run``, ``1,204 runs``."""
    return ngettext("{number} run", "{number} runs", number, number=numbers.count(number))


def machines(series: Series) -> str:
    """On what a series was measured."""
    meters, hosts = ", ".join(series.meters), ", ".join(neutral(host) for host in series.hosts)
    if series.rows[-1].estimated:
        on = _("estimated by {meters} on machine {hosts}", meters=meters, hosts=hosts)
    else:
        on = _("measured by {meters} on machine {hosts}", meters=meters, hosts=hosts)
    return on + "; " + _("MIXED machines or meters, as asked: their joules do not compare") if series.mixed else on
