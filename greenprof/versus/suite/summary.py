"""Pure: from the runs of a suite to its tables, and to the mean of each implementation over the tasks.

The ratio of an implementation to the baseline is the geometric mean of those of the rounds in which both ran. Over
tasks it is the geometric mean of these, so that no task counts for more than another and the choice of the baseline
changes no order (Fleming and Wallace, CACM 29, 1986). A mean of other tasks says something else: each says which.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence

from greenprof.model import Host, MeterInfo
from greenprof.stats import geometric_mean
from greenprof.versus.nouns import Figure, Run, Series
from greenprof.versus.suite.answers import held_to
from greenprof.versus.suite.nouns import (
    Ended,
    Entry,
    Implementation,
    Left,
    Load,
    Mean,
    Ratio,
    Suite,
    SuiteOutcome,
    Table,
    Task,
    Tool,
)  # fmt: skip
from greenprof.versus.summary import Quantity, cost, figure, joules_of, quantity_of

Lane = tuple[Task, Implementation, Series]


def outcome(
    suite: Suite,
    lanes: Sequence[Lane],
    *,
    left: Sequence[Left],
    tools: Sequence[Tool],
    meter: MeterInfo,
    host: Host,
    started_at: str,
    spent_s: float,
    ended: Ended,
    load: Load | None,
) -> SuiteOutcome:
    """All that is said of a suite, from those of its implementations that ran."""
    lanes = [lane for lane in lanes if lane[2].runs]
    quantity = quantity_of([series.runs for _, _, series in lanes], meter.estimated) if lanes else "cpu-s"
    baseline, notes = _baseline(suite, lanes)
    tables = []
    for task in suite.tasks:
        if own := [lane for lane in lanes if lane[0].name == task.name]:
            tables.append(_table(suite, task, own, baseline=baseline, meter=meter, quantity=quantity))
    names = list(dict.fromkeys(one.name for task in suite.tasks for one in task.implementations))
    means = [mean for name in names if (mean := _mean(name, tables)) is not None]
    without = [table.task for table in tables if all(entry.implementation != baseline for entry in table.entries)]
    if without:
        notes.append(f"{', '.join(without)}: without {baseline} there are no ratios")
    return SuiteOutcome(
        suite=suite.name, sha256=suite.sha256, size=suite.size, started_at=started_at, spent_s=spent_s, ended=ended,
        baseline=baseline, quantity=quantity, meter=meter, host=host, load=load,
        tools=tuple(tools), tables=tuple(tables),
        means=tuple(sorted(means, key=lambda mean: mean.cost.value)), left=tuple(left), notes=tuple(notes),
    )  # fmt: skip


def _baseline(suite: Suite, lanes: Sequence[Lane]) -> tuple[str, list[str]]:
    """The baseline that was asked for if it ran at all, else the first of those that ran in most tasks."""
    ran = [one.name for _, one, _ in lanes]
    if not ran or suite.baseline in ran:
        return suite.baseline, []
    other = max(dict.fromkeys(ran), key=ran.count)
    return other, [f"{suite.baseline} did not run, so the baseline is {other}"]


def _table(
    suite: Suite, task: Task, lanes: Sequence[Lane], *, baseline: str, meter: MeterInfo, quantity: Quantity
) -> Table:
    size = next(one for one in task.sizes if one.name == suite.size)
    base = next((series.runs for _, one, series in lanes if one.name == baseline), ())
    entries = [_entry(one, series, base, meter, quantity) for _, one, series in lanes]
    return Table(
        task=task.name,
        about=task.about,
        arguments=size.arguments,
        checked=held_to(size.expected, suite.baseline, task.tolerance),
        entries=tuple(sorted(entries, key=lambda entry: statistics.fmean(cost(run, quantity) for run in entry.runs))),
    )


def _entry(one: Implementation, series: Series, base: Sequence[Run], meter: MeterInfo, quantity: Quantity) -> Entry:
    runs = series.runs
    above, whole = _joules(series, meter)
    return Entry(
        implementation=one.name,
        language=one.language,
        command=one.command,
        energy_j=joules_of(whole, meter),
        above_idle_j=joules_of(above, meter),
        cpu_s=figure([run.cpu_s for run in runs]),
        wall_s=figure([run.wall_s for run in runs]),
        cores=figure([run.cpu_s / run.wall_s for run in runs]),
        watts=joules_of(
            [None if joules is None else joules / run.wall_s for joules, run in zip(whole, runs, strict=True)], meter
        ),
        max_rss_bytes=_memory(runs),
        cost=_ratio(runs, base, lambda run: cost(run, quantity)),
        wall=_ratio(runs, base, lambda run: run.wall_s),
        memory=_ratio(runs, base, lambda run: float(run.max_rss_bytes or 0)),
        runs=runs,
    )


def _joules(series: Series, meter: MeterInfo) -> tuple[list[float | None], list[float | None]]:
    """Above rest, and as a whole, for each run.

    An estimate is the share by CPU time; what the machine uses at rest meanwhile is added to it, and not what others
    did.
    """
    runs = series.runs
    if not meter.estimated:
        return [run.above_idle_j for run in runs], [run.energy_j for run in runs]
    cpu_s = statistics.fmean(run.cpu_s for run in runs)
    if series.share_j is None or cpu_s <= 0:
        return [None] * len(runs), [None] * len(runs)
    above = [series.share_j * run.cpu_s / cpu_s for run in runs]
    idle_w = meter.idle_w
    whole = [None if idle_w is None else joules + idle_w * run.wall_s for joules, run in zip(above, runs, strict=True)]
    return list(above), whole


def _memory(runs: Sequence[Run]) -> Figure | None:
    known = [float(run.max_rss_bytes) for run in runs if run.max_rss_bytes is not None]
    return figure(known) if known and len(known) == len(runs) else None


def _ratio(mine: Sequence[Run], base: Sequence[Run], of: Callable[[Run], float]) -> Ratio | None:
    """That of the rounds in which both ran; None where there are none, or where a value is 0."""
    its = {run.round: of(run) for run in base}
    pairs = [(of(run), its[run.round]) for run in mine if run.round in its]
    if not pairs or any(min(pair) <= 0 for pair in pairs):
        return None
    value, low, high = geometric_mean([one / other for one, other in pairs])
    return Ratio(value=value, interval=(low, high) if math.isfinite(high) else None)


def _mean(name: str, tables: Sequence[Table]) -> Mean | None:
    """Over the tasks that it has; None where it has no ratio at all."""
    found = [(table.task, entry) for table in tables for entry in table.entries if entry.implementation == name]
    ratios = [(task, entry) for task, entry in found if entry.cost is not None and entry.wall is not None]
    if not ratios:
        return None
    costs = [entry.cost for _, entry in ratios if entry.cost is not None]
    memory = [entry.memory for _, entry in ratios if entry.memory is not None]
    values = [ratio.value for ratio in costs]
    _, low, high = geometric_mean(values)
    return Mean(
        implementation=name,
        language=ratios[0][1].language,
        tasks=tuple(task for task, _ in ratios),
        cost=_over_tasks(costs),
        wall=_over_tasks([entry.wall for _, entry in ratios if entry.wall is not None]),
        memory=_over_tasks(memory) if len(memory) == len(ratios) else None,
        least=min(values),
        most=max(values),
        of_tasks=(low, high) if math.isfinite(high) else None,
    )


def _over_tasks(ratios: Sequence[Ratio]) -> Ratio:
    """Their geometric mean; the half-widths of independent logarithms add in quadrature (JCGM 100:2008, 5.1.2)."""
    centre = statistics.fmean(math.log(ratio.value) for ratio in ratios)
    if any(ratio.interval is None for ratio in ratios):
        return Ratio(value=math.exp(centre), interval=None)
    halves = [math.log(ratio.interval[1] / ratio.value) for ratio in ratios if ratio.interval is not None]
    half = math.hypot(*halves) / len(halves)
    return Ratio(value=math.exp(centre), interval=(math.exp(centre - half), math.exp(centre + half)))


def coverage(outcome: SuiteOutcome) -> dict[str, tuple[str, ...]]:
    """For each implementation that has a mean, the tasks that are missing from it."""
    tasks = [table.task for table in outcome.tables]
    return {mean.implementation: tuple(task for task in tasks if task not in mean.tasks) for mean in outcome.means}


def failed(outcome: SuiteOutcome) -> bool:
    """Whether something went wrong that is no missing tool."""
    return any(left.stage != "tools" for left in outcome.left)
