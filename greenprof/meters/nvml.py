"""Joules of NVIDIA GPUs, as their driver counts them (NVML).

Sources: NVIDIA, NVML API Reference Guide, "Device Queries" (``nvmlDeviceGetTotalEnergyConsumption``:
millijoules since the driver was loaded, Volta and newer; ``nvmlDeviceGetPowerUsage``: milliwatts of the
board, on Ampere and newer the mean of the last second); Yang, Adamek and Armour, "Accurate and
Convenient Energy Measurements for GPUs: A Detailed Study of NVIDIA GPU's Built-In Power Sensor", SC 2024.

These joules are never added unasked. A board draws tens of watts while nothing runs on it, and no
counter tells whose work it does: a program that never touches the GPU would be billed for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from greenprof.meters.clock import Clock, SystemClock
from greenprof.meters.counter import LostTime
from greenprof.meters.integral import PowerIntegral
from greenprof.meters.meter import MeterUnavailable
from greenprof.model import Reading

PRIORITY = None
SUMMARY = "NVIDIA GPUs, as their driver counts them; beside another meter: rapl+nvml"

# NVIDIA states 5 % of the power for the first generations and nothing for later ones. The study above finds
# about that at steady load, and more where the load changes faster than the sensor looks.
UNCERTAINTY = 0.10

# Counters move every 20 to 100 ms; one that stands for longer than this while its board is on is dead.
PROOF_S = 0.5
PROOF_STEP_S = 0.005
STUCK_AFTER_S = 2.0
# A counter may be this far behind, and a board exceed its limit by this much for a moment.
LAG_S = 1.0
HEADROOM = 2.0
UNKNOWN_POWER_W = 3000.0

# How far a counter may lag, and over how long a time power is a mean.
COUNTER_LAG_S = 0.1
POWER_LAG_S = 1.0
# Power is worth as much as it is read often. The driver's own mean is over one second at most.
POWER_INTERVAL_S = 0.1
LONGEST_SPAN_S = 1.0

_NOT_SHARED_OUT = (
    "the driver does not say whose work a GPU does: "
    "the program is given the share of these joules that it has of the machine's CPU time"
)
_ON_A_GPU_MACHINE = "see that nvidia-smi works; in a container: docker run --gpus all"


def open(argument: str | None = None) -> NvmlMeter:
    """Open every GPU, or those whose numbers `argument` lists, as in ``nvml:0,2`` (NVML's numbers).

    Takes up to half a second, in which the counters are watched: one that never moves counts nothing.
    Raises `MeterUnavailable` without the library, the driver or a GPU, and for a GPU that tells nothing.
    """
    try:
        library = import_module("pynvml")
    except ImportError:
        raise MeterUnavailable("the library nvidia-ml-py is not installed", "pip install 'greenprof[gpu]'") from None
    return NvmlMeter(library, argument)


def gpus_present(root: Path = Path("/")) -> int:
    """How many GPUs the NVIDIA driver of the system below `root` lists; costs no library and no time."""
    try:
        return len(list((root / "proc/driver/nvidia/gpus").iterdir()))
    except OSError:
        return 0


class NvmlMeter:
    """A counter for each GPU: the driver's own where there is one, else power that is integrated here."""

    name = "nvml"
    estimated = False
    idle_w: float | None = None

    def __init__(self, library: Any, numbers: str | None = None, clock: Clock | None = None) -> None:
        self._library = library
        self._clock = SystemClock() if clock is None else clock
        self._lost = LostTime()
        self._failures: dict[str, None] = {}
        self._started = False
        try:
            library.nvmlInit()
        except library.NVMLError as failure:
            raise _no_driver(library, failure) from None
        self._started = True
        try:
            self._gpus = self._open_gpus(numbers)
        except library.NVMLError as failure:
            self.close()
            raise MeterUnavailable(f"the GPUs cannot be listed ({failure})", _ON_A_GPU_MACHINE) from None
        except MeterUnavailable:
            self.close()
            raise
        self.domains = tuple(gpu.domain for gpu in self._gpus)

    @property
    def uncertainty(self) -> float:
        """That of the sensor, and for power that is integrated also what may have happened between the readings."""
        return max(UNCERTAINTY + gpu.band for gpu in self._gpus)

    @property
    def resolution_s(self) -> float:
        """How far the joules may lag."""
        return max(gpu.resolution_s for gpu in self._gpus)

    @property
    def scope(self) -> str:
        """What the joules cover."""
        return f"the GPUs {', '.join(self.domains)}: whole boards, memory and idle draw included; not the processors"

    @property
    def max_interval_s(self) -> float | None:
        """Any time will do for counters; power has to be read often."""
        return POWER_INTERVAL_S if any(isinstance(gpu, PoweredGpu) for gpu in self._gpus) else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the GPUs are, and what went wrong."""
        return (*(note for gpu in self._gpus for note in gpu.notes), _NOT_SHARED_OUT, *self._failures)

    def read(self) -> Reading:
        """Joules per GPU since the meter was opened; ``None`` for a GPU that is lost or cannot be read now."""
        started_ns = ended_ns = self._clock.monotonic_ns()
        joules: list[float | None] = []
        for gpu in self._gpus:
            value = self._ask(gpu)
            ended_ns = self._clock.monotonic_ns()
            joules.append(gpu.advance(value, ended_ns))
            if gpu.lost_ns is not None:
                self._lost.add(*gpu.lost_ns)
                self._failures[f"{gpu.domain}: some joules cannot be known ({gpu.why_lost})"] = None
            if value is not None and joules[-1] is None:
                self._failures[f"{gpu.domain}: the counter stood still for {STUCK_AFTER_S:g} s: unknown since"] = None
        return Reading(at_ns=(started_ns + ended_ns) // 2, joules=tuple(joules), invalid_s=self._lost.seconds)

    def close(self) -> None:
        """Let go of the library; closing twice does no harm."""
        if self._started:
            self._started = False
            try:
                self._library.nvmlShutdown()
            except self._library.NVMLError:
                return  # the driver has gone: nothing is held any more

    def _ask(self, gpu: CountedGpu | PoweredGpu) -> int | None:
        try:
            return gpu.ask(self._library)
        except self._library.NVMLError as failure:
            lost = getattr(failure, "value", None) == self._library.NVML_ERROR_GPU_IS_LOST
            what = "has been lost by the driver" if lost else f"could not be read at times ({failure})"
            self._failures[f"{gpu.domain} {what}"] = None
            return None

    def _open_gpus(self, numbers: str | None) -> tuple[CountedGpu | PoweredGpu, ...]:
        count = self._library.nvmlDeviceGetCount()
        if count == 0:
            raise MeterUnavailable("the NVIDIA driver shows no GPU", _ON_A_GPU_MACHINE)
        wanted = range(count) if numbers is None else _numbers(numbers, count)
        faults: dict[int, str] = {}
        opened: list[tuple[CountedGpu | PoweredGpu, Any]] = []
        for number in wanted:
            try:
                handle = self._library.nvmlDeviceGetHandleByIndex(number)
                opened.append((self._open_gpu(number, handle), handle))
            except self._library.NVMLError as failure:
                faults[number] = str(failure)
        moving = self._watch([gpu for gpu, _ in opened if isinstance(gpu, CountedGpu)])
        gpus: list[CountedGpu | PoweredGpu] = []
        for gpu, handle in opened:
            if isinstance(gpu, PoweredGpu) or gpu in moving:
                gpus.append(gpu)
            elif _answers(self._library, self._library.nvmlDeviceGetPowerUsage, handle):
                gpus.append(PoweredGpu(gpu.number, handle, gpu.notes))
            else:
                faults[gpu.number] = "its counter does not move: that is not zero joules, it is not measured"
        if faults:
            raise _silent(faults, [gpu.number for gpu in gpus])
        return tuple(gpus)

    def _open_gpu(self, number: int, handle: Any) -> CountedGpu | PoweredGpu:
        library, notes = self._library, _describe(self._library, number, handle)
        try:
            library.nvmlDeviceGetTotalEnergyConsumption(handle)
        except library.NVMLError:
            # Not only NOT_SUPPORTED: whatever keeps the counter from us, power may still be there, or says why not.
            library.nvmlDeviceGetPowerUsage(handle)
            return PoweredGpu(number, handle, notes)
        return CountedGpu(number, handle, notes, _greatest_power_w(library, handle))

    def _watch(self, gpus: Sequence[CountedGpu]) -> set[CountedGpu]:
        """The GPUs whose counters move within the time of the proof."""
        first = {gpu: self._ask(gpu) for gpu in gpus}
        moving: set[CountedGpu] = set()
        deadline_ns = self._clock.monotonic_ns() + int(PROOF_S * 1e9)
        while len(moving) < len(first) and self._clock.monotonic_ns() < deadline_ns:
            self._clock.sleep(PROOF_STEP_S)
            moving.update(gpu for gpu in gpus if self._ask(gpu) not in (None, first[gpu]))
        return moving


class CountedGpu:
    """A GPU whose driver counts its millijoules.

    The counter holds 64 bits and does not wrap. It starts again when the driver is loaded anew, and
    a step that the board cannot have drawn is not believed: either way the joules in between are lost.
    """

    band = 0.0
    resolution_s = COUNTER_LAG_S
    why_lost = "the counter was reset, or jumped"

    def __init__(self, number: int, handle: Any, notes: tuple[str, ...], max_power_w: float) -> None:
        self.number = number
        self.domain = f"gpu-{number}"
        self.notes = notes
        self.lost_ns: tuple[int, int] | None = None
        self._handle = handle
        self._max_power_w = max_power_w
        self._last: tuple[int, int] | None = None
        self._moved_ns = 0
        self._total_mj = 0

    def ask(self, library: Any) -> int:
        """What the counter shows, in millijoules."""
        return int(library.nvmlDeviceGetTotalEnergyConsumption(self._handle))

    def advance(self, shown_mj: int | None, at_ns: int) -> float | None:
        """Joules since the first good reading; ``None`` if they cannot be told just now."""
        self.lost_ns = None
        if shown_mj is None:
            return None
        before_mj, before_ns = self._last or (shown_mj, at_ns)
        drawn_mj = shown_mj - before_mj
        possible_mj = self._max_power_w * ((at_ns - before_ns) / 1e9 + LAG_S) * 1e3
        if 0 <= drawn_mj <= possible_mj:
            self._total_mj += drawn_mj
        else:
            self.lost_ns = (before_ns, at_ns)
        if drawn_mj or self._last is None:
            self._moved_ns = at_ns
        self._last = (shown_mj, at_ns)
        return None if at_ns - self._moved_ns > STUCK_AFTER_S * 1e9 else self._total_mj / 1e3


class PoweredGpu:
    """A GPU that only tells its power, which is integrated over the readings."""

    resolution_s = POWER_LAG_S
    why_lost = f"the power was not read for more than {LONGEST_SPAN_S:g} s"

    def __init__(self, number: int, handle: Any, notes: tuple[str, ...]) -> None:
        self.number = number
        self.domain = f"gpu-{number}"
        self._handle = handle
        self._integral = PowerIntegral(LONGEST_SPAN_S)
        how = f"{self.domain} has no energy counter: its power is summed up, which is only as good as it is read often"
        self.notes = (*notes, how)

    @property
    def band(self) -> float:
        """How far the joules may be off for what happened between the readings, relative."""
        return self._integral.band

    @property
    def lost_ns(self) -> tuple[int, int] | None:
        """The span whose joules the last reading found to be unknowable."""
        return self._integral.lost_ns

    def ask(self, library: Any) -> int | None:
        """Milliwatts; a board that is on never draws none."""
        return int(library.nvmlDeviceGetPowerUsage(self._handle)) or None

    def advance(self, power_mw: int | None, at_ns: int) -> float | None:
        """Joules since the first good reading; ``None`` if they cannot be told just now."""
        return self._integral.advance(None if power_mw is None else power_mw / 1e3, at_ns)


def _numbers(text: str, count: int) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and int(part) < count for part in parts):
        raise MeterUnavailable(f"{text!r} does not list GPUs of this machine", f"numbers from 0 to {count - 1}: nvml:0")
    return sorted({int(part) for part in parts})


def _describe(library: Any, number: int, handle: Any) -> tuple[str, ...]:
    try:
        name = library.nvmlDeviceGetName(handle)
    except library.NVMLError:
        name = "an NVIDIA GPU that does not tell its name"
    # Older versions of the library give bytes.
    notes = [f"gpu-{number} is {name.decode(errors='replace') if isinstance(name, bytes) else name}"]
    try:
        split_up = library.nvmlDeviceGetMigMode(handle)[0] == 1
    except library.NVMLError:
        split_up = False  # most GPUs know no such mode
    if split_up:
        notes.append(f"gpu-{number} is split up (MIG): its joules are those of all its instances, other users' too")
    return tuple(notes)


def _greatest_power_w(library: Any, handle: Any) -> float:
    try:
        limit_w = library.nvmlDeviceGetPowerManagementLimitConstraints(handle)[1] / 1e3
    except library.NVMLError:
        return UNKNOWN_POWER_W
    return HEADROOM * limit_w if limit_w > 0 else UNKNOWN_POWER_W


def _answers(library: Any, question: Any, handle: Any) -> bool:
    try:
        return bool(question(handle))
    except library.NVMLError:
        return False


def _no_driver(library: Any, failure: Exception) -> MeterUnavailable:
    value = getattr(failure, "value", None)
    if value == library.NVML_ERROR_LIBRARY_NOT_FOUND:
        return MeterUnavailable("no NVIDIA driver is installed (libnvidia-ml.so.1 not found)", _ON_A_GPU_MACHINE)
    if value == library.NVML_ERROR_DRIVER_NOT_LOADED:
        return MeterUnavailable("the NVIDIA driver is not loaded", "sudo modprobe nvidia")
    if value == library.NVML_ERROR_LIB_RM_VERSION_MISMATCH:
        return MeterUnavailable("the NVIDIA driver was updated while it was in use", "restart the machine")
    if value == library.NVML_ERROR_NO_PERMISSION:
        return MeterUnavailable("the NVIDIA driver may not be asked by this user", "sudo chmod a+rw /dev/nvidia*")
    return MeterUnavailable(f"the NVIDIA driver does not answer ({failure})", _ON_A_GPU_MACHINE)


def _silent(faults: dict[int, str], working: list[int]) -> MeterUnavailable:
    reasons = "; ".join(f"gpu-{number}: {fault}" for number, fault in sorted(faults.items()))
    if working:
        cure = f"count the others only: nvml:{','.join(str(number) for number in working)}"
    else:
        cure = "see what nvidia-smi says of its power"
    return MeterUnavailable(f"not every GPU tells its joules ({reasons})", cure)
