"""Estimated joules of the processor: how busy it was, times a power model. For machines without counters.

    power(u) = TDP x (IDLE + (FULL - IDLE) x u (1 + KNEE) / (u + KNEE)),   u = busy CPU time / (time x CPUs)

The curve rises fast and flattens, as servers do: waking the first core costs more than the next one.
IDLE, FULL and KNEE are fitted to published RAPL readings of two servers, and the error is that of the
model on the server that it was not fitted to: benchmarks/power_model.py computes all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from greenprof import host
from greenprof.meters.cpu_table import find_cpu
from greenprof.meters.meter import Clock, MeterUnavailable, SystemClock
from greenprof.model import Reading

PRIORITY = 90
SUMMARY = "an estimate from CPU time and the processor's thermal design power (TDP); works almost everywhere"

# All of these are computed by benchmarks/power_model.py, and a test holds them to it.
IDLE = 0.14
FULL = 0.55
KNEE = 0.40
DEFAULT_TDP_PER_THREAD_W = 6.4
UNCERTAINTY = 1.03

DATA_SET = "RAPL readings of two servers at known load (AMD EPYC 8024P, 2 x Intel Xeon E5-2620 v3)"

# Utilisation is taken over at least this long: the system counts CPU time in steps of 10 ms.
SPAN_NS = 200_000_000
_GREATEST_TDP_W = 10_000
_STOLEN_WORTH_SAYING = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerModel:
    """Watts of the processor packages from the share of time in which their threads are busy."""

    tdp_w: float
    notes: tuple[str, ...]

    def power_w(self, utilisation: float) -> float:
        """Watts at a utilisation between 0 and 1; values outside are taken as the nearest of the two."""
        return self.tdp_w * power_ratio(utilisation)


def power_ratio(utilisation: float, idle: float = IDLE, full: float = FULL, knee: float = KNEE) -> float:
    """Power as a share of the TDP at a utilisation between 0 and 1."""
    busy = min(1.0, max(0.0, utilisation))
    return idle + (full - idle) * busy * (1 + knee) / (busy + knee)


def open(argument: str | None = None) -> EstimateMeter:
    """Open the estimate for this machine, or with `argument` for processors of that many watts TDP together.

    Raises `MeterUnavailable` if the system does not tell its CPU time, or `argument` is no number of watts.
    """
    import psutil

    threads = psutil.cpu_count(logical=True) or 1
    if argument is None:
        model = model_for(host.cpu_name(), host.packages(), threads, host.is_virtualised(), host.container_of())
    else:
        model = _model_by_hand(argument)
    try:
        return EstimateMeter(model, threads, psutil.cpu_times)
    except (OSError, RuntimeError) as failure:
        reason = f"the system does not tell how busy its processors are ({failure})"
        raise MeterUnavailable(reason, "make /proc/stat readable") from None


def model_for(cpu: str, packages: int, threads: int, virtualised: bool | None, container: str | None) -> PowerModel:
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
        notes = [f"processor {cpu!r} is not in codecarbon's table: {guess}"]
    else:
        table_w = packages * entry.tdp_w
        notes = [f"processor {cpu!r} is {entry.name!r} in codecarbon's table, {packages} x {entry.tdp_w:g} W TDP"]
        if virtualised and tdp_w < table_w:
            notes.append(guess)
        else:
            tdp_w = table_w
    if virtualised:
        notes.append(f"virtual machine: only its {threads} CPUs are estimated, not the machine that it shares")
    if container:
        notes.append(f"container ({container}): the CPU time that it shows may be that of the whole host")
    notes.append(_band())
    return PowerModel(tdp_w=tdp_w, notes=tuple(notes))


class EstimateMeter:
    """A counter that is integrated from CPU time whenever it is read."""

    name = "estimate"
    domains = ("cpu",)
    estimated = True
    uncertainty = UNCERTAINTY
    scope = "the processor packages of the whole machine; not memory, disks, network, fans or power supply"
    max_interval_s: float | None = None

    def __init__(
        self, model: PowerModel, threads: int, cpu_times: Callable[[], Any], clock: Clock | None = None
    ) -> None:
        self._model = model
        self._threads = threads
        self._cpu_times = cpu_times
        self._clock = SystemClock() if clock is None else clock
        self._joules = 0.0
        self._at_ns = self._clock.monotonic_ns()
        self._opened_ns = self._at_ns
        self._busy_s, self._stolen_s = _busy_and_stolen(cpu_times())
        self._first_stolen_s = self._stolen_s

    @property
    def idle_w(self) -> float | None:
        """The model's watts when nothing runs."""
        return self._model.power_w(0.0)

    @property
    def notes(self) -> tuple[str, ...]:
        """How the model was chosen, and what was seen since that speaks against it."""
        elapsed_s = (self._at_ns - self._opened_ns) / 1e9 * self._threads
        stolen_s = self._stolen_s - self._first_stolen_s
        if elapsed_s <= 0 or stolen_s / elapsed_s < _STOLEN_WORTH_SAYING:
            return self._model.notes
        stolen = (
            f"the hypervisor gave {stolen_s / elapsed_s:.0%} of the CPU time to others: run times are longer for it"
        )
        return (*self._model.notes, stolen)

    def read(self) -> Reading:
        """Joules since the meter was opened."""
        now_ns = self._clock.monotonic_ns()
        try:
            busy_s, stolen_s = _busy_and_stolen(self._cpu_times())
        except (OSError, RuntimeError):
            return Reading(at_ns=now_ns, joules=(None,))
        elapsed_s = (now_ns - self._at_ns) / 1e9
        joules = self._joules
        if elapsed_s > 0:
            utilisation = (busy_s - self._busy_s) / (elapsed_s * self._threads)
            # The curve is concave and power(0) >= 0, so this grows with the time and with the CPU time.
            joules += self._model.power_w(utilisation) * elapsed_s
        if now_ns - self._at_ns >= SPAN_NS:
            self._joules, self._at_ns, self._busy_s, self._stolen_s = joules, now_ns, busy_s, stolen_s
        return Reading(at_ns=now_ns, joules=(joules,))

    def close(self) -> None:
        """Nothing is held."""


def _busy_and_stolen(times: Any) -> tuple[float, float]:
    # iowait is idle time; guest time is in user already. Not every system has every field.
    busy_s = sum(getattr(times, field, 0.0) for field in ("user", "nice", "system", "irq", "softirq"))
    return busy_s, getattr(times, "steal", 0.0)


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
