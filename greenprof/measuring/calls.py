"""``greenprof.measure_call``: the joules of one call, repeated until the counter can tell.

A counter that ticks once a millisecond knows a window of 200 ms to about 1 %. Short code is therefore
called over and over, in windows that begin and end at a tick of the counter, as in Hähnel, Döbel,
Völp and Härtig, "Measuring Energy Consumption for Short Code Paths Using RAPL", ACM SIGMETRICS
Performance Evaluation Review 40(3), 2012. Several windows show how much the joules vary.
"""

from __future__ import annotations

import functools
import inspect
import itertools
import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.measuring import tally
from greenprof.measuring.shared import Mark, SharedMeter, shared_meter
from greenprof.measuring.tally import Interval
from greenprof.meters import Meter
from greenprof.model import MeterInfo
from greenprof.stats import half_width, interval

R = TypeVar("R")

_LEAST_WINDOWS = 5
_PATIENCE = 10  # how long to wait for the counter to move, in units of the meter's resolution …
_PATIENCE_S = 0.5  # … but never longer than this
_ROOM = 1.2  # a window is planned this much longer than needed
_TRIAL_SHARE = 0.1  # how much of a window a trial must last for the windows to be planned by it
_EMPTY_CALLS, _EMPTY_ROUNDS = 1000, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult(Generic[R]):
    """What one call uses: the mean over `windows` windows with `calls` calls in all.

    `energy_j` is of the whole machine while the call runs, `process_j` this process's share of it;
    nothing is subtracted. `interval_j` is the 95 % interval of `energy_j`, from the spread between the
    windows and the meter's uncertainty. `below_resolution` says that `max_s` did not allow windows long
    enough for the precision asked for; with less than the meter can resolve the joules are ``None``.
    `overhead_s` is what the loop costs per call, at most; it is part of `duration_s` and of the joules.
    `value` is what the last call returned.
    """

    energy_j: float | None
    interval_j: Interval | None
    process_j: float | None
    duration_s: float
    calls: int
    windows: int
    window_s: float
    below_resolution: bool
    overhead_s: float
    estimated: bool
    meter: MeterInfo
    notes: tuple[str, ...]
    value: R


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """Calls one after the other. Times and joules are per call, but for `ticks_s`, which is from tick to tick."""

    calls: int
    duration_s: float
    energy_j: float | None
    process_j: float | None
    ticks_s: float
    invalid_s: float
    aligned: bool


def measure_call(
    function: Callable[..., R],
    /,
    *args: Any,
    precision: float = 0.01,
    max_s: float = 10.0,
    meter: str | Meter | None = None,
    **kwargs: Any,
) -> CallResult[R]:
    """Call ``function(*args, **kwargs)`` often enough to tell the joules of one call to a share of `precision`.

    `precision` is that of repeating: how far the mean may be from what more calls would give, at 95 %,
    relative. The meter's own uncertainty comes on top (`CallResult.interval_j`). No new window is
    begun that would end after `max_s` seconds; the first call is always finished. Raises `GreenprofError`
    for wrong arguments, and if the meter cannot be opened; what the function raises goes through.
    """
    _check(function, precision, max_s)
    call = functools.partial(function, *args, **kwargs)
    shared = shared_meter(meter)
    begun_ns = time.monotonic_ns()
    window_s = min(shared.resolution_s / precision, max_s)
    deadline_ns = begun_ns + max_s * 1e9

    start = shared.begin(share=True)
    try:
        windows, value = _Run(call, shared, start).windows(window_s, precision, deadline_ns)
    finally:
        shared.end(share=False)
    return _result(windows, value, shared, precision, _overhead_s(args, kwargs))


def _check(function: Callable[..., object], precision: float, max_s: float) -> None:
    if not callable(function):
        raise GreenprofError(
            f"measure_call needs a function, not {type(function).__name__}: measure_call(f, x), not measure_call(f(x))",
            EXIT_USAGE,
        )
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise GreenprofError(
            "measure_call cannot await: give it a plain function, such as lambda: asyncio.run(f())", EXIT_USAGE
        )
    if inspect.isgeneratorfunction(function):
        raise GreenprofError(
            "calling a generator function runs none of it: give measure_call lambda: list(f())", EXIT_USAGE
        )
    if not 0 < precision < 1:
        raise GreenprofError(
            f"precision is a share between 0 and 1, such as 0.01 for 1 %, not {precision!r}", EXIT_USAGE
        )
    if not 0 < max_s < math.inf:
        raise GreenprofError(f"max_s is a number of seconds above 0, not {max_s!r}", EXIT_USAGE)


class _Run(Generic[R]):
    """Calls in windows without a gap: the tick that ends one begins the next."""

    def __init__(self, call: Callable[[], R], shared: SharedMeter, start: Mark) -> None:
        self._call = call
        self._shared = shared
        self._tick, self._aligned = next_tick(shared, start)

    def windows(self, window_s: float, precision: float, deadline_ns: float) -> tuple[list[_Window], R]:
        """Windows of at least `window_s` until they agree or the time is over, and the last call's value.

        The trial that they are planned by warms up, and is kept only where there is no time for a window.
        """
        trial, value = self._trial(window_s, deadline_ns)
        windows: list[_Window] = []
        calls = int(min(window_s * _ROOM, _left_s(deadline_ns)) / trial.duration_s)
        duration_s = trial.duration_s
        while 0 < calls * duration_s <= _left_s(deadline_ns) and not _enough(windows, precision):
            window, value = self._window(calls)
            windows.append(window)
            duration_s = window.duration_s
            calls = max(calls, math.ceil(window_s / duration_s))
        return windows or [trial], value

    def _trial(self, window_s: float, deadline_ns: float) -> tuple[_Window, R]:
        calls = 1
        while True:
            window, value = self._window(calls)
            wanted_s = _TRIAL_SHARE * window_s
            if calls * window.duration_s >= wanted_s or _left_s(deadline_ns) <= wanted_s:
                return window, value
            calls = max(2 * calls, math.ceil(wanted_s / window.duration_s))

    def _window(self, calls: int) -> tuple[_Window, R]:
        """Call `calls` times. Joules are the mean power from tick to tick times the time of a call."""
        start = self._tick
        begun_ns = time.monotonic_ns()
        value = _repeat(self._call, calls)
        duration_s = max(1, time.monotonic_ns() - begun_ns) / 1e9 / calls
        started_aligned = self._aligned
        self._tick, self._aligned = next_tick(self._shared, self._shared.now(share=True))
        span, meter = tally.between(start, self._tick), self._shared.meter
        energy_j = tally.total_j(tally.domains_j(span, self._shared.resolution_s))
        process = None if energy_j is None else tally.process_j(span, energy_j, (energy_j, energy_j), meter.idle_w)
        part = duration_s / span.duration_s if span.duration_s > 0 else 0.0
        window = _Window(
            calls=calls,
            duration_s=duration_s,
            energy_j=None if energy_j is None else energy_j * part,
            process_j=None if process is None else process[0] * part,
            ticks_s=span.duration_s,
            invalid_s=span.invalid_s,
            aligned=started_aligned and self._aligned,
        )
        return window, value


def _repeat(call: Callable[[], R], calls: int) -> R:
    for _ in itertools.repeat(None, calls - 1):
        call()
    return call()


def next_tick(shared: SharedMeter, mark: Mark) -> tuple[Mark, bool]:
    """Wait for the counter to move on from `mark`, which an estimate always does; False if it takes too long."""
    if shared.meter.estimated:
        return mark, True
    deadline_ns = time.monotonic_ns() + min(_PATIENCE * shared.resolution_s, _PATIENCE_S) * 1e9
    joules = mark.reading.joules
    while mark.reading.joules == joules and time.monotonic_ns() < deadline_ns:
        mark = shared.now(share=True)
    return mark, mark.reading.joules != joules


def _left_s(deadline_ns: float) -> float:
    return (deadline_ns - time.monotonic_ns()) / 1e9


def _enough(windows: list[_Window], precision: float) -> bool:
    return len(windows) >= _LEAST_WINDOWS and _spread(windows) <= precision


def _spread(windows: list[_Window]) -> float:
    """Half the 95 % interval of the mean over the windows, relative to it."""
    known = [window.energy_j for window in windows if window.energy_j is not None]
    mean = statistics.fmean(known) if known else 0.0
    return half_width(known) / mean if len(known) > 1 and mean > 0 else math.inf


def _overhead_s(args: tuple[Any, ...], kwargs: dict[str, Any]) -> float:
    """Seconds that the loop takes per call: those of calling a function that does nothing, the least of some rounds."""

    def nothing(*_args: Any, **_kwargs: Any) -> None:
        return None

    call = functools.partial(nothing, *args, **kwargs)
    rounds_ns = []
    for _ in range(_EMPTY_ROUNDS):
        begun_ns = time.perf_counter_ns()
        _repeat(call, _EMPTY_CALLS)
        rounds_ns.append(time.perf_counter_ns() - begun_ns)
    return min(rounds_ns) / 1e9 / _EMPTY_CALLS


def _result(
    windows: list[_Window], value: R, shared: SharedMeter, precision: float, overhead_s: float
) -> CallResult[R]:
    known = [window for window in windows if window.energy_j is not None]
    energies_j = [window.energy_j for window in known if window.energy_j is not None]
    processes_j = [window.process_j for window in known if window.process_j is not None]
    ticks_s = statistics.fmean(window.ticks_s for window in windows)
    # A mean over windows, like the joules, so that joules ÷ seconds is the mean power.
    duration_s = statistics.fmean(window.duration_s for window in known or windows)
    relative = math.hypot(shared.meter.uncertainty, shared.resolution_s / (ticks_s * max(1, len(known))))
    needed_s = shared.resolution_s / precision
    return CallResult(
        energy_j=statistics.fmean(energies_j) if energies_j else None,
        interval_j=interval(energies_j, relative) if energies_j else None,
        process_j=statistics.fmean(processes_j) if len(processes_j) == len(windows) else None,
        duration_s=duration_s,
        calls=sum(window.calls for window in windows),
        windows=len(windows),
        window_s=ticks_s,
        below_resolution=ticks_s < needed_s,
        overhead_s=overhead_s,
        estimated=shared.meter.estimated,
        meter=shared.describe(sum(window.invalid_s for window in windows), everything=not energies_j),
        notes=tuple(_notes(windows, precision, needed_s, overhead_s / duration_s)),
        value=value,
    )


def _notes(windows: list[_Window], precision: float, needed_s: float, overhead: float) -> Iterator[str]:
    ticks_s = statistics.fmean(window.ticks_s for window in windows)
    unknown = sum(window.energy_j is None for window in windows)
    if ticks_s < needed_s:
        yield (
            f"below resolution: {precision:.2g} needs windows of {needed_s:.3g} s with this meter, "
            f"and max_s allowed {ticks_s:.3g} s"
        )
    elif unknown:
        yield f"{unknown} of {len(windows)} windows are left out: their joules are unknown"
    if len(windows) == 1:
        yield "one window only: how much the joules vary from time to time is unknown"
    elif math.isfinite(_spread(windows)) and _spread(windows) > precision:
        yield f"the windows vary: the mean is known to ± {_spread(windows):.1%} by repeating, not ± {precision:.1%}"
    if not all(window.aligned for window in windows):
        yield "the counter stood still for a while, so that not every window begins and ends at a tick"
    if overhead > precision:
        yield f"the loop and the call itself take up to {min(1.0, overhead):.0%} of this"
