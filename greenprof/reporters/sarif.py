"""SARIF 2.1.0 (OASIS) of a run: each finding with its joules in ``properties``, and their share as its ``rank``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from greenprof.reporters import _story as story

if TYPE_CHECKING:
    from greenprof.model import Report

SUFFIXES = (".sarif", ".sarif.json")


def render(report: Report) -> str:
    """One log. ``rank`` is the percentage of the program's joules and of those it waited through; none if unknown."""
    from greenprof.lint.formats.sarif import log, result_of
    from greenprof.lint.identity import fingerprints

    ranked, rules = story.ranked_findings(report), story.rules(report)
    places = {rule.name: number for number, rule in enumerate(rules)}
    names = fingerprints(item.finding for item in ranked)
    results = []
    for item, name in zip(ranked, names, strict=True):
        result = result_of(item.finding, places[item.finding.rule], name)
        result["properties"] |= _joules(item)
        if item.fraction is not None:
            result["rank"] = 100 * min(1.0, max(0.0, item.fraction))
        results.append(result)
    told = [{"id": rule.name, "properties": {"tags": [rule.group], "energy_j": rule.joules}} for rule in rules]
    return log(told, results, properties=_run(report))


def _joules(item: story.RankedFinding) -> dict[str, Any]:
    one = item.finding
    return {
        "energy_j": one.energy_j,
        "working_j": item.working_j,
        "waiting_j": item.waiting_j,
        "executions": one.executions,
        "hot": one.hot,
    }


def _run(report: Report) -> dict[str, Any]:
    """What the joules are of, and how far to trust them."""
    energy, carbon = report.energy, report.carbon
    return {
        "process_j": energy.process_j,
        "interval_j": energy.interval_j,
        "total_j": energy.total_j,
        "meter": report.meter.name,
        "estimated": report.meter.estimated,
        "uncertainty": report.meter.uncertainty,
        "scope": report.meter.scope,
        "started_at": report.run.started_at,
        "g_co2e": None if carbon is None else carbon.g_co2e,
        "factor_g_per_kwh": None if carbon is None else carbon.factor_g_per_kwh,
    }
