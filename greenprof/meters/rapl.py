"""RAPL counters through Linux powercap: measured joules of the processor packages and their memory.

Source: Linux kernel, Documentation/power/powercap/powercap.rst.
"""

from __future__ import annotations

import os
from pathlib import Path

from greenprof.meters.clock import Clock
from greenprof.meters.counter import Counter
from greenprof.meters.meter import MeterUnavailable
from greenprof.meters.powercap import Zone, counted, find_zones
from greenprof.meters.registers import RegisterMeter, open_registers, wrap_s

PRIORITY = 10
SUMMARY = "the processor's own energy counters (RAPL) through Linux powercap"

DEFAULT_ROOT = Path("/sys/class/powercap")

_COUNTER_BYTES = 32
# A counter holds 64 bits at most; more digits are no counter.
_COUNTER_LIMIT = 2**64


def open(argument: str | None = None) -> RaplMeter:
    """Open the counters under `argument`, the root folder of a powercap tree (default ``/sys/class/powercap``).

    Takes up to 20 ms, in which the counters are watched: one that never moves counts nothing.
    Raises `MeterUnavailable` if there are none, they cannot be read, or they never move.
    """
    return RaplMeter(DEFAULT_ROOT if argument is None else Path(argument))


class RaplMeter(RegisterMeter):
    """Counter files that stay open."""

    def __init__(self, root: Path = DEFAULT_ROOT, clock: Clock | None = None) -> None:
        self._root = root
        self._listed = _zones(root)
        chosen = counted(self._listed)
        notes = list(chosen.notes)
        registers = open_registers(
            chosen.zones, Register, lambda zone, failure: _closed_counter(zone, chosen.zones, failure), notes
        )
        super().__init__("rapl", registers, clock=clock, notes=notes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or went wrong; looks for zones that have appeared since the meter was opened."""
        known = {zone.zone for zone in self._listed}
        try:
            new = [zone for zone in find_zones(self._root) if zone.zone not in known and zone.kind != "part"]
        except OSError:
            new = []
        appeared = [
            f"{zone.zone} ({zone.domain}) appeared after the meter was opened and is not counted" for zone in new
        ]
        return (*self._notes, *appeared)


class Register:
    """One open counter file and its running total."""

    __slots__ = ("_fd", "counter", "zone")

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.counter = Counter(zone.range_uj, zone.max_power_w)
        self._fd = os.open(zone.energy_path, os.O_RDONLY | os.O_CLOEXEC)

    @property
    def where(self) -> str:
        """The file that shows the counter."""
        return str(self.zone.energy_path)

    @property
    def wrap_s(self) -> float | None:
        """The least time in which the counter wraps."""
        return wrap_s(self.zone)

    def read(self) -> int | None:
        """What the counter shows, ``None`` if it cannot be read now; a failed read is tried once more."""
        raw = self._read_once()
        if raw is None:
            self.reopen()
            raw = self._read_once()
        return raw

    def reopen(self) -> None:
        """Open the file anew, in case its zone went away and came back."""
        self.close()
        try:
            self._fd = os.open(self.zone.energy_path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._fd = -1

    def close(self) -> None:
        """Close the file; closing twice does no harm."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _read_once(self) -> int | None:
        try:
            content = os.pread(self._fd, _COUNTER_BYTES, 0).strip()
        except OSError:
            return None
        # bytes.isdigit() is ASCII only: no sign, no underscore, no empty content gets through.
        if not content.isdigit():
            return None
        raw = int(content)
        range_uj = self.zone.range_uj
        return raw if raw <= (_COUNTER_LIMIT if range_uj is None else range_uj) else None


def _zones(root: Path) -> tuple[Zone, ...]:
    on_bare_metal = "on a machine of one's own: sudo modprobe intel_rapl_msr (Intel and AMD)"
    try:
        zones = find_zones(root)
    except FileNotFoundError:
        reason = f"{root} does not exist; most virtual machines and containers show no energy counters"
        raise MeterUnavailable(reason, on_bare_metal) from None
    except OSError as failure:
        reason = f"{root} cannot be listed ({failure.strerror})"
        raise MeterUnavailable(reason, f"name a powercap folder: rapl:{DEFAULT_ROOT}") from None
    if not any(zone.kind in ("package", "psys") for zone in zones):
        reason = f"{root} shows no package counter; a container hides them, and so do most virtual machines"
        cure = f"{on_bare_metal}; in a container: docker run --security-opt systempaths=unconfined"
        raise MeterUnavailable(reason, cure)
    return zones


def _closed_counter(zone: Zone, zones: tuple[Zone, ...], failure: OSError) -> MeterUnavailable:
    if not isinstance(failure, PermissionError):
        return MeterUnavailable(
            f"{zone.energy_path} cannot be opened ({failure.strerror})", "see whether other tools can read it"
        )
    reason = f"{zone.energy_path} may be read by root only (since Linux 5.10, for CVE-2020-8694)"
    # sysfs has no access control lists (setfacl: "Operation not supported"), so the mode must change.
    now = "sudo chmod a+r " + " ".join(str(each.energy_path) for each in zones)
    rule = 'ACTION=="add|change", SUBSYSTEM=="powercap", RUN+="/bin/chmod a+r /sys%p/energy_uj"'
    lasting = f"after every boot: echo '{rule}' | sudo tee /etc/udev/rules.d/60-rapl.rules"
    return MeterUnavailable(reason, f"{now} (until the next boot; every user can then read it); {lasting}")
