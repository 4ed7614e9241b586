"""Pure: saved reports as families of metrics. What a report does not know is left out, never 0."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import Report
from greenprof.monitor.families import Family, Point, gauge
from greenprof.monitor.otlp import Batch
from greenprof.monitor.programs import program_of

MOST_LINES = 20  # of each report: every line is a series of its own


def families_of(reports: Mapping[str, Report], most_lines: int = MOST_LINES) -> tuple[Family, ...]:
    """The metrics of reports, each under the name that its label ``report`` shows.

    They are gauges: a run is over, and the next one starts from nothing. No argument of a command is in a label.
    """
    return tuple(
        family
        for family in (
            *_energy(reports), *_run(reports), *_findings(reports), _lines(reports, most_lines), _meter(reports)
        )
        if family.points
    )  # fmt: skip


def batches_of(reports: Mapping[str, Report], most_lines: int = MOST_LINES) -> tuple[Batch, ...]:
    """The same for OTLP: each run is told of the moment at which it ended."""
    made = []
    for name, report in reports.items():
        begun_s = started_s(report)
        at_s = time.time() if begun_s is None else begun_s + report.run.duration_s
        families = families_of({name: report}, most_lines)
        host = report.host.fingerprint
        whose = {"service.instance.id": host, "host.id": host}
        made.append(Batch(families=families, host=whose, at_s=at_s, started_s=begun_s))
    return tuple(made)


def named(paths: Sequence[PurePath], reports: Sequence[Report]) -> dict[str, Report]:
    """Reports by the names of their files, without suffix; raises `GreenprofError` for two of one name."""
    names = [path.name.removesuffix(".gz").removesuffix(".json") for path in paths]
    for name, times in Counter(names).items():
        if times > 1:
            raise GreenprofError(
                f"{times} reports are called {name!r}: metrics are told apart by that name, so rename one", EXIT_USAGE
            )
    return dict(zip(names, reports, strict=True))


def started_s(report: Report) -> float | None:
    """When the run began, seconds since 1970; None where the report's text is no time."""
    try:
        at = datetime.fromisoformat(report.run.started_at)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _labels(name: str, report: Report) -> dict[str, str]:
    return {"report": name, "command": program_of(report.run.command)}


def _each(
    reports: Mapping[str, Report], name: str, help: str, value: Callable[[Report], float | None], unit: str = ""
) -> Family:
    """A gauge with one point for each report that knows it."""
    known = ((_labels(title, report), value(report)) for title, report in reports.items())
    points = tuple(Point(value=found, labels=labels) for labels, found in known if found is not None)
    return gauge(name, help, points, unit)


def _energy(reports: Mapping[str, Report]) -> Iterable[Family]:
    yield _each(
        reports, "greenprof_run_process_joules", "Joules of the program: its share of what the meter saw above idle.",
        lambda report: report.energy.process_j, "joules",
    )  # fmt: skip
    ends = ("lower", "upper")
    yield gauge(
        "greenprof_run_process_interval_joules",
        "The 95 % interval of the program's joules.",
        tuple(
            Point(value=value, labels={**_labels(name, report), "end": end})
            for name, report in reports.items()
            if report.energy.interval_j is not None
            for end, value in zip(ends, report.energy.interval_j, strict=True)
        ),
        "joules",
    )
    yield gauge(
        "greenprof_run_host_joules",
        "Joules of the whole machine over the run, by the domain of the meter; they add up.",
        tuple(
            Point(value=joules, labels={**_labels(name, report), "domain": domain})
            for name, report in reports.items()
            for domain, joules in report.energy.domains_j.items()
            if joules is not None
        ),
        "joules",
    )
    shares: tuple[tuple[str, str, Callable[[Report], float | None]], ...] = (
        ("idle", "Joules that the machine would have used anyway.", lambda report: report.energy.idle_j),
        ("other", "Joules of other processes meanwhile.", lambda report: report.energy.other_j),
        (
            "database_server",
            "Joules that a local database server used for the program; part of the others'.",
            lambda report: report.energy.server_j,
        ),
        (
            "unattributed",
            "Joules of the program that no sample places on a line.",
            lambda report: report.energy.unattributed_j,
        ),
    )
    for share, help_, value in shares:
        yield _each(reports, f"greenprof_run_{share}_joules", help_, value, "joules")


def _run(reports: Mapping[str, Report]) -> Iterable[Family]:
    figures: tuple[tuple[str, str, str, Callable[[Report], float | None]], ...] = (
        ("duration_seconds", "seconds", "Wall time of the run.", lambda report: report.run.duration_s),
        ("cpu_seconds", "seconds", "CPU time of the program and its children.", lambda report: report.run.cpu_s),
        ("peak_memory_bytes", "bytes", "Peak of its largest process.", lambda report: report.run.max_rss_bytes),
        ("read_bytes", "bytes", "Bytes read from disk.", lambda report: report.run.read_bytes),
        ("written_bytes", "bytes", "Bytes written to disk.", lambda report: report.run.written_bytes),
        ("exit_code", "", "How the program ended; below 0 is a signal.", lambda report: report.run.exit_code),
        ("start_time_seconds", "seconds", "When the run began, since 1970.", started_s),
        ("carbon_grams", "grams", "Emissions of the program, in grams of CO2 equivalent.", _grams),
    )
    for name, unit, help_, value in figures:
        yield _each(reports, f"greenprof_run_{name}", help_, value, unit)


def _grams(report: Report) -> float | None:
    return None if report.carbon is None else report.carbon.g_co2e


def _findings(reports: Mapping[str, Report]) -> Iterable[Family]:
    counts, joules = [], []
    for name, report in reports.items():
        of_rule = Counter((finding.rule, finding.severity) for finding in report.findings)
        for (rule, severity), count in sorted(of_rule.items()):
            labels = {**_labels(name, report), "rule": rule, "severity": severity}
            counts.append(Point(value=count, labels=labels))
            burned = [found.energy_j for found in report.findings if (found.rule, found.severity) == (rule, severity)]
            known = [each for each in burned if each is not None]
            if known:
                joules.append(Point(value=sum(known), labels=labels))
    yield gauge("greenprof_run_findings", "Antipatterns found on the lines that ran, by rule.", tuple(counts))
    yield gauge(
        "greenprof_run_finding_joules",
        "Joules on the lines of findings, by rule; a line may have several.",
        tuple(joules),
        "joules",
    )


def _lines(reports: Mapping[str, Report], most: int) -> Family:
    points = []
    for name, report in reports.items():
        known = [(spot.self_j, spot) for spot in report.hotspots if spot.self_j is not None]
        for joules, spot in sorted(known, key=lambda each: -each[0])[:most]:
            place = {"path": spot.path, "line": str(spot.line), "function": spot.function}
            points.append(Point(value=joules, labels={**_labels(name, report), **place}))
    return gauge(
        "greenprof_run_line_joules", f"Joules of the {most} dearest lines of each report.", tuple(points), "joules"
    )


def _meter(reports: Mapping[str, Report]) -> Family:
    return Family(
        name="greenprof_run_meter",
        kind="info",
        help="Which meter made the numbers, whether it estimates, and how uncertain it is (relative, 95 %).",
        points=tuple(
            Point(value=1, labels={**_labels(name, report), **meter_labels(report)}) for name, report in reports.items()
        ),
    )


def meter_labels(report: Report) -> dict[str, str]:
    """What is said of the meter beside its numbers."""
    meter = report.meter
    return {
        "meter": meter.name, "estimated": str(meter.estimated).lower(), "uncertainty": f"{meter.uncertainty:g}",
        "scope": meter.scope, "host": report.host.fingerprint,
    }  # fmt: skip
