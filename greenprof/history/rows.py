"""What the database knows of a run without its report: the numbers that trends, targets and sums need."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime

from greenprof.history.context import Context
from greenprof.model import Report

JOULES_PER_KWH = 3.6e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One kept run; with ``runs`` above 1 (``--repeat``) its figures are means.

    ``process_j`` is the program's share with its 95 % interval ``low_j`` to ``high_j``, ``total_j`` the machine's.
    ``uncertainty`` is the meter's, relative. ``command`` is one line, secrets masked. ``id`` is 0 before it is stored.
    """

    uid: str
    started_at: datetime
    project: str
    label: str | None
    command: str
    host: str
    cpu: str
    meter: str
    estimated: bool
    uncertainty: float
    runs: int
    exit_code: int | None
    duration_s: float
    cpu_s: float
    total_j: float | None
    process_j: float | None
    low_j: float | None
    high_j: float | None
    g_co2e: float | None
    commit: str | None
    branch: str | None
    dirty: bool | None
    greenprof: str
    id: int = 0

    @property
    def interval_j(self) -> tuple[float, float] | None:
        """The 95 % interval of ``process_j``."""
        return None if self.low_j is None or self.high_j is None else (self.low_j, self.high_j)

    @property
    def name(self) -> str:
        """What the run is called: its label, else its command."""
        return self.label or self.command


def row_of(report: Report, context: Context, uid: str, version: str) -> Row:
    """The row of a report. A report whose time is no time is put at the moment that it is kept."""
    run, energy = report.run, report.energy
    low_j, high_j = energy.interval_j or (None, None)
    return Row(
        uid=uid,
        started_at=moment(run.started_at) or datetime.now(UTC),
        project=context.project,
        label=context.label,
        command=_storable(shlex.join(run.command)),
        host=_storable(report.host.fingerprint),
        cpu=_storable(report.host.cpu),
        meter=_storable(report.meter.name),
        estimated=report.meter.estimated,
        uncertainty=report.meter.uncertainty,
        runs=run.runs,
        exit_code=run.exit_code,
        duration_s=run.duration_s,
        cpu_s=run.cpu_s,
        total_j=energy.total_j,
        process_j=energy.process_j,
        low_j=low_j,
        high_j=high_j,
        g_co2e=None if report.carbon is None else report.carbon.g_co2e,
        commit=context.commit,
        branch=context.branch,
        dirty=context.dirty,
        greenprof=version,
    )


def moment(text: str) -> datetime | None:
    """A time in UTC; one without an offset is taken as UTC; ``None`` where the text is no time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def _storable(text: str) -> str:
    """Text that every database takes: no NUL, no lone surrogates of undecodable names."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
