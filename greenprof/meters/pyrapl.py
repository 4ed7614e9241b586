"""RAPL as the library pyRAPL 0.2.3 reads it: an independent reader to check greenprof's own against.

pyRAPL reads ``/sys/class/powercap/intel-rapl/intel-rapl:N`` only. What it does not do is done or said
here: it knows no wraps (its values go through `Counter`), believes dead counters, reports −1 for what
it does not have, takes the two dies of a package for one package too many, leaves out all memory if
one socket has none, and on import pulls in its output formats, which log warnings where a database
driver is missing, so that a handler appears on the root logger. `rapl` is the better meter.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from math import isfinite
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from greenprof.meters.clock import Clock, Suspensions, SystemClock
from greenprof.meters.counter import Counter, LostTime
from greenprof.meters.meter import MeterUnavailable
from greenprof.meters.powercap import UNKNOWN_POWER_W, Zone, counted, find_zones
from greenprof.meters.rapl import DEFAULT_ROOT
from greenprof.meters.registers import PROOF_S, PROOF_STEP_S, STUCK_AFTER_S, UNCERTAINTY
from greenprof.model import Reading

PRIORITY = None
SUMMARY = "RAPL as the library pyRAPL reads it, to check rapl against; rapl itself is better"

_ITS_ROOT = "/sys/class/powercap"
_KINDS = ("package", "dram")  # in the order of pyRAPL's Device.PKG and Device.DRAM
_USE_RAPL = "use the meter rapl, which needs no pyRAPL"


def open(argument: str | None = None) -> PyraplMeter:
    """Let pyRAPL read ``/sys/class/powercap``, or the powercap tree under `argument`.

    Imports pyRAPL, which takes most of a second where pandas is installed, then watches the counters
    for up to 20 ms. Raises `MeterUnavailable` where pyRAPL finds nothing, may not read it, or fails.
    """
    return PyraplMeter(DEFAULT_ROOT if argument is None else Path(argument))


class PyraplMeter:
    """pyRAPL's sensor, read as a counter."""

    name = "pyrapl"
    estimated = False
    uncertainty = UNCERTAINTY
    idle_w: float | None = None
    resolution_s = 0.002  # as for rapl: the same counters

    def __init__(self, root: Path = DEFAULT_ROOT, clock: Clock | None = None) -> None:
        self._clock = SystemClock() if clock is None else clock
        zones = _zones(root)
        self._sensor = _open_sensor(root, zones)
        places = [
            (f"{_KINDS[device]}-{socket}", 2 * socket + int(device))
            for socket in self._sensor._socket_ids
            for device in self._sensor._available_devices
        ]
        self.domains = tuple(domain for domain, _ in places)
        self._places = tuple(place for _, place in places)
        known = {zone.domain: zone for zone in counted(zones).zones}
        self._counters = [_counter(domain, known.get(domain)) for domain in self.domains]
        self._limits = [known[domain] for domain in self.domains if domain in known]
        left_out = "is not counted: pyRAPL does not know this domain, or not on every socket"
        self._notes = dict.fromkeys(f"{domain} {left_out}" for domain in known if domain not in self.domains)
        self._lost = LostTime()
        self._suspensions = Suspensions(self._clock)
        try:
            self._prove()
        except MeterUnavailable:
            self.close()
            raise

    @property
    def scope(self) -> str:
        """What the joules cover."""
        memory = " and their memory" if any(domain.startswith("dram") for domain in self.domains) else ""
        return f"the processor packages{memory} that pyRAPL finds; not disks, network, fans or power supply"

    @property
    def max_interval_s(self) -> float | None:
        """Half the time in which the fastest counter could wrap at its greatest power."""
        spans = [(zone.range_uj + 1) / 1e6 / zone.max_power_w for zone in self._limits if zone.range_uj]
        return 0.5 * min(spans) if spans else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What pyRAPL leaves out, and what went wrong."""
        return tuple(self._notes)

    def read(self) -> Reading:
        """Joules per domain since the first reading; if pyRAPL cannot read one of them, none is known just now."""
        suspended = self._suspensions.since_last_ns() > 0
        started_ns = self._clock.monotonic_ns()
        shown = self._ask()
        ended_ns = self._clock.monotonic_ns()
        joules: list[float | None] = []
        for domain, counter, raw_uj in zip(self.domains, self._counters, shown, strict=True):
            total_uj = (
                counter.resume(raw_uj, started_ns) if suspended else counter.advance(raw_uj, started_ns, ended_ns)
            )
            if counter.lost_ns is not None:
                self._lost.add(*counter.lost_ns)
                self._notes[f"{domain}: some joules cannot be known (a reset, a suspension, or read too seldom)"] = None
            if total_uj is not None and started_ns - counter.moved_ns > STUCK_AFTER_S * 1e9:
                self._notes[f"{domain}: the counter stood still, so its joules are unknown"] = None
                total_uj = None
            joules.append(None if total_uj is None else total_uj / 1e6)
        return Reading(at_ns=(started_ns + ended_ns) // 2, joules=tuple(joules), invalid_s=self._lost.seconds)

    def close(self) -> None:
        """Close the files that pyRAPL leaves open; closing twice does no harm."""
        for reader in self._sensor._device_api.values():
            for file in reader._sys_files:
                file.close()

    def _ask(self) -> list[int | None]:
        """What pyRAPL reads for each domain, in microjoules; ``None`` where that is no counter's value."""
        try:
            shown = self._sensor.energy()
        except (OSError, ValueError) as failure:  # a file that cannot be read, or holds no number
            self._notes[f"pyRAPL could not read at times ({type(failure).__name__}: {failure})"] = None
            return [None] * len(self._places)
        return [int(shown[place]) if isfinite(shown[place]) and shown[place] >= 0 else None for place in self._places]

    def _prove(self) -> None:
        """Raise for a counter that does not move: it would be taken for zero joules."""
        first, moved = self._ask(), [False] * len(self._places)
        deadline_ns = self._clock.monotonic_ns() + int(PROOF_S * 1e9)
        while not all(moved) and self._clock.monotonic_ns() < deadline_ns:
            self._clock.sleep(PROOF_STEP_S)
            now = self._ask()
            moved = [was or (raw is not None and raw != then) for was, raw, then in zip(moved, now, first, strict=True)]
        if not all(moved):
            reason = f"the counter of {self.domains[moved.index(False)]} does not move, and pyRAPL would call that zero"
            raise MeterUnavailable(reason, "measure on the physical machine, or use the meter rapl")


def _zones(root: Path) -> tuple[Zone, ...]:
    # Asked before pyRAPL is imported: where there are no counters that time is not worth spending.
    try:
        zones = find_zones(root)
    except OSError as failure:
        raise MeterUnavailable(f"{root} cannot be listed ({failure.strerror})", "see what is said of rapl") from None
    if not any(zone.kind == "package" for zone in zones):
        raise MeterUnavailable(f"{root} shows no package counter", "see what is said of rapl")
    return zones


def _counter(domain: str, zone: Zone | None) -> Counter:
    if zone is None:
        return Counter(None, UNKNOWN_POWER_W[domain.partition("-")[0]])
    return Counter(zone.range_uj, zone.max_power_w)


def _open_sensor(root: Path, zones: tuple[Zone, ...]) -> Any:
    try:
        with _contained():
            library = import_module("pyRAPL")
            # pyRAPL forgets to close the files in which it looks for names.
            return library.Sensor() if root == DEFAULT_ROOT else _sensor_at(root, zones)
    except ImportError as failure:
        raise MeterUnavailable(f"pyRAPL cannot be imported ({failure})", "pip install pyRAPL") from None
    except PermissionError as failure:
        reason = f"{failure.filename} may be read by root only"
        raise MeterUnavailable(reason, "see what is said of rapl, which reads the same files") from None
    except Exception as failure:
        # Whatever else it stumbles over on this machine is its own: it has no list of what it raises.
        raise MeterUnavailable(_why(failure, root, zones), _USE_RAPL) from None


def _why(failure: Exception, root: Path, zones: tuple[Zone, ...]) -> str:
    dies = [zone.domain for zone in zones if zone.kind == "package" and "-die-" in zone.domain]
    if dies:
        return f"pyRAPL cannot tell the dies of a package apart ({', '.join(dies)})"
    if type(failure).__name__ == "PyRAPLCantRecordEnergyConsumption":
        return f"pyRAPL does not find one package for each socket in {root}/intel-rapl/intel-rapl:0 and those after it"
    return f"pyRAPL fails here ({' '.join(f'{type(failure).__name__}: {failure}'.split())})"


@contextmanager
def _contained() -> Iterator[None]:
    """Keep to itself what pyRAPL does to its surroundings, without keeping anybody else's messages back.

    logging.warning() puts a handler on a root logger that has none, so there is one meanwhile. Its own
    messages are dropped, and so are Python's remarks on its source.
    """
    root, guard = logging.getLogger(), logging.NullHandler()

    def from_elsewhere(record: logging.LogRecord) -> bool:
        return "pyRAPL" not in Path(record.pathname).parts

    root.addHandler(guard)
    root.addFilter(from_elsewhere)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.removeFilter(from_elsewhere)
        root.removeHandler(guard)


def _sensor_at(root: Path, zones: tuple[Zone, ...]) -> Any:
    """pyRAPL's sensor on another powercap tree, where the sockets are the packages that the tree shows.

    Its paths are fixed in its code, so two of its modules are loaded once more, for this sensor only,
    with their own `open` and `os`: the pyRAPL that others import stays as it is.
    """

    def there(path: str) -> str:
        return str(root) + path.removeprefix(_ITS_ROOT)

    sockets = sorted({int(zone.package.partition("-")[0]) for zone in zones if zone.kind == "package" and zone.package})
    readers = _own_copy("pyRAPL.device_api")
    readers.open = lambda path, mode: Path(there(path)).open(mode)  # noqa: SIM115 - pyRAPL reads it, close() closes it
    readers.os = SimpleNamespace(path=SimpleNamespace(exists=lambda path: Path(there(path)).exists()))
    readers.get_socket_ids = lambda: list(sockets)
    sensor = _own_copy("pyRAPL.sensor")
    sensor.DeviceAPIFactory = readers.DeviceAPIFactory
    return sensor.Sensor()


def _own_copy(name: str) -> Any:
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module named {name}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
