"""Pure: what a period's runs used, emitted and saved, for who does not read profiles; and the line for an inventory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from greenprof.carbon.emissions import emissions
from greenprof.carbon.pricing import Plan
from greenprof.history.rows import JOULES_PER_KWH, Row
from greenprof.history.series import Series, series_of
from greenprof.history.targets import METHOD as TARGETS_METHOD
from greenprof.history.targets import Progress, matches, progress
from greenprof.history_settings import TargetSettings
from greenprof.i18n import N_
from greenprof.model import Carbon

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """The programs' own share of the electricity, with its 95 % interval; ``unknown`` runs are not in it."""

    runs: int
    unknown: int
    kwh: float
    interval_kwh: Interval
    estimated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a target's runs used less than its baseline, over the period; negative where it was more.

    Counted are runs on the machine and with the meter of the progress; ``elsewhere`` are the others. ``uids`` are those
    of the counted runs. ``kwh`` is None where the target is about something else than energy.
    """

    progress: Progress
    runs: int
    elsewhere: int
    uids: frozenset[str]
    kwh: float | None
    interval_kwh: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A period in figures. ``carbon`` is None where no place of the electricity is set, or nothing was used."""

    project: str
    begin: datetime
    end: datetime
    used: Used
    programs: tuple[tuple[Series, Used], ...]
    carbon: Carbon | None
    saved: tuple[Saved, ...]
    meters: tuple[str, ...]
    hosts: tuple[str, ...]
    method: tuple[str, ...]


def summary_of(
    rows: Sequence[Row], targets: Sequence[TargetSettings], planned: Plan | None, *, project: str, today: date
) -> Summary | None:
    """The summary of `rows` (oldest first); ``None`` where there are none."""
    if not rows:
        return None
    used = used_by(rows)
    programs = tuple((one, used_by(one.rows)) for one in series_of(rows))
    return Summary(
        project=project,
        begin=rows[0].started_at,
        end=rows[-1].started_at,
        used=used,
        programs=tuple(sorted(programs, key=lambda each: -each[1].kwh)),
        carbon=_carbon(rows, used, planned),
        saved=tuple(_saved(target, rows, today) for target in targets),
        meters=tuple(dict.fromkeys(row.meter for row in rows)),
        hosts=tuple(dict.fromkeys(row.host for row in rows)),
        method=_method(used, targets),
    )


def used_by(rows: Sequence[Row]) -> Used:
    """The energy of runs. What a meter is off by is alike in all of them, so half-widths add, and do not even out."""
    known = [row for row in rows if row.process_j is not None]
    kwh = sum((row.process_j or 0.0) * row.runs for row in known) / JOULES_PER_KWH
    low, high = (sum(_end(row, end) * row.runs for row in known) / JOULES_PER_KWH for end in (0, 1))
    return Used(
        runs=sum(row.runs for row in rows),
        unknown=sum(row.runs for row in rows) - sum(row.runs for row in known),
        kwh=kwh,
        interval_kwh=(low, high),
        estimated=any(row.estimated for row in known),
    )


def _end(row: Row, end: int) -> float:
    joules = row.process_j or 0.0
    ends = row.interval_j or (joules * max(0.0, 1 - row.uncertainty), joules * (1 + row.uncertainty))
    return ends[end]


def _carbon(rows: Sequence[Row], used: Used, planned: Plan | None) -> Carbon | None:
    """Emissions of all runs; with hourly factors the mean factor of what the runs themselves were priced at."""
    if planned is None or used.kwh <= 0:
        return None
    pricing = replace(planned.pricing, per=None, runs_per_day=None)
    known = [row for row in rows if row.process_j is not None]
    if planned.hours is not None:
        if any(row.g_co2e is None for row in known):
            return None
        grams = sum((row.g_co2e or 0.0) * row.runs for row in known)
        pricing = replace(pricing, factor=replace(pricing.factor, g_per_kwh=grams / used.kwh / pricing.pue.value))
    hours = sum(row.duration_s * row.runs for row in known) / 3600
    return emissions(used.kwh, pricing, interval_kwh=used.interval_kwh, hours=hours)


def _saved(target: TargetSettings, rows: Sequence[Row], today: date) -> Saved:
    now = progress(target, rows, today)
    fit = [row for row in rows if matches(target, row) and not row.exit_code and row.process_j is not None]
    fit = [row for row in fit if row.started_at.date() >= target.baseline_date]
    counted = [row for row in fit if (row.host, row.meter) == (now.host, now.meter)]
    kwh = interval = None
    if target.quantity in ("joules", "kwh") and counted:
        used = used_by(counted)
        each = target.baseline / (JOULES_PER_KWH if target.quantity == "joules" else 1.0)
        kwh = each * used.runs - used.kwh
        interval = (each * used.runs - used.interval_kwh[1], each * used.runs - used.interval_kwh[0])
    return Saved(
        progress=now,
        runs=sum(row.runs for row in counted),
        elsewhere=sum(row.runs for row in fit) - sum(row.runs for row in counted),
        uids=frozenset(row.uid for row in counted),
        kwh=kwh,
        interval_kwh=interval,
    )


def overlapping(saved: Sequence[Saved]) -> list[Saved]:
    """Those that count a run which another of them counts too: their savings do not add up."""
    return [one for one in saved if any(one.uids & other.uids for other in saved if other is not one)]


def _method(used: Used, targets: Sequence[TargetSettings]) -> tuple[str, ...]:
    estimated = N_(
        "Energy is the programs' own share of the machine's, estimated by a power model for at least a part of the "
        "runs: the part above idle, by their CPU time. The idle machine, other programs, network, screens and cooling "
        "are not in it, but for the PUE where one is given."
    )
    measured = N_(
        "Energy is the programs' own share of the machine's, read from counters: the part above idle, by their CPU "
        "time. The idle machine, other programs, network, screens and cooling are not in it, but for the PUE where one "
        "is given."
    )
    saved = N_(
        "Saved is the baseline for each run less what it used, over the runs since its date with the machine and the "
        "meter of Actual."
    )
    return (
        estimated if used.estimated else measured,
        N_("Only runs that were measured with greenprof are counted: this is no total of an organisation."),
        N_("The 95 % interval of a sum adds those of its runs, since a meter's error is alike in all of them."),
        *((TARGETS_METHOD, saved) if targets else ()),
    )


COLUMNS = (
    "period_start", "period_end", "unit_of_organisation", "scope", "category", "activity_data", "activity_unit",
    "emission_factor", "factor_unit", "emissions", "emissions_unit", "method", "factor_scope", "factor_source",
    "factor_year", "uncertainty_percent", "data_quality", "runs", "remark",
)  # fmt: skip


def inventory_line(summary: Summary) -> dict[str, object]:
    """The line of a CO2 footprint inventory (GHG Protocol, Scope 2 Guidance); what is not known is empty.

    Activity data is the electricity with the data centre's overhead. The uncertainty is that of the energy alone.
    """
    carbon, used = summary.carbon, summary.used
    pue = 1.0 if carbon is None else carbon.pue
    half = (used.interval_kwh[1] - used.interval_kwh[0]) / 2
    remarks = [f"{used.unknown} runs without known energy are not in it"] if used.unknown else []
    if carbon is None:
        remarks.append("no factor: no place of the electricity is set")
    elif carbon.factor_scope == "life cycle":
        remarks.append("the factor is of the life cycle: its part before generation belongs to scope 3, category 3")
    if pue != 1:
        remarks.append(f"PUE {pue:g} in the activity data")
    digits = 2 if used.estimated else 4
    return {
        "period_start": summary.begin.date().isoformat(),
        "period_end": summary.end.date().isoformat(),
        "unit_of_organisation": summary.project,
        "scope": 2,
        "category": "purchased electricity",
        "activity_data": _rounded(used.kwh * pue, digits),
        "activity_unit": "kWh",
        "emission_factor": None if carbon is None else carbon.factor_g_per_kwh / 1000,
        "factor_unit": "kg CO2e/kWh",
        "emissions": None if carbon is None else _rounded(carbon.g_co2e / 1000, digits),
        "emissions_unit": "kg CO2e",
        "method": None if carbon is None or carbon.factor_method is None else f"{carbon.factor_method}-based",
        "factor_scope": None if carbon is None else carbon.factor_scope,
        "factor_source": None if carbon is None else carbon.factor_source,
        "factor_year": None if carbon is None else carbon.factor_year,
        "uncertainty_percent": _rounded(100 * half / used.kwh, 2) if used.kwh else None,
        "data_quality": "estimated" if used.estimated else "measured",
        "runs": used.runs,
        "remark": "; ".join(remarks),
    }


def _rounded(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
