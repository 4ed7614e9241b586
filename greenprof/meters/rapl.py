"""RAPL counters through Linux powercap: measured joules of the processor packages and their memory.

Sources: Linux kernel, Documentation/power/powercap/powercap.rst; Khan et al., "RAPL in Action:
Experiences in Using RAPL for Power Measurements", ACM TOMPECS 3(2), 2018; Desrochers, Paradis and
Weaver, "A Validation of DRAM RAPL Power Measurements", MEMSYS 2016.
"""

from __future__ import annotations

import os
from pathlib import Path

from greenprof.meters.counter import Counter, LostTime
from greenprof.meters.meter import Clock, MeterUnavailable, SystemClock
from greenprof.meters.powercap import Zone, counted, find_zones, mirrors
from greenprof.model import Reading

PRIORITY = 10
SUMMARY = "the processor's own energy counters (RAPL) through Linux powercap"

DEFAULT_ROOT = Path("/sys/class/powercap")

# No maker states an error. Against wall meters and instrumented boards the package counters of Haswell
# and later are found within a few per cent, those of memory worse (see the sources above).
UNCERTAINTY = 0.05

# A counter moves every millisecond, 2.8 ms at worst: one that stands still for this long is not alive.
PROOF_S = 0.020
PROOF_STEP_S = 0.001
PROOF_MOVES = 3
STUCK_AFTER_S = 0.05
# A clock that ran on this much longer than the other: the machine was suspended in between.
SUSPENDED_NS = 50_000_000

_COUNTER_BYTES = 32
# A counter holds 64 bits at most; more digits are no counter.
_COUNTER_LIMIT = 2**64


def open(argument: str | None = None) -> RaplMeter:
    """Open the counters under `argument`, the root folder of a powercap tree (default ``/sys/class/powercap``).

    Takes up to 20 ms, in which the counters are watched: one that never moves counts nothing.
    Raises `MeterUnavailable` if there are none, they cannot be read, or they never move.
    """
    return RaplMeter(DEFAULT_ROOT if argument is None else Path(argument))


class RaplMeter:
    """Counters that stay open and are read with one system call each."""

    name = "rapl"
    estimated = False
    uncertainty = UNCERTAINTY
    idle_w: float | None = None

    def __init__(self, root: Path = DEFAULT_ROOT, clock: Clock | None = None) -> None:
        self._root = root
        self._clock = SystemClock() if clock is None else clock
        self._listed = _zones(root)
        chosen = counted(self._listed)
        self._notes = list(chosen.notes)
        self._registers = _open_registers(chosen.zones, self._notes)
        try:
            self._prove()
        except MeterUnavailable:
            self.close()
            raise
        self.domains = tuple(register.zone.domain for register in self._registers)
        self._lost = LostTime()
        self._suspended_ns = self._clock.boottime_ns() - self._clock.monotonic_ns()

    @property
    def scope(self) -> str:
        """What the joules cover."""
        if any(register.zone.kind == "psys" for register in self._registers):
            return "the whole platform as the machine's psys counter sees it"
        memory = " and their memory" if any(r.zone.kind == "dram" for r in self._registers) else ""
        return f"the processor packages{memory} of the whole machine; not disks, network, fans or power supply"

    @property
    def max_interval_s(self) -> float | None:
        """Half the time in which the fastest counter could wrap at its greatest power."""
        spans = [(r.zone.range_uj + 1) / 1e6 / r.zone.max_power_w for r in self._registers if r.zone.range_uj]
        return 0.5 * min(spans) if spans else None

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

    def read(self) -> Reading:
        """Joules per domain since the first reading. See `Counter` for what is done about faults."""
        clock = self._clock
        started_ns = ended_ns = clock.monotonic_ns()
        suspended = self._was_suspended(started_ns)
        joules: list[float | None] = []
        for register in self._registers:
            before_ns, raw = ended_ns, register.read()
            ended_ns = clock.monotonic_ns()
            counter = register.counter
            total_uj = counter.resume(raw, before_ns) if suspended else counter.advance(raw, before_ns, ended_ns)
            if counter.lost_ns is not None:
                self._lose(register, counter.lost_ns, "the machine was suspended" if suspended else None)
            if total_uj is not None and ended_ns - counter.moved_ns > STUCK_AFTER_S * 1e9:
                total_uj = self._stuck(register)
            joules.append(None if total_uj is None else total_uj / 1e6)
        return Reading(at_ns=(started_ns + ended_ns) // 2, joules=tuple(joules), invalid_s=self._lost.seconds)

    def close(self) -> None:
        """Close the counters."""
        for register in self._registers:
            register.close()

    def _was_suspended(self, now_ns: int) -> bool:
        offset_ns = self._clock.boottime_ns() - now_ns
        jumped = offset_ns - self._suspended_ns > SUSPENDED_NS
        if jumped:
            self._suspended_ns = offset_ns
        return jumped

    def _lose(self, register: Register, span_ns: tuple[int, int], why: str | None) -> None:
        self._lost.add(*span_ns)
        cause = why or "the counter was reset, or read too seldom for what it can hold"
        self._note(f"{register.zone.domain}: some joules cannot be known ({cause})")

    def _stuck(self, register: Register) -> int | None:
        # The zone may have been replaced under the same name, and the open descriptor shows the old one.
        register.reopen()
        self._note(f"{register.zone.domain}: the counter stood still for {STUCK_AFTER_S} s, so its joules are unknown")
        return None

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    def _prove(self) -> None:
        """Keep each counter that moves, once; raise where what is left would not be the machine."""
        seen = _watch(self._registers, self._clock)
        zones = tuple(register.zone for register in self._registers)
        twins = mirrors(zones, seen)
        kept = []
        for register in self._registers:
            zone = register.zone
            if zone.zone in twins:
                self._notes.append(f"{zone.domain} not counted again: it shows the counter of {twins[zone.zone]}")
            elif len(seen[zone.zone]) >= 2:
                kept.append(register)
            elif zone.kind == "dram":
                self._notes.append(f"{zone.domain} left out: its counter does not move")
            else:
                raise _dead_counter(zone, seen[zone.zone])
        for register in self._registers:
            if register not in kept:
                register.close()
        self._registers = kept


class Register:
    """One open counter file and its running total."""

    __slots__ = ("_fd", "counter", "zone")

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.counter = Counter(zone.range_uj, zone.max_power_w)
        self._fd = os.open(zone.energy_path, os.O_RDONLY | os.O_CLOEXEC)

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


def _open_registers(zones: tuple[Zone, ...], notes: list[str]) -> list[Register]:
    registers: list[Register] = []
    try:
        for zone in zones:
            try:
                registers.append(Register(zone))
            except OSError as failure:
                if zone.kind != "dram":
                    raise _closed_counter(zone, zones, failure) from None
                notes.append(f"{zone.domain} left out: {zone.energy_path} cannot be read ({failure.strerror})")
    except MeterUnavailable:
        for register in registers:
            register.close()
        raise
    return registers


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


def _dead_counter(zone: Zone, seen: set[int]) -> MeterUnavailable:
    if not seen:
        reason = f"{zone.energy_path} holds no number that its counter can show"
        return MeterUnavailable(reason, f"see what it holds: cat {zone.energy_path}")
    reason = f"the counter {zone.energy_path} does not move: that is not zero joules, it is not measured"
    return MeterUnavailable(reason, "measure on the physical machine; a virtual machine often shows a dead counter")


def _watch(registers: list[Register], clock: Clock) -> dict[str, set[int]]:
    """The values that each counter shows within the time of the proof, or until each moved often enough."""
    seen: dict[str, set[int]] = {register.zone.zone: set() for register in registers}
    deadline_ns = clock.monotonic_ns() + int(PROOF_S * 1e9)
    while True:
        for register in registers:
            raw = register.read()
            if raw is not None:
                seen[register.zone.zone].add(raw)
        moved = all(len(values) > PROOF_MOVES for values in seen.values())
        if moved or clock.monotonic_ns() >= deadline_ns:
            return seen
        clock.sleep(PROOF_STEP_S)
