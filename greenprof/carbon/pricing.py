"""From what was asked for to figures on a report: settings to a `Pricing`, and a report with its emissions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from greenprof.carbon.emissions import (
    CURRENCY,
    LIFESPAN_YEARS,
    Embodied,
    Prices,
    Pricing,
    emissions,
    functional_unit,
    kwh_of,
)
from greenprof.carbon.factors import country_code, country_factor, factor, published, pue_of
from greenprof.carbon.hourly import Hours, Span, read_hours
from greenprof.carbon.presets import NO_OVERHEAD
from greenprof.carbon_settings import CarbonSettings
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import Carbon, CarbonFactor, Report

_SHORTEST = timedelta(microseconds=1)  # a run of no time still ran at some moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A pricing that is settled, but for the factor where that depends on the hours of the run."""

    pricing: Pricing
    hours: Hours | None = None


def plan(settings: CarbonSettings) -> Plan | None:
    """What the settings ask for, looked up; ``None`` where they say of no place. Raises `GreenprofError`."""
    if not settings.place:
        return None
    country = country_code(settings.country) if settings.country else None
    told = {
        "source": settings.factor_source, "year": settings.factor_year,
        "method": settings.factor_method, "scope": settings.factor_scope,
    }  # fmt: skip
    hours = None
    if settings.file is not None:
        hours = read_hours(settings.file, settings.zone)
        found = CarbonFactor(
            g_per_kwh=0.0,  # until the hours of the run are known
            source=settings.factor_source or f"hourly factors of {settings.file}",
            year=settings.factor_year,
            method=settings.factor_method,
            scope=settings.factor_scope or hours.scope,
        )
    elif settings.factor is not None:
        place, found = factor(settings.factor, **told)  # type: ignore[arg-type]
        country = country or place
    else:
        assert country is not None
        found = country_factor(country, settings.region)
    pricing = Pricing(
        factor=found,
        country=country,
        others=published(country) if country else (),
        pue=NO_OVERHEAD if settings.pue is None else pue_of(settings.pue),
        wue=settings.wue,
        embodied=_embodied(settings),
        per=None if settings.per is None else functional_unit(settings.per),
        prices=Prices(per_kwh=settings.price, per_tonne=settings.shadow_price, currency=settings.currency or CURRENCY),
        runs_per_day=settings.runs_per_day,
    )
    return Plan(pricing=pricing, hours=hours)


def priced(report: Report, settings: CarbonSettings) -> Report:
    """The report with its emissions; as it is where no place is set or its joules are unknown.

    Raises `GreenprofError` for settings that cannot be, and for a run outside the file of hourly factors.
    """
    planned = plan(settings)
    if planned is None:
        return report
    return replace(report, carbon=carbon_of(report, planned))


def carbon_of(report: Report, planned: Plan) -> Carbon | None:
    """The emissions of the program's share, ``process_j``; ``None`` where that is unknown."""
    energy, run = report.energy, report.run
    if energy.process_j is None:
        return None
    pricing, rows = planned.pricing, None
    if planned.hours is not None:
        g_per_kwh, rows = planned.hours.mean(list(_spans(report)))
        pricing = replace(pricing, factor=replace(pricing.factor, g_per_kwh=g_per_kwh))
    interval_j = energy.interval_j
    return emissions(
        kwh_of(energy.process_j),
        pricing,
        interval_kwh=None if interval_j is None else (kwh_of(interval_j[0]), kwh_of(interval_j[1])),
        hours=run.duration_s / 3600,
        priced_hours=rows,
    )


def _spans(report: Report) -> Iterator[Span]:
    """When the joules were used: by the power over time of a single run, evenly over the time of several."""
    try:
        start = datetime.fromisoformat(report.run.started_at)
    except ValueError:
        start = None
    if start is None or start.tzinfo is None:
        raise GreenprofError(
            f"hourly factors need the time of the run, and the report has {report.run.started_at!r}", EXIT_USAGE
        )
    start = start.astimezone(UTC)
    whole = max(timedelta(seconds=report.run.duration_s * report.run.runs), _SHORTEST)
    known = [power for power in report.timeline if power.process_w is not None and power.end_s > power.start_s]
    if report.run.runs > 1 or not known:
        yield start, start + whole, 1.0
        return
    for power in known:
        begin, end = start + timedelta(seconds=power.start_s), start + timedelta(seconds=power.end_s)
        yield begin, max(end, begin + _SHORTEST), (power.process_w or 0.0) * (power.end_s - power.start_s)


def _embodied(settings: CarbonSettings) -> Embodied | None:
    if settings.embodied_kg is None:
        return None
    return Embodied(
        device_g=settings.embodied_kg * 1000,
        lifespan_years=settings.lifespan_years or LIFESPAN_YEARS,
        share=settings.embodied_share or 1.0,
    )
