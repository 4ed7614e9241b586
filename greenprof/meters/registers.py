"""Energy registers that are read together: what the ways to a processor's own counters have in common.

Whether powercap, perf or the MSR device shows them, they are the same cumulative counters. They are
proved alive, read, and doubted alike: a failed read is unknown and made good by the next, a counter
that stands still is unknown and not zero, and what a suspension or a reset took is said.

Sources: Khan et al., "RAPL in Action: Experiences in Using RAPL for Power Measurements", ACM TOMPECS
3(2), 2018; Desrochers, Paradis and Weaver, "A Validation of DRAM RAPL Power Measurements", MEMSYS 2016.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from greenprof.calibration import idle_of
from greenprof.meters.clock import Clock, Suspensions, SystemClock
from greenprof.meters.counter import Counter, LostTime
from greenprof.meters.meter import MeterUnavailable
from greenprof.meters.powercap import Zone, mirrors
from greenprof.model import Reading

# No maker states an error. Against wall meters and instrumented boards the package counters of Haswell
# and later are found within a few per cent, those of memory worse (see the sources above).
UNCERTAINTY = 0.05

# A counter moves every millisecond, 2.8 ms at worst: one that stands still for this long is not alive.
PROOF_S = 0.020
PROOF_STEP_S = 0.001
PROOF_MOVES = 3
STUCK_AFTER_S = 0.05


class Register(Protocol):
    """One open counter. `where` names it for people; `wrap_s` is the least time in which it could wrap unseen."""

    @property
    def zone(self) -> Zone: ...  # noqa: D102
    @property
    def counter(self) -> Counter: ...  # noqa: D102
    @property
    def where(self) -> str: ...  # noqa: D102
    @property
    def wrap_s(self) -> float | None: ...  # noqa: D102

    def read(self) -> int | None:
        """The microjoules that it shows, ``None`` if it cannot be read now; never raises."""
        ...

    def reopen(self) -> None:
        """Look again, in case it went away and came back; called for a counter that stands still."""
        ...

    def close(self) -> None:
        """Give it back; closing twice does no harm."""
        ...


R = TypeVar("R", bound=Register)


def open_registers(
    zones: Sequence[Zone],
    open_one: Callable[[Zone], R],
    refusal: Callable[[Zone, OSError], MeterUnavailable],
    notes: list[str],
) -> list[R]:
    """Open the register of each zone, or none: raises what `refusal` makes of the failure.

    Memory that cannot be opened is left out, and `notes` says so.
    """
    registers: list[R] = []
    try:
        for zone in zones:
            try:
                registers.append(open_one(zone))
            except OSError as failure:
                if zone.kind != "dram":
                    raise refusal(zone, failure) from None
                notes.append(f"{zone.domain} left out: it cannot be opened ({failure.strerror})")
    except MeterUnavailable:
        for register in registers:
            register.close()
        raise
    return registers


class RegisterMeter:
    """Registers that stay open and are read with one system call each.

    `absolute` registers show what the hardware counts, so that two with the same values are one
    counter shown twice; others count from when they were opened. Watches the registers for up to
    20 ms and raises `MeterUnavailable` if one never moves, for such a counter counts nothing. What the
    host was calibrated for is its idle power.
    """

    estimated = False
    uncertainty = UNCERTAINTY
    # A counter ticks every millisecond, and either end of a window may fall anywhere between two ticks.
    resolution_s = 0.002

    def __init__(
        self,
        name: str,
        registers: Sequence[Register],
        *,
        clock: Clock | None = None,
        notes: Sequence[str] = (),
        absolute: bool = True,
    ) -> None:
        self.name = name
        self._clock = SystemClock() if clock is None else clock
        self._notes = list(notes)
        self._registers = list(registers)
        try:
            self._prove(absolute)
        except MeterUnavailable:
            self.close()
            raise
        self.domains = tuple(register.zone.domain for register in self._registers)
        self.idle_w, said = idle_of(self.domains)
        self._notes += said
        self._lost = LostTime()
        self._suspensions = Suspensions(self._clock)

    @property
    def scope(self) -> str:
        """What the joules cover."""
        if any(register.zone.kind == "psys" for register in self._registers):
            return "the whole platform as the machine's psys counter sees it"
        memory = " and their memory" if any(r.zone.kind == "dram" for r in self._registers) else ""
        return f"the processor packages{memory} of the whole machine; not disks, network, fans or power supply"

    @property
    def max_interval_s(self) -> float | None:
        """Half the time in which the fastest counter could wrap unseen at its greatest power."""
        spans = [register.wrap_s for register in self._registers if register.wrap_s is not None]
        return 0.5 * min(spans) if spans else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out or went wrong."""
        return tuple(self._notes)

    def read(self) -> Reading:
        """Joules per domain since the first reading. See `Counter` for what is done about faults."""
        clock = self._clock
        suspended = self._suspensions.since_last_ns() > 0
        started_ns = ended_ns = clock.monotonic_ns()
        joules: list[float | None] = []
        for register in self._registers:
            before_ns, raw = ended_ns, register.read()
            ended_ns = clock.monotonic_ns()
            counter = register.counter
            total_uj = counter.resume(raw, before_ns) if suspended else counter.advance(raw, before_ns, ended_ns)
            if counter.lost_ns is not None:
                self._lose(register, counter.lost_ns, "the machine was suspended" if suspended else None)
            if total_uj is not None and ended_ns - counter.moved_ns > STUCK_AFTER_S * 1e9:
                self._stuck(register)
                total_uj = None
            joules.append(None if total_uj is None else total_uj / 1e6)
        return Reading(at_ns=(started_ns + ended_ns) // 2, joules=tuple(joules), invalid_s=self._lost.seconds)

    def close(self) -> None:
        """Close the registers."""
        for register in self._registers:
            register.close()

    def _lose(self, register: Register, span_ns: tuple[int, int], why: str | None) -> None:
        self._lost.add(*span_ns)
        cause = why or "the counter was reset, or read too seldom for what it can hold"
        self._note(f"{register.zone.domain}: some joules cannot be known ({cause})")

    def _stuck(self, register: Register) -> None:
        register.reopen()
        self._note(f"{register.zone.domain}: the counter stood still for {STUCK_AFTER_S} s, so its joules are unknown")

    def _note(self, text: str) -> None:
        if text not in self._notes:
            self._notes.append(text)

    def _prove(self, absolute: bool) -> None:
        """Keep each counter that moves, once; raise where what is left would not be the machine."""
        seen = _watch(self._registers, self._clock)
        twins = mirrors(tuple(register.zone for register in self._registers), seen) if absolute else {}
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
                raise _dead_counter(register, seen[zone.zone])
        for register in self._registers:
            if register not in kept:
                register.close()
        self._registers = kept


def wrap_s(zone: Zone) -> float | None:
    """The least time in which a counter of `zone` wraps, ``None`` if its range is unknown."""
    return None if zone.range_uj is None else (zone.range_uj + 1) / 1e6 / zone.max_power_w


def _dead_counter(register: Register, seen: set[int]) -> MeterUnavailable:
    if not seen:
        return MeterUnavailable(
            f"{register.where} holds no number that its counter can show", "see whether other tools can read it"
        )
    reason = f"the counter {register.where} does not move: that is not zero joules, it is not measured"
    return MeterUnavailable(reason, "measure on the physical machine; a virtual machine often shows a dead counter")


def _watch(registers: Sequence[Register], clock: Clock) -> dict[str, set[int]]:
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
