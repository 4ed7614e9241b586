"""Pure: from the runs of all commands to what is said of each, and of each beside its baseline."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Literal

from greenprof.model import Host, MeterInfo
from greenprof.pairs import Plan, Verdict, verdicts
from greenprof.stats import half_width, holm, interval, middle, outliers, signed_rank, smallest_detectable, spread_of
from greenprof.versus.nouns import Asked, Case, Figure, Growth, Judged, Outcome, Row, Run, Series
from greenprof.versus.scaling import growth

Quantity = Literal["J", "cpu-s"]

_PLAN = Plan()
SMALLEST_CHANGE, DETECT, ALPHA = _PLAN.smallest_change, _PLAN.detect, _PLAN.alpha
_ENOUGH_TO_TELL = 6  # runs: of fewer, two that are alike by chance make a third look far off


def outcome(
    asked: Asked,
    series: Sequence[Series],
    *,
    raced: Mapping[int, Verdict],
    meter: MeterInfo,
    host: Host,
    notes: Sequence[str],
    plan: Plan | None,
) -> Outcome:
    """All that is said of a comparison. `plan` is None where the number of runs was settled beforehand."""
    runs = [each.runs for each in series]
    quantity = quantity_of(runs, meter.estimated)
    judged = _judged(asked.cases, runs, quantity, plan)
    for place, verdict in raced.items():
        judged[place] = _of_race(verdict)
    rows = tuple(
        _row(case, each, said, meter, quantity) for case, each, said in zip(asked.cases, series, judged, strict=True)
    )
    if not meter.estimated and quantity == "cpu-s":
        notes = [
            *notes,
            "joules of some runs are unknown, so CPU time is compared: the runs are too short for the meter",
        ]
    return Outcome(
        rows=rows,
        quantity=quantity,
        meter=meter,
        host=host,
        growths=_growths(asked, rows, quantity) if asked.scale else (),
        notes=tuple(notes),
    )


def quantity_of(runs: Sequence[Sequence[Run]], estimated: bool) -> Quantity:
    """What is compared: joules where they are measured for every run, else CPU time, which an estimate follows from."""
    if estimated or not all(_joules(run) for each in runs for run in each):
        return "cpu-s"
    return "J"


def _joules(run: Run) -> float:
    """Those above rest, of the machine as a whole where its power at rest is unknown; 0 where there are none."""
    joules = run.energy_j if run.above_idle_j is None else run.above_idle_j
    return max(0.0, joules or 0.0)


def cost(run: Run, quantity: Quantity) -> float:
    """What a run cost, in that quantity."""
    return _joules(run) if quantity == "J" else run.cpu_s


def log_ratios(mine: Sequence[Run], base: Sequence[Run], estimated: bool) -> list[float]:
    """The logarithms of costs over the baseline's, round by round; none where a cost is 0."""
    return _ratios(mine, base, quantity_of((mine, base), estimated))


def _ratios(mine: Sequence[Run], base: Sequence[Run], quantity: Quantity) -> list[float]:
    pairs = _pairs(mine, base, quantity)
    return [] if any(min(pair) <= 0 for pair in pairs) else [math.log(head / its) for its, head in pairs]


def _pairs(mine: Sequence[Run], base: Sequence[Run], quantity: Quantity) -> list[tuple[float, float]]:
    """Costs of the baseline and of this one, in the rounds in which both ran."""
    its = {run.round: cost(run, quantity) for run in base}
    return [(its[run.round], cost(run, quantity)) for run in mine if run.round in its]


def relative_half_width(runs: Sequence[Run], estimated: bool) -> float:
    """Half the 95 % interval of the mean cost, over that mean; without the meter's own uncertainty."""
    quantity = quantity_of((runs,), estimated)
    costs = [cost(run, quantity) for run in runs]
    if len(costs) < 2 or (mean := statistics.fmean(costs)) <= 0:
        return math.inf
    return half_width(costs) / mean


def _judged(
    cases: Sequence[Case], runs: Sequence[Sequence[Run]], quantity: Quantity, plan: Plan | None
) -> list[Judged]:
    """A verdict on each case, all of them corrected for their number."""
    judged = [Judged(said="baseline")] * len(cases)
    places = [place for place, case in enumerate(cases) if case.base != place]
    pairs = [_pairs(runs[place], runs[cases[place].base], quantity) for place in places]
    known = [place for place, costs in zip(places, pairs, strict=True) if all(min(pair) > 0 for pair in costs)]
    for place in places:
        if place not in known:
            judged[place] = Judged(said="unknown", why="a run used nothing that could be measured")
    costs = [each for place, each in zip(places, pairs, strict=True) if place in known]
    if plan is not None:
        found = [_of_race(verdict) for verdict in verdicts(costs, plan, quantity=quantity)] if costs else []
    else:
        found = _settled(costs)
    for place, said in zip(known, found, strict=True):
        judged[place] = said
    return judged


def _of_race(verdict: Verdict) -> Judged:
    why = ""
    if verdict.outcome == "inconclusive":
        why = "; ".join(verdict.notes) or _least(verdict.smallest_detectable)
    return Judged(
        said=verdict.outcome,
        ratio=verdict.ratio,
        interval=verdict.interval if math.isfinite(verdict.interval[1]) else None,
        p_value=verdict.p_value,
        pairs=verdict.pairs,
        why=why,
    )


def fewest_runs(tests: int) -> int:
    """How many runs it takes, settled beforehand, for verdicts on so many commands beside their baselines.

    Pairs of one sign have p = 2 / 2**runs in the signed rank test, and Holm's first is multiplied by the number.
    """
    return math.ceil(math.log2(2 * tests / ALPHA))


def _settled(pairs: Sequence[Sequence[tuple[float, float]]]) -> list[Judged]:
    """Verdicts from so many pairs as were settled beforehand: one look, so that no share of it is spent on others."""
    ratios = [[math.log(head / base) for base, head in each] for each in pairs]
    corrected = holm([signed_rank(each).p for each in ratios])
    return [_one_look(each, p, fewest_runs(len(ratios))) for each, p in zip(ratios, corrected, strict=True)]


def _one_look(ratios: Sequence[float], p: float, fewest: int) -> Judged:
    centre, low, high = middle(ratios)
    sure_low, sure_high = middle(ratios, 1 - ALPHA)[1:]
    said: Literal["dearer", "cheaper", "same", "inconclusive"] = "inconclusive"
    why = ""
    if p <= ALPHA and abs(centre) > math.log1p(SMALLEST_CHANGE):
        said = "dearer" if centre > 0 else "cheaper"
    elif -math.log1p(DETECT) < sure_low and sure_high < math.log1p(DETECT):
        said = "same"
    elif len(ratios) < fewest:
        why = f"{len(ratios)} runs are too few, {fewest} would do"
    else:
        why = _least(math.expm1(min(700.0, smallest_detectable(spread_of(ratios), len(ratios), alpha=ALPHA))))
    return Judged(
        said=said,
        ratio=math.exp(centre),
        interval=(math.exp(low), math.exp(high)) if math.isfinite(high) else None,
        p_value=p,
        pairs=len(ratios),
        why=why,
    )


def _least(change: float) -> str:
    if not math.isfinite(change) or change > 10:
        return "the runs lie too far apart"
    return f"less than {100 * change:.2g} % cannot be told from so many runs"


def _row(case: Case, series: Series, judged: Judged, meter: MeterInfo, quantity: Quantity) -> Row:
    runs = series.runs
    peaks = [run.max_rss_bytes for run in runs if run.max_rss_bytes is not None]
    measured = not meter.estimated
    return Row(
        case=case,
        runs=runs,
        cpu_s=figure([run.cpu_s for run in runs]),
        wall_s=figure([run.wall_s for run in runs]),
        above_idle_j=joules_of([run.above_idle_j for run in runs], meter) if measured else None,
        energy_j=joules_of([run.energy_j for run in runs], meter) if measured else None,
        about_j=None if measured else series.share_j,
        max_rss_bytes=max(peaks, default=None),
        rss_below_bytes=max(run.rss_below_bytes for run in runs),
        judged=judged,
        warnings=tuple(_warnings(runs, quantity)),
    )


def figure(values: Sequence[float], relative: float = 0.0) -> Figure:
    """A quantity over all runs; `relative` is an uncertainty that they share."""
    return Figure(
        mean=statistics.fmean(values),
        interval=interval(values, relative) if len(values) > 1 else None,
        median=statistics.median(values),
        least=min(values),
        most=max(values),
    )


def joules_of(values: Sequence[float | None], meter: MeterInfo) -> Figure | None:
    """The meter's own uncertainty is in the interval; unknown where it is for any of the runs."""
    known = [value for value in values if value is not None]
    return figure(known, meter.uncertainty) if known and len(known) == len(values) else None


def _warnings(runs: Sequence[Run], quantity: Quantity) -> list[str]:
    found = []
    failed = [run for run in runs if run.exit_code != 0]
    if failed:
        codes = ", ".join(str(code) for code in sorted({run.exit_code for run in failed}))
        found.append(f"failed in {len(failed)} of {len(runs)} runs (exit code {codes})")
    far = outliers([cost(run, quantity) for run in runs]) if len(runs) >= _ENOUGH_TO_TELL else ()
    if far == (0,):
        found.append("the first run lies far from the others: more --warmup, or --prepare, makes them alike")
    elif far:
        found.append(
            f"{len(far)} of {len(runs)} runs far from the others: something else was at work, or the command "
            "does not always do the same"
        )
    return found


def _growths(asked: Asked, rows: Sequence[Row], quantity: Quantity) -> tuple[Growth, ...]:
    """One for each command, and for each combination of the other parameters."""
    groups: dict[tuple[int, tuple[tuple[str, str], ...]], list[Row]] = {}
    for row in rows:
        others = tuple(pair for pair in row.case.parameters if pair[0] != asked.scale)
        groups.setdefault((row.case.template, others), []).append(row)
    assert asked.scale is not None
    made = []
    for (_, others), members in groups.items():
        told = ", ".join(f"{key}={value}" for key, value in others)
        name = f"{members[0].case.written} ({told})" if told else members[0].case.written
        size = [float(dict(row.case.parameters)[asked.scale]) for row in members]
        costs = [[cost(run, quantity) for run in row.runs] for row in members]
        if all(min(each) > 0 for each in costs):
            made.append(growth(name, asked.scale, size, costs))
    return tuple(made)
