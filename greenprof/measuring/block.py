"""``with greenprof.measure() as m:`` what the machine, and this process, used while a block ran."""

from __future__ import annotations

import math
import threading
import time
from datetime import UTC, datetime
from types import TracebackType

from greenprof.measuring import tally
from greenprof.measuring.shared import Mark, SharedMeter, shared_meter
from greenprof.measuring.tally import Interval, Tally
from greenprof.meters import Meter
from greenprof.model import MeterInfo


def measure(meter: str | Meter | None = None, *, name: str | None = None, share: bool = True) -> Measurement:
    """Measure the block of a ``with`` statement.

    `meter` is ``NAME`` or ``NAME:ARGUMENT`` (default: the first that works here), or a meter that you
    have opened yourself. `name` labels the result. `share=False` leaves out `Measurement.process_j`.

    Blocks may be nested and run in several threads at once: each sees the joules of the whole
    machine while it was open. Entering raises `GreenprofError` if the meter cannot be opened.
    """
    return Measurement(meter, name, share)


class Measurement:
    """A block's joules; inside the block, the joules so far. Unknown is ``None``.

    A measurement that is entered again while it is open goes on until it has been left as often;
    entered again later, it starts anew. Left by an exception, it is filled like any other.
    """

    __slots__ = ("_depth", "_done", "_end", "_lock", "_meter", "_share", "_shared", "_start", "_started", "name")

    def __init__(self, meter: str | Meter | None = None, name: str | None = None, share: bool = True) -> None:
        self.name = name
        self._meter = meter
        self._share = share
        self._lock = threading.RLock()
        self._depth = 0
        self._shared: SharedMeter | None = None
        self._started: float | None = None
        self._start: Mark | None = None
        self._end: Mark | None = None
        self._done: Tally | None = None

    def __enter__(self) -> Measurement:
        with self._lock:
            if not self._depth:
                self._done = None
                self._begin()
            self._depth += 1
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        with self._lock:
            self._depth -= 1
            if not self._depth and self._shared is not None:
                self._end = self._shared.end(self._share)

    def resume(self) -> None:
        """Go on after a `pause`: for what runs piece by piece, such as a generator."""
        with self._lock:
            started = self._started
            self._begin()
            self._started = self._started if started is None else started

    def pause(self) -> None:
        """Stop for now; what was used so far is kept."""
        with self._lock:
            if self._shared is None or self._start is None:
                return
            span = tally.between(self._start, self._shared.end(self._share))
            self._done = span if self._done is None else tally.plus(self._done, span)
            self._start = None

    @property
    def energy_j(self) -> float | None:
        """Joules that the machine used, as far as the meter's scope reaches.

        ``None`` if a domain could not be read, if joules were lost (`invalid_s`), or if the block is
        `below_resolution`.
        """
        return tally.total_j(tuple(self.domains_j.values()))

    @property
    def domains_j(self) -> dict[str, float | None]:
        """The joules of each of the meter's domains."""
        so_far, shared = self._so_far(), self._opened()
        names = shared.meter.domains
        joules = (None,) * len(names) if so_far is None else tally.domains_j(so_far, shared.resolution_s)
        return dict(zip(names, joules, strict=True))

    @property
    def interval_j(self) -> Interval | None:
        """The 95 % interval of `energy_j`: the meter's uncertainty and the ticks of its counter."""
        return self._energy()[1]

    @property
    def process_j(self) -> float | None:
        """This process's share of `energy_j`, by CPU time, above idle if the meter knows the idle watts.

        The CPU time is that of all threads, and of the children that were waited for in the block. ``None``
        for a block so short that the CPU time of others cannot be told (10 ms), and with ``share=False``.
        """
        process = self._process()
        return None if process is None else process[0]

    @property
    def process_interval_j(self) -> Interval | None:
        """The 95 % interval of `process_j`, which in a short block is wide: CPU time of others has a grain of 10 ms."""
        process = self._process()
        return None if process is None else process[1]

    @property
    def duration_s(self) -> float:
        """Seconds; of something measured piece by piece, only those in which it ran."""
        so_far = self._so_far()
        return 0.0 if so_far is None else so_far.duration_s

    @property
    def invalid_s(self) -> float:
        """Seconds whose joules nobody can know: a reset, a suspension, a counter read too seldom."""
        so_far = self._so_far()
        return 0.0 if so_far is None else so_far.invalid_s

    @property
    def below_resolution(self) -> bool:
        """Whether the block is too short for any joules (2 ms with RAPL): see `measure_call`."""
        so_far = self._so_far()
        return so_far is not None and tally.resolution(so_far, self._opened().resolution_s) >= 1

    @property
    def estimated(self) -> bool:
        """Whether the joules are estimated rather than measured."""
        return self._opened().meter.estimated

    @property
    def meter(self) -> MeterInfo:
        """What measured, what it covers and how uncertain it is."""
        return self._opened().describe(self.invalid_s, self.energy_j is None)

    @property
    def started_at(self) -> str | None:
        """When the block was entered, as a label (UTC)."""
        if self._started is None:
            return None
        return datetime.fromtimestamp(self._started, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def __repr__(self) -> str:
        name = "" if self.name is None else f"{self.name}: "
        if self._started is None:
            return f"<Measurement {name}not begun>"
        energy_j, interval = self._energy()
        kind = "estimated" if self.estimated else "measured"
        if energy_j is None or interval is None:
            why = "below resolution" if self.below_resolution else "unknown"
            return f"<Measurement {name}energy {why}, {self.duration_s:.4g} s>"
        amount = f"{energy_j:.4g} J [{interval[0]:.4g}, {interval[1]:.4g}]"
        return f"<Measurement {name}{amount} {kind}, {self.duration_s:.4g} s>"

    def _begin(self) -> None:
        self._shared = shared_meter(self._meter)
        self._end = None
        self._started = time.time()
        self._start = self._shared.begin(self._share)

    def _opened(self) -> SharedMeter:
        if self._shared is None:
            self._shared = shared_meter(self._meter)
        return self._shared

    def _so_far(self) -> Tally | None:
        with self._lock:
            if self._start is None or self._shared is None:
                return self._done
            end = self._shared.now(self._share) if self._end is None else self._end
            span = tally.between(self._start, end)
            return span if self._done is None else tally.plus(self._done, span)

    def _energy(self, so_far: Tally | None = None) -> tuple[float | None, Interval | None]:
        so_far = self._so_far() if so_far is None else so_far
        shared = self._opened()
        if so_far is None:
            return None, None
        energy_j = tally.total_j(tally.domains_j(so_far, shared.resolution_s))
        if energy_j is None:
            return None, None
        relative = math.hypot(shared.meter.uncertainty, tally.resolution(so_far, shared.resolution_s))
        return energy_j, tally.interval_j(energy_j, relative)

    def _process(self) -> tuple[float, Interval] | None:
        so_far = self._so_far()
        energy_j, interval = self._energy(so_far)
        if so_far is None or energy_j is None or interval is None:
            return None
        return tally.process_j(so_far, energy_j, interval, self._opened().meter.idle_w)
