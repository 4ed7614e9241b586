"""A call in rounds that are long enough for the meter, and one span that cannot be repeated.

A round is a window of the meter: calls one after the other, so many that the meter can tell it (10 times what its
counter may lag, and 0.1 s for the CPU time of others, which the system tells in steps of 10 ms). Rounds of a counter
begin and end at its tick. The same plan drives functions and coroutines: it yields how often to call.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.measuring import tally
from greenprof.measuring.busy import own_cpu_ns
from greenprof.measuring.calls import next_tick
from greenprof.pytest_plugin.no_meter import NAME as NO_METER
from greenprof.pytest_plugin.result import MeterFacts, Mode, Round, Series
from greenprof.stats import half_width

if TYPE_CHECKING:
    from greenprof.measuring.shared import SharedMeter
    from greenprof.measuring.tally import Tally
    from greenprof.pytest_plugin.result import Interval

_RESOLUTIONS = 10
_LEAST_S = 0.1
_NEAR = 0.8  # of the shortest time: so near a round is long enough
_NO_SHARE = "this process's share is not known: the system tells the CPU time of others in steps of 10 ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much to measure: whatever is longer of `min_rounds` rounds and `max_time_s`, in rounds of `min_time_s`.

    With `iterations` a round is exactly so many calls and there are exactly `min_rounds` of them.
    """

    min_rounds: int
    max_time_s: float
    min_time_s: float | None
    iterations: int | None = None
    warmup_rounds: int = 0


class Span:
    """From a mark to a mark of the meter: begun when made, over with `end`."""

    def __init__(self, shared: SharedMeter) -> None:
        self._shared = shared
        mark = shared.begin(share=True)
        try:
            self._start, _ = next_tick(shared, mark)
        except BaseException:
            shared.end(share=False)
            raise
        self._cpu_ns, self._begun_ns = own_cpu_ns(), time.perf_counter_ns()

    def end(self, calls: int = 1) -> tuple[Round, Tally]:
        """Close it: the round that it was, and what the meter said."""
        wall_ns, cpu_ns = time.perf_counter_ns() - self._begun_ns, own_cpu_ns() - self._cpu_ns
        try:
            end = self._shared.now(share=True)
            tick, moved = next_tick(self._shared, end)
        finally:
            self._shared.end(share=False)
        # Where the counter stands still nothing is used any more, and what it shows is of the calls.
        span = tally.between(self._start, tick if moved else end)
        part = min(1.0, wall_ns / 1e9 / span.duration_s) if moved and span.duration_s > 0 else 1.0
        return _round(self._shared, span, wall_ns / 1e9, cpu_ns / 1e9, part, calls=calls), span

    def drop(self) -> None:
        """Close it without looking: what was measured failed."""
        self._shared.end(share=False)


def _round(shared: SharedMeter, span: Tally, wall_s: float, cpu_s: float, part: float, *, calls: int) -> Round:
    """Joules are the mean power from tick to tick times the time of the calls, which is `part` of that."""
    machine_j = tally.total_j(tally.domains_j(span, shared.resolution_s))
    process = (
        None if machine_j is None else tally.process_j(span, machine_j, (machine_j, machine_j), shared.meter.idle_w)
    )
    return Round(
        calls=calls,
        wall_s=wall_s / calls,
        cpu_s=cpu_s / calls,
        machine_j=None if machine_j is None else machine_j * part / calls,
        process_j=None if process is None else process[0] * part / calls,
    )


def rounds(
    shared: SharedMeter, plan: Plan, done: Callable[[Round, Tally], None], prepare: Callable[[], None] | None = None
) -> Generator[int, None, None]:
    """Yield how often to call, again and again; each round is given to `done` when the next one is asked for.

    The first rounds, by which the others are planned, warm up; one that is long enough counts. `prepare` is called
    before each round, unmeasured.
    """
    __tracebackhide__ = True
    prepare = prepare or _nothing
    for _ in range(plan.warmup_rounds):
        prepare()
        yield plan.iterations or 1
    min_time_s = plan.min_time_s or max(_RESOLUTIONS * shared.resolution_s, _LEAST_S)
    number, iterations, is_planned = 0, plan.iterations or 1, plan.iterations is not None
    spent_s = 0.0
    while True:
        prepare()
        span = Span(shared)
        try:
            yield iterations
        except BaseException:
            span.drop()
            raise
        one, whole = span.end(iterations)
        round_s = one.wall_s * iterations
        if not is_planned and round_s < _NEAR * min_time_s:
            iterations = _more(iterations, round_s, min_time_s)
            continue
        is_planned = True
        if plan.iterations is None and round_s < _NEAR * min_time_s:  # the trial was held up by something
            iterations = _more(iterations, round_s, min_time_s)
        done(one, whole)
        number, spent_s = number + 1, spent_s + round_s
        if number >= plan.min_rounds and (plan.iterations is not None or spent_s + round_s > plan.max_time_s):
            return


def _nothing() -> None:
    """There is nothing to prepare."""


def _more(iterations: int, round_s: float, min_time_s: float) -> int:
    """How often to call next: ten times as often at most, for the first calls are slower than those to come."""
    wanted = math.ceil(1.1 * iterations * min_time_s / max(round_s, 1e-9))
    return max(iterations + 1, min(wanted, 10 * iterations))


def series(mode: Mode, shared: SharedMeter, found: Sequence[tuple[Round, Tally]], notes: Sequence[str] = ()) -> Series:
    """What rounds say together, one at least."""
    kept = tuple(one for one, _ in found)
    whole = found[0][1]
    for _, span in found[1:]:
        whole = tally.plus(whole, span)
    machine_j = _mean([(one.machine_j, one.calls) for one in kept])
    if not machine_j and not shared.meter.estimated:
        machine_j = None  # a counter that does not move has measured nothing, and not nothing used
    spread = 0.0 if machine_j is None else half_width([one.machine_j for one in kept if one.machine_j is not None])
    lag = tally.resolution(whole, shared.resolution_s)
    around = None if machine_j is None else _around(machine_j, math.hypot(spread, machine_j * lag))
    full = (
        None
        if machine_j is None
        else _around(machine_j, math.hypot(spread, machine_j * lag, machine_j * shared.meter.uncertainty))
    )
    own = _process(shared, whole, kept, machine_j, lag)
    cpu_s = _weighted([one.cpu_s for one in kept], kept)
    described = shared.describe(whole.invalid_s, everything=machine_j is None)
    return Series(
        mode=mode,
        rounds=kept,
        wall_s=_weighted([one.wall_s for one in kept], kept),
        cpu_s=cpu_s,
        cpu_interval_s=_around(cpu_s, half_width([one.cpu_s for one in kept])) if len(kept) > 1 else None,
        machine_j=machine_j,
        machine_interval_j=full,
        machine_spread_j=around,
        process_j=None if own is None else own[0],
        process_interval_j=None if own is None else own[2],
        process_spread_j=None if own is None else own[1],
        meter=MeterFacts(
            name=described.name,
            estimated=described.estimated,
            domains=described.domains,
            uncertainty=described.uncertainty,
            scope=described.scope,
            resolution_s=shared.resolution_s,
            notes=described.notes,
        ),
        notes=(
            *notes,
            *_notes(shared, whole, machine_j),
            *([_NO_SHARE] if machine_j is not None and own is None else []),
        ),
    )


def _process(
    shared: SharedMeter, whole: Tally, kept: Sequence[Round], machine_j: float | None, lag: float
) -> tuple[float, Interval, Interval] | None:
    """This process's joules per call: the value, its interval without and with the uncertainty of the meter.

    The share is that of all rounds together, for in a single one the CPU time of others is hardly known.
    """
    total_j = tally.total_j(whole.joules)
    if machine_j is None or not total_j or whole.invalid_s > 0:
        return None
    known = [one.process_j for one in kept if one.process_j is not None]
    relative = math.hypot(lag, half_width(known) / statistics.fmean(known) if known and statistics.fmean(known) else 0)
    intervals = []
    for more in (0.0, shared.meter.uncertainty):
        half_j = total_j * math.hypot(relative, more)
        energy = max(0.0, total_j - half_j), total_j + half_j
        own = tally.process_j(whole, total_j, energy, shared.meter.idle_w)
        if own is None:
            return None
        intervals.append(own)
    per_call = machine_j / total_j
    (middle, (low, high)), (_, (least, most)) = intervals
    return middle * per_call, (low * per_call, high * per_call), (least * per_call, most * per_call)


def _notes(shared: SharedMeter, whole: Tally, machine_j: float | None) -> list[str]:
    if machine_j is not None or shared.meter.name == NO_METER:
        return []
    if whole.invalid_s > 0:
        return [f"the joules of {whole.invalid_s:.2g} s are lost: the counter was reset, or the machine slept"]
    if tally.resolution(whole, shared.resolution_s) >= 1:
        return [
            f"{whole.duration_s:.2g} s are too short for the meter {shared.meter.name}, which resolves "
            f"{shared.resolution_s:.2g} s: measure a call, energy(f), which is repeated until it is long enough"
        ]
    if tally.total_j(whole.joules) == 0:
        return [f"the counter of {shared.meter.name} did not move"]
    return ["a domain of the meter could not be read"]


def _mean(values: Sequence[tuple[float | None, int]]) -> float | None:
    """The mean of values with weights; None unless all are known."""
    known = [(value, weight) for value, weight in values if value is not None]
    if not known or len(known) < len(values):
        return None
    return statistics.fmean([value for value, _ in known], [weight for _, weight in known])


def _weighted(values: Sequence[float], kept: Sequence[Round]) -> float:
    return statistics.fmean(values, [one.calls for one in kept])


def _around(middle: float, half: float) -> Interval:
    return max(0.0, middle - half), middle + half
