"""The joules of a saved recording, counted again on its own time base. For demonstrations and for tests."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from pathlib import Path

from greenprof import wire
from greenprof.errors import GreenprofError
from greenprof.meters.clock import Clock, SystemClock
from greenprof.meters.meter import MeterUnavailable
from greenprof.model import Reading, Recording, Report, Window

PRIORITY = None
SUMMARY = "the joules of a saved recording, again: replay:recording.json"

# What is written with so many digits may differ in the last ones.
_SAME_INSTANT_S = 1e-6


def open(argument: str | None = None) -> ReplayMeter:
    """Replay the recording in the file `argument`, which ``greenprof run --save`` wrote.

    Raises `MeterUnavailable` if there is none, or its windows are no history of a counter.
    """
    cure = "save a recording and name it: greenprof run --save run.json app.py, then replay:run.json"
    if argument is None:
        raise MeterUnavailable("no recording is named", cure)
    try:
        saved = wire.load(Path(argument))
    except GreenprofError as failure:
        raise MeterUnavailable(str(failure), cure) from None
    if isinstance(saved, Report):
        raise MeterUnavailable(f"{argument}: is a report, which has no windows of joules to replay", cure)
    try:
        return ReplayMeter(saved[0], argument, runs=len(saved))
    except ValueError as failure:
        raise MeterUnavailable(f"{argument}: {failure}", cure) from None


class ReplayMeter:
    """A counter that goes on as the recorded one did, from the first reading on.

    Within a window the joules grow evenly. Where the recorded meter could not be read, and after the
    end, they are unknown. Raises ValueError for windows that run backwards, leave gaps or hold
    fewer than no joules.
    """

    name = "replay"
    max_interval_s: float | None = None

    def __init__(self, recording: Recording, path: str, runs: int = 1, clock: Clock | None = None) -> None:
        _check(recording.windows)
        meter = recording.meter
        self.domains = meter.domains
        self.estimated = meter.estimated
        self.uncertainty = meter.uncertainty
        self.resolution_s = meter.resolution_s
        self.scope = meter.scope
        self.idle_w = meter.idle_w
        first = f", the first of {runs} runs" if runs > 1 else ""
        self._notes = [
            f"a replay of {path} (meter {meter.name}, {recording.run.started_at}{first}): "
            "these joules were not drawn by what runs now",
            *meter.notes,
        ]
        self._clock = SystemClock() if clock is None else clock
        self._started_ns: int | None = None
        self._windows = recording.windows
        self._ends_s = [window.end_s for window in self._windows]
        self._histories = [_history(self._windows, place) for place in range(len(self.domains))]
        self._invalid = [(self._windows[0].start_s, 0.0)]
        for window in self._windows:
            self._invalid.append((window.end_s, self._invalid[-1][1] + window.invalid_s))

    @property
    def notes(self) -> tuple[str, ...]:
        """That it is a replay, of what, and whether it is over; then what the recorded meter said."""
        return tuple(self._notes)

    def read(self) -> Reading:
        """What the recorded meter had counted as long after its first reading as this is after the first of these."""
        now_ns = self._clock.monotonic_ns()
        if self._started_ns is None:
            self._started_ns = now_ns
        at_s = self._windows[0].start_s + (now_ns - self._started_ns) / 1e9
        end_s = self._ends_s[-1]
        if at_s > end_s:
            self._note_end(end_s - self._windows[0].start_s)
            return Reading(at_ns=now_ns, joules=(None,) * len(self.domains), invalid_s=self._invalid[-1][1])
        window = self._windows[bisect_left(self._ends_s, at_s)]
        # The first reading is where the count begins, also where the first window is unknown.
        joules = tuple(
            None if known is None and at_s > self._windows[0].start_s else _between(history, at_s)
            for known, history in zip(window.joules, self._histories, strict=True)
        )
        return Reading(at_ns=now_ns, joules=joules, invalid_s=_between(self._invalid, at_s))

    def close(self) -> None:
        """Nothing is held."""

    def _note_end(self, seconds: float) -> None:
        over = f"the recording ended after {seconds:.3f} s: joules after that are unknown"
        if over not in self._notes:
            self._notes.insert(1, over)


def _history(windows: tuple[Window, ...], place: int) -> list[tuple[float, float]]:
    """Where the counter of one domain is known to have stood: seconds and joules, both growing."""
    points = [(windows[0].start_s, 0.0)]
    for window in windows:
        joules = window.joules[place]
        if joules is not None:  # a window that could not be read is part of the next that could
            points.append((window.end_s, points[-1][1] + joules))
    return points


def _between(points: list[tuple[float, float]], at_s: float) -> float:
    place = min(max(bisect_right(points, (at_s, float("inf"))), 1), len(points) - 1)
    if place == 0:
        return points[0][1]
    (before_s, before), (after_s, after) = points[place - 1], points[place]
    share = 1.0 if after_s <= before_s else min(1.0, max(0.0, (at_s - before_s) / (after_s - before_s)))
    # Exactly `after` at the end, and never more: a rounded sum must not run backwards from one window to the next.
    return after if share == 1.0 else min(after, before + (after - before) * share)


def _check(windows: tuple[Window, ...]) -> None:
    for place, window in enumerate(windows):
        if window.end_s < window.start_s:
            raise ValueError(f"windows[{place}] ends before it starts")
        if any(joules is not None and joules < 0 for joules in window.joules) or window.invalid_s < 0:
            raise ValueError(f"windows[{place}] holds less than nothing")
    for place, (earlier, later) in enumerate(pairwise(windows), start=1):
        if abs(later.start_s - earlier.end_s) > _SAME_INSTANT_S:
            raise ValueError(f"windows[{place}] does not start where the one before it ends")
