"""Pure: intended against actual. The way from baseline to goal is a straight line between their two dates."""

from __future__ import annotations

import shlex
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase

from greenprof.history.context import Context
from greenprof.history.rows import JOULES_PER_KWH, Row, row_of
from greenprof.history.series import series_of
from greenprof.history_settings import TargetSettings
from greenprof.i18n import N_, _, decimal
from greenprof.model import Report
from greenprof.stats import interval

NEWEST = 20  # runs that the actual value is the mean of, at most
METHOD = N_(
    "Actual is the mean of the newest runs on one machine since the last change, 20 at most, with its 95 % "
    "interval (the meter's uncertainty and the spread between runs). The course is a straight line from baseline to "
    "goal between their dates; behind means that the whole interval is above it."
)
REACHED, ON_COURSE, OPEN, BEHIND, UNKNOWN = "reached", "on course", "within uncertainty", "behind", "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A target today: ``course`` is what the straight line allows now; all values in the target's unit."""

    target: TargetSettings
    course: float
    actual: float | None
    interval: tuple[float, float] | None
    runs: int
    host: str | None
    meter: str | None
    estimated: bool
    status: str

    @property
    def failed(self) -> bool:
        """Whether the target is missed now, or nothing shows that it is not."""
        return self.status in (BEHIND, UNKNOWN)


def matches(target: TargetSettings, row: Row) -> bool:
    """Whether a run is one that the target is about."""
    if target.host is not None and row.host != target.host:
        return False
    if target.label is not None:
        return row.label is not None and fnmatchcase(row.label, target.label)
    if target.command is not None:
        return fnmatchcase(row.command, target.command)
    return target.test in shlex.split(row.command)


def course(target: TargetSettings, today: date) -> float:
    """What the straight line from baseline to goal allows on a day; the goal after its date."""
    share = (today - target.baseline_date).days / (target.by - target.baseline_date).days
    return target.baseline + (target.goal - target.baseline) * min(1.0, max(0.0, share))


def progress(target: TargetSettings, rows: Sequence[Row], today: date) -> Progress:
    """How far a target is, by the newest of the matching `rows` (oldest first) on the machine of the newest one."""
    known = [row for row in rows if matches(target, row) and not row.exit_code and _value(target, row) is not None]
    allowed = course(target, today)
    if not known:
        return Progress(
            target=target, course=allowed, actual=None, interval=None, runs=0, host=target.host, meter=None,
            estimated=False, status=UNKNOWN,
        )  # fmt: skip
    last = known[-1]
    alike = [row for row in known if (row.host, row.meter) == (last.host, last.meter)]
    energies = series_of([row for row in alike if row.name == last.name])[0].newest or alike
    newest = list(energies)[-NEWEST:]
    values = [value for row in newest if (value := _value(target, row)) is not None]
    energetic = target.quantity not in ("seconds", "cpu-seconds")
    relative = max(_relative(row) for row in newest) if energetic else 0.0
    low_high = interval(values, relative)
    return Progress(
        target=target,
        course=allowed,
        actual=statistics.fmean(values),
        interval=low_high,
        runs=len(values),
        host=last.host,
        meter=last.meter,
        estimated=last.estimated and energetic,
        status=_status(low_high, allowed, target.goal),
    )


def notes(report: Report, targets: Sequence[TargetSettings], *, label: str | None, project: str) -> list[str]:
    """What a report says of the targets that its run is about: goal, course today, and this run."""
    if not targets:
        return []
    row = row_of(report, Context(project=project, label=label), "", "")
    said = []
    for target in targets:
        if matches(target, row):
            now = progress(target, [row], datetime.now(UTC).date())
            said.append(
                f"Target {target.name!r}: {amount(target.goal, target.unit)} by {target.by}, from "
                f"{amount(target.baseline, target.unit)} on {target.baseline_date}; the straight line allows "
                f"{amount(now.course, target.unit)} today. This run: "
                f"{amount(now.actual, target.unit, about=now.estimated)}, {now.status}"
            )
    return said


def amount(value: float | None, unit: str, *, about: bool = False) -> str:
    """A number with its unit: two digits and "about" where it is estimated, three where measured."""
    if value is None:
        return _("not known")
    text = f"{_rounded(value, about)} {unit}"
    return _("about {amount}", amount=text) if about else text


def bounds(interval: tuple[float, float], unit: str, *, about: bool = False) -> str:
    """Both ends of an interval, the unit once; as many digits as `amount` shows."""
    low, high = (_rounded(end, about) for end in interval)
    return _("{low} to {high}", low=low, high=f"{high} {unit}")


def _rounded(value: float, about: bool) -> str:
    """An estimate has two digits, as in a report; a goal, or what was measured, has no zeros at its end."""
    number = Decimal(f"{value:.1e}" if about and value else f"{value:.2e}")
    return decimal(f"{number if about and value else number.normalize():,f}")


def _value(target: TargetSettings, row: Row) -> float | None:
    return {
        "joules": row.process_j,
        "machine-joules": row.total_j,
        "kwh": None if row.process_j is None else row.process_j / JOULES_PER_KWH,
        "g-co2e": row.g_co2e,
        "seconds": row.duration_s,
        "cpu-seconds": row.cpu_s,
    }[target.quantity]


def _relative(row: Row) -> float:
    """The relative uncertainty of a run: that of its interval, or of the meter where that is more."""
    if row.interval_j is None or not row.process_j:
        return row.uncertainty
    return max(row.uncertainty, (row.interval_j[1] - row.interval_j[0]) / 2 / row.process_j)


def _status(low_high: tuple[float, float], allowed: float, goal: float) -> str:
    low, high = low_high
    if high <= goal:
        return REACHED
    if high <= allowed:
        return ON_COURSE
    return BEHIND if low > allowed else OPEN
