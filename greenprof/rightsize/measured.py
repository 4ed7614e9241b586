"""Pure: what a program used of processors and memory, over one or several reports of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.model import Report

LONG_S = 60.0  # a run shorter than that says little of days of work
MANY_RUNS = 3
_FULL = 0.9  # of the machine's processors: who used so many might have used more


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What one or several runs used; of several the largest of each.

    ``cpu_cores`` is the use that was exceeded ``1 - percentile`` of the time, ``mean_cores`` and ``highest_cores`` the
    rest of that picture; processors of this kind, of which the machine had ``cores``. Where no report has the use over
    time, ``spans`` is 0, ``cpu_cores`` the mean of a run, and ``highest_cores`` None. ``memory_bytes`` is the peak, of
    all processes together if ``memory_of_all``, else of the largest one. ``runs`` counts runs, of which each took from
    ``shortest_s`` to ``longest_s``.
    """

    commands: tuple[tuple[str, ...], ...]
    cpu: tuple[str, ...]
    cores: int
    percentile: float
    cpu_cores: float
    mean_cores: float
    highest_cores: float | None
    spans: int
    span_s: float | None
    memory_bytes: int | None
    memory_of_all: bool
    processes: int
    runs: int
    shortest_s: float
    longest_s: float

    @property
    def sure(self) -> str:
        """``low``, ``medium`` or ``high``: by how many runs there were, how long, and what is known of them."""
        if not self.spans or self.memory_bytes is None or self.shortest_s < LONG_S:
            return "low"
        if self.runs < MANY_RUNS or not self.memory_of_all or self.took_all:
            return "low" if self.runs == 1 and self.shortest_s < 10 * LONG_S else "medium"
        return "high" if self.shortest_s >= 10 * LONG_S else "medium"

    @property
    def took_all(self) -> bool:
        """Whether all processors of the machine were busy: with more of them it might have used more."""
        return self.cpu_cores >= _FULL * self.cores


def measured(reports: Sequence[tuple[str, Report]], percentile: float) -> Use:
    """The use of all `reports`, each with the name of its file; `percentile` is of the time (0.95).

    Raises:
        GreenprofError: if one of them tells of no CPU time, or of tasks only.
    """
    for name, report in reports:
        if report.cluster is not None:
            raise GreenprofError(
                f"{name}: tells what tasks used, not a whole program; measure one that a container runs: greenprof run",
                EXIT_USAGE,
            )
        if not report.run.cpu_s > 0 or not report.run.duration_s > 0:
            raise GreenprofError(
                f"{name}: tells of no CPU time, so that there is nothing to size by; measure a run that does its work",
                EXIT_USAGE,
            )
    all_of = [report for _, report in reports]
    over_time = [_spans(report) for report in all_of]
    timed = [spans for spans in over_time if spans]
    means = [report.run.cpu_s / report.run.duration_s for report in all_of]
    each = [_percentile(spans, percentile) if spans else mean for spans, mean in zip(over_time, means, strict=True)]
    lengths = [length_s for spans in timed for length_s, _ in spans]
    peaks = [(_peak(report), report.run.peak_rss_bytes is not None) for report in all_of]
    known = [peak for peak in peaks if peak[0] is not None]
    return Use(
        commands=tuple(dict.fromkeys(report.run.command for report in all_of)),
        cpu=tuple(dict.fromkeys(report.host.cpu for report in all_of)),
        cores=min(report.host.cores for report in all_of),
        percentile=percentile,
        cpu_cores=max(each),
        mean_cores=max(means),
        highest_cores=max(cores for spans in timed for _, cores in spans) if timed else None,
        spans=len(lengths) if len(timed) == len(over_time) else 0,
        span_s=max(lengths) if timed else None,
        memory_bytes=max((peak for peak, _ in known if peak is not None), default=None),
        memory_of_all=bool(known) and all(of_all for _, of_all in known),
        processes=max(report.run.processes for report in all_of),
        runs=sum(report.run.runs for report in all_of),
        shortest_s=min(report.run.duration_s for report in all_of),
        longest_s=max(report.run.duration_s for report in all_of),
    )


def _spans(report: Report) -> list[tuple[float, float]]:
    """Length and processors in use of each span of the timeline; none if one of them does not tell."""
    spans = [(power.end_s - power.start_s, power.process_cores) for power in report.timeline]
    known = [(length_s, cores) for length_s, cores in spans if cores is not None and length_s > 0]
    return known if len(known) == len(spans) else []


def _percentile(spans: Iterable[tuple[float, float]], percentile: float) -> float:
    """The use that `percentile` of the time was not exceeded, spans weighed by their length."""
    ordered = sorted(spans, key=lambda span: span[1])
    left_s = percentile * math.fsum(length_s for length_s, _ in ordered)
    for length_s, cores in ordered:
        left_s -= length_s
        if left_s <= 1e-9:
            return cores
    return ordered[-1][1]


def _peak(report: Report) -> int | None:
    """The peak of memory: of all processes together as seen now and then, and of the largest to the last page."""
    known = [peak for peak in (report.run.peak_rss_bytes, report.run.max_rss_bytes) if peak is not None]
    return max(known, default=None)
