"""Estimated joules of the processor: how busy it was, times a power model. For machines without counters.

    power(u) = TDP x (IDLE + (FULL - IDLE) x s(u)),   u = busy CPU time / (time x CPUs),   s: greenprof.power_curve

where this host was never calibrated, else the curve through its own watts at idle, half and full load.
IDLE, FULL and the knee of s are fitted to published RAPL readings of two servers, and the error is that of the
model on what it was not fitted to or calibrated with: benchmarks/power_model.py computes all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from greenprof import calibration, host
from greenprof.calibration import BY_HAND, WHOLE_MACHINE, Calibration
from greenprof.meters.clock import Clock, Suspensions, SystemClock
from greenprof.meters.cpu_table import find_cpu
from greenprof.meters.meter import MeterUnavailable
from greenprof.model import Reading
from greenprof.power_curve import KNEE, Curve, saturation

PRIORITY = 90
SUMMARY = "an estimate from CPU time and the processor's power, by calibration or from a table; works almost everywhere"

# All of these, and the knee, are computed by benchmarks/power_model.py, and a test holds them to it.
IDLE = 0.14
FULL = 0.55
DEFAULT_TDP_PER_THREAD_W = 6.4
UNCERTAINTY = 1.03
# By the number of loads at which the host was calibrated.
CALIBRATED_UNCERTAINTY = {2: 0.59, 3: 0.35}

DATA_SET = "RAPL readings of two servers at known load (AMD EPYC 8024P, 2 x Intel Xeon E5-2620 v3)"

# The system counts CPU time in steps of 10 ms, so utilisation is taken over at least twenty of them.
RESOLUTION_S = 0.010
SPAN_NS = 200_000_000
_GREATEST_TDP_W = 10_000
_STOLEN_WORTH_SAYING = 0.02
_PACKAGES = "the processor packages of the whole machine; not memory, disks, network, fans or power supply"


class Model(Protocol):
    """Watts from how busy the machine is. `domain` and `scope` say which watts, `uncertainty` is relative, at 95 %."""

    @property
    def domain(self) -> str: ...  # noqa: D102
    @property
    def scope(self) -> str: ...  # noqa: D102
    @property
    def uncertainty(self) -> float: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102

    def power_w(self, utilisation: float) -> float:
        """Watts at a utilisation between 0 and 1, never less with more; values outside are taken as the nearest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerModel:
    """Watts of the processor packages, from the watts that their cooling is designed for."""

    tdp_w: float
    notes: tuple[str, ...]
    domain: str = "cpu"
    scope: str = _PACKAGES
    uncertainty: float = UNCERTAINTY

    def power_w(self, utilisation: float) -> float:
        """The share of the TDP that servers draw at this utilisation."""
        return self.tdp_w * power_ratio(utilisation)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibratedModel:
    """Watts of whatever this host was calibrated with."""

    curve: Curve
    domain: str
    scope: str
    uncertainty: float
    notes: tuple[str, ...]

    def power_w(self, utilisation: float) -> float:
        """The watts that were seen, and between them the curve."""
        return self.curve.power_w(utilisation)


def power_ratio(utilisation: float, idle: float = IDLE, full: float = FULL, knee: float = KNEE) -> float:
    """Power as a share of the TDP at a utilisation between 0 and 1."""
    return idle + (full - idle) * saturation(utilisation, knee)


def open(argument: str | None = None) -> EstimateMeter:
    """Open the estimate for this machine, or with `argument` for processors of that many watts TDP together.

    Without an argument a calibration of this host goes before the table of processors. Raises
    `MeterUnavailable` if the system does not tell its CPU time, or `argument` is no number of watts.
    """
    import psutil

    threads = psutil.cpu_count(logical=True) or 1
    model = model_here(threads) if argument is None else _model_by_hand(argument)
    try:
        return EstimateMeter(model, threads, psutil.cpu_times, notes=machine_notes(threads))
    except (OSError, RuntimeError) as failure:
        reason = f"the system does not tell how busy its processors are ({failure})"
        raise MeterUnavailable(reason, "make /proc/stat readable") from None


def model_here(threads: int, root: Path = host.ROOT) -> Model:
    """The model of the machine below `root`: calibrated if it was, else from the table."""
    found = calibration.stored(root)
    best = found.with_curve()
    if best is not None and best.curve is not None:
        return _calibrated(best, best.curve, (*calibration.changes_since(best, root), *found.notes))
    return model_for(host.cpu_name(root), host.packages(root), threads, host.is_virtualised(root), found.notes)


def model_for(
    cpu: str, packages: int, threads: int, virtualised: bool | None, notes: tuple[str, ...] = ()
) -> PowerModel:
    """The power model of a machine with `packages` processors called `cpu` that shows `threads` CPUs.

    A virtual machine has some of its processor's threads, so it is given their share of watts, and
    the TDP of the processor is only the most that this can be.
    """
    entry = find_cpu(cpu)
    tdp_w = DEFAULT_TDP_PER_THREAD_W * threads
    guess = (
        f"TDP guessed as {threads} CPUs x {DEFAULT_TDP_PER_THREAD_W:g} W, as in the servers that the model is fitted to"
    )
    if entry is None:
        said = [f"processor {cpu!r} is not in codecarbon's table: {guess}"]
    else:
        table_w = packages * entry.tdp_w
        said = [f"processor {cpu!r} is {entry.name!r} in codecarbon's table, {packages} x {entry.tdp_w:g} W TDP"]
        if virtualised and tdp_w < table_w:
            said.append(guess)
        else:
            tdp_w = table_w
    if virtualised:
        said.append(f"virtual machine: only its {threads} CPUs are estimated, not the machine that it shares")
    return PowerModel(tdp_w=tdp_w, notes=(*said, _band(), *notes))


def machine_notes(threads: int, root: Path = host.ROOT) -> tuple[str, ...]:
    """What of the machine below `root` speaks against any model of its power that knows CPU time only."""
    notes = []
    container = host.container_of(root)
    if container:
        notes.append(f"container ({container}): the CPU time that it shows may be that of the whole host")
    limit = host.cpu_limit(root)
    if limit is not None and limit < threads:
        notes.append(
            f"a control group holds this process to {limit:g} of {threads} CPUs: it may be waiting for its turn"
        )
    hybrid = host.hybrid_cores(root)
    if hybrid:
        notes.append(
            f"unlike cores ({hybrid}): a CPU second is taken as equal on all, but costs less on the small ones"
        )
    return tuple(notes)


class EstimateMeter:
    """A counter that is integrated from CPU time whenever it is read."""

    name = "estimate"
    estimated = True
    resolution_s = RESOLUTION_S
    max_interval_s: float | None = None

    def __init__(
        self,
        model: Model,
        threads: int,
        cpu_times: Callable[[], Any],
        clock: Clock | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self._model = model
        self._threads = threads
        self._cpu_times = cpu_times
        self._clock = SystemClock() if clock is None else clock
        self._notes = (*model.notes, *notes)
        self._joules = self._shown_j = 0.0
        self._at_ns = self._clock.monotonic_ns()
        self._opened_ns = self._at_ns
        self._suspensions = Suspensions(self._clock)
        self._suspended_ns = 0
        self._busy_s, self._stolen_s = busy_and_stolen(cpu_times())
        self._first_stolen_s = self._stolen_s

    @property
    def domains(self) -> tuple[str, ...]:
        """One: what the model is of."""
        return (self._model.domain,)

    @property
    def whole_machine(self) -> bool:
        """Whether other meters would count again what this one estimates."""
        return self._model.domain == WHOLE_MACHINE

    @property
    def uncertainty(self) -> float:
        """The model's."""
        return self._model.uncertainty

    @property
    def scope(self) -> str:
        """What the joules cover."""
        return self._model.scope

    @property
    def idle_w(self) -> float | None:
        """The model's watts when nothing runs."""
        return self._model.power_w(0.0)

    @property
    def notes(self) -> tuple[str, ...]:
        """How the model was chosen, and what was seen since that speaks against it."""
        said = list(self._notes)
        elapsed_s = (self._at_ns - self._opened_ns) / 1e9 * self._threads
        stolen_s = self._stolen_s - self._first_stolen_s
        if elapsed_s > 0 and stolen_s / elapsed_s >= _STOLEN_WORTH_SAYING:
            share = f"{stolen_s / elapsed_s:.0%}"
            said.append(f"the hypervisor gave {share} of the CPU time to others: run times are longer for it")
        if self._suspended_ns:
            said.append(f"the machine was suspended for {self._suspended_ns / 1e9:.0f} s, which are not in the joules")
        return tuple(said)

    def read(self) -> Reading:
        """Joules since the meter was opened."""
        self._suspended_ns += self._suspensions.since_last_ns()
        now_ns = self._clock.monotonic_ns()
        try:
            busy_s, stolen_s = busy_and_stolen(self._cpu_times())
        except (OSError, RuntimeError):
            return Reading(at_ns=now_ns, joules=(None,))
        elapsed_s = (now_ns - self._at_ns) / 1e9
        joules = self._joules
        if elapsed_s > 0:
            utilisation = (busy_s - self._busy_s) / (elapsed_s * self._threads)
            joules += self._model.power_w(utilisation) * elapsed_s
        if now_ns - self._at_ns >= SPAN_NS:
            self._joules, self._at_ns, self._busy_s, self._stolen_s = joules, now_ns, busy_s, stolen_s
        # Where a curve bends upwards, the mean of a span can fall faster than its time grows.
        self._shown_j = max(self._shown_j, joules)
        return Reading(at_ns=now_ns, joules=(self._shown_j,))

    def close(self) -> None:
        """Nothing is held."""


def busy_and_stolen(times: Any) -> tuple[float, float]:
    """CPU seconds at work, and those that a hypervisor gave to others, from psutil's ``cpu_times``."""
    # iowait is idle time; guest time is in user already. Not every system has every field.
    busy_s = sum(getattr(times, field, 0.0) for field in ("user", "nice", "system", "irq", "softirq"))
    return busy_s, getattr(times, "steal", 0.0)


def _calibrated(made: Calibration, curve: Curve, notes: tuple[str, ...]) -> CalibratedModel:
    points = len(made.points)
    watts = ", ".join(f"{point.load.watts:.1f} W at {point.utilisation:.0%}" for point in made.points)
    said = [f"{made.label}: {watts}", _calibrated_band(points)]
    if made.source == BY_HAND:
        said.append("how well the curve fits watts that were given by hand was not checked")
    band = max(CALIBRATED_UNCERTAINTY[points], made.error or 0.0)
    domain = WHOLE_MACHINE if made.domains == (WHOLE_MACHINE,) else "cpu"
    notes = (*said, *made.notes, *notes)
    return CalibratedModel(curve=curve, domain=domain, scope=made.scope, uncertainty=band, notes=notes)


def _model_by_hand(argument: str) -> PowerModel:
    try:
        tdp_w = float(argument)
    except ValueError:
        tdp_w = 0.0
    if not 0 < tdp_w < _GREATEST_TDP_W:
        reason = f"{argument!r} is no number of watts"
        raise MeterUnavailable(reason, "give the thermal design power of all processors together, as in estimate:65")
    return PowerModel(tdp_w=tdp_w, notes=(f"TDP of {tdp_w:g} W given by hand", _band()))


def _band() -> str:
    return f"error band: 95th percentile on {DATA_SET}, each with the model fitted to the other"


def _calibrated_band(points: int) -> str:
    how = "calibrated under one kind of load and tested under the other, with the knee of the other server"
    return f"error band: 95th percentile on {DATA_SET}, each {how}, at {points} loads"
