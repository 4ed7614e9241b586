"""Joules of a whole laptop, as its battery says that it delivers them. Coarse, for where nothing else is allowed.

Source: Linux kernel, Documentation/ABI/testing/sysfs-class-power. ``energy_now`` is in µWh, ``charge_now``
in µAh, ``power_now`` in µW, ``voltage_now`` in µV and ``current_now`` in µA.

It is never taken unasked. A battery tells something new every few seconds to a minute, so most runs are
too short for it; it covers the display and the radios, which change for reasons of their own; and it
stops counting when somebody plugs in the charger. A run with the estimate of the processor can be
compared with another one, a run with this only with another on the same desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from greenprof.meters.clock import Clock, SystemClock
from greenprof.meters.counter import LostTime
from greenprof.meters.integral import PowerIntegral
from greenprof.meters.meter import MeterUnavailable
from greenprof.model import Reading

PRIORITY = None
SUMMARY = "a laptop's battery while it discharges: the whole machine, for runs of minutes"

DEFAULT_ROOT = Path("/sys/class/power_supply")

# No maker states the error of a battery's gauge. This is an assumption, and a note says so.
GAUGE_UNCERTAINTY = 0.10
# Until a gauge has been seen to refresh, it is taken to do so this often.
USUAL_REFRESH_S = 30.0
# A run should see this many refreshes of the gauge, so that the two at its ends do not matter much.
SENSIBLE_REFRESHES = 10
MAX_INTERVAL_S = 5.0
LONGEST_SPAN_S = 120.0
# No laptop draws more; a gauge that says so is wrong.
GREATEST_POWER_W = 400.0

_J_PER_UWH = 3.6e-3
_J_PER_UAH_UV = 3.6e-9


@dataclass(frozen=True, slots=True)
class Level:
    """What a battery holds: `units` of its own count, worth `joules_per_unit` each just now."""

    units: int
    joules_per_unit: float

    def drop_j(self, later: Level) -> float:
        """Joules from this level down to a later one; a charge is worth the mean of the voltages."""
        return (self.units - later.units) * (self.joules_per_unit + later.joules_per_unit) / 2


def open(argument: str | None = None) -> BatteryMeter:
    """Open the batteries under `argument` (default ``/sys/class/power_supply``).

    Raises `MeterUnavailable` without a battery, while a charger is plugged in, and where the battery
    tells neither what it holds nor its power.
    """
    return BatteryMeter(DEFAULT_ROOT if argument is None else Path(argument))


class BatteryMeter:
    """The batteries that power the machine, one domain each, named as the system names them."""

    name = "battery"
    estimated = False
    uncertainty = GAUGE_UNCERTAINTY
    idle_w: float | None = None
    scope = "the whole machine as its battery feeds it: display, disks, radios and fans too; not the charger's losses"
    max_interval_s: float | None = MAX_INTERVAL_S
    whole_machine = True

    def __init__(self, root: Path = DEFAULT_ROOT, clock: Clock | None = None) -> None:
        self._root = root
        self._clock = SystemClock() if clock is None else clock
        self._batteries = _batteries(root)
        obstacle = _obstacle(root, self._batteries)
        if obstacle is not None:
            raise MeterUnavailable(obstacle, "unplug the charger, or use another meter")
        self.domains = tuple(path.name for path in self._batteries)
        self._gauges = [Gauge() for _ in self._batteries]
        self._lost = LostTime()
        self._faults: dict[str, None] = {}
        self._opened_ns = self._at_ns = self._told_ns = self._clock.monotonic_ns()
        self._silence_ns = 0
        self._told: tuple[object, ...] = ()
        self._blocked_since_ns: int | None = None
        told = [_told(path) for path in self._batteries]
        mute = [
            domain for domain, (level, watts) in zip(self.domains, told, strict=True) if level is None and watts is None
        ]
        if mute:
            reason = f"{root / mute[0]} tells neither what it holds nor its power"
            raise MeterUnavailable(reason, f"see what is there: ls {root / mute[0]}")
        self.read()

    @property
    def resolution_s(self) -> float:
        """The longest time in which the battery told nothing new, so that a run of that length is not resolved."""
        now_s = (self._at_ns - self._told_ns) / 1e9
        return max(self._silence_ns / 1e9, now_s) if self._silence_ns else max(USUAL_REFRESH_S, now_s)

    @property
    def notes(self) -> tuple[str, ...]:
        """How coarse it is, and what went wrong."""
        refresh_s = self.resolution_s
        seen = "told something new" if self._silence_ns else "is taken to tell something new"
        coarse = (
            f"the battery {seen} every {refresh_s:.1f} s at worst: "
            f"a run should last {SENSIBLE_REFRESHES * refresh_s:.0f} s or more"
        )
        assumed = f"the gauge's own error is not stated by its maker; {GAUGE_UNCERTAINTY:.0%} is assumed"
        return (coarse, assumed, *self._faults)

    def read(self) -> Reading:
        """Joules per battery since the meter was opened; ``None`` while a charger is plugged in."""
        now_ns = self._clock.monotonic_ns()
        obstacle = _obstacle(self._root, self._batteries)
        if obstacle is not None:
            return self._blocked(obstacle, now_ns)
        if self._blocked_since_ns is not None:
            self._lost.add(self._blocked_since_ns, now_ns)
            self._blocked_since_ns = None
        told = [_told(path) for path in self._batteries]
        self._watch(tuple(told), now_ns)
        self._at_ns = now_ns
        joules = []
        for gauge, (level, watts) in zip(self._gauges, told, strict=True):
            joules.append(gauge.advance(level, watts, now_ns))
            if gauge.lost_ns is not None:
                self._lost.add(*gauge.lost_ns)
                self._faults["some joules cannot be known (the gauge jumped, or was not read for too long)"] = None
        return Reading(at_ns=now_ns, joules=tuple(joules), invalid_s=self._lost.seconds)

    def close(self) -> None:
        """Nothing is held."""

    def _watch(self, told: tuple[object, ...], now_ns: int) -> None:
        if told != self._told:
            if self._told:
                self._silence_ns = max(self._silence_ns, now_ns - self._told_ns)
            self._told, self._told_ns = told, now_ns

    def _blocked(self, obstacle: str, now_ns: int) -> Reading:
        if self._blocked_since_ns is None:
            self._blocked_since_ns = self._at_ns
            self._faults[f"unknown from {(self._at_ns - self._opened_ns) / 1e9:.0f} s on: {obstacle}"] = None
            for gauge in self._gauges:
                gauge.interrupt()
        # The time counts as lost as it passes, so that a run which ends here says how much of it is unknown.
        self._lost.add(self._blocked_since_ns, now_ns)
        self._at_ns = self._told_ns = now_ns
        return Reading(at_ns=now_ns, joules=(None,) * len(self._gauges), invalid_s=self._lost.seconds)


class Gauge:
    """The running total of one battery.

    What the battery holds is the count; it moves only when the gauge refreshes. From there to now
    its power is integrated. Before the first refresh the count is of unknown age, so there is only
    the power; without that, joules are unknown until the first refresh.
    """

    def __init__(self) -> None:
        self.lost_ns: tuple[int, int] | None = None
        self._counted_j = 0.0
        self._shown_j: float | None = None
        self._level: Level | None = None
        self._refreshed_ns: int | None = None
        self._since = PowerIntegral(LONGEST_SPAN_S)
        self._begun_ns: int | None = None
        self._powered = False

    def interrupt(self) -> None:
        """Forget where the battery stood: something else happens to it until the next reading."""
        self._counted_j = self._shown_j or 0.0
        self._level = self._refreshed_ns = self._begun_ns = None
        self._since = PowerIntegral(LONGEST_SPAN_S)

    def advance(self, level: Level | None, watts: float | None, at_ns: int) -> float | None:
        """Joules since the first reading, never fewer than before; ``None`` if they cannot be told just now."""
        self.lost_ns = None
        if self._begun_ns is None:
            self._begun_ns = at_ns
        self._since.advance(watts, at_ns)
        self.lost_ns = self._since.lost_ns
        self._powered |= watts is not None
        if level is not None:
            if self._level is not None and level.units != self._level.units:
                self._refresh(self._level, level, watts, at_ns)
            elif self._level is None:
                self._level = level
        if (level is None and watts is None) or not (self._powered or self._refreshed_ns is not None):
            return None
        # Power may have promised more than the count then confirms: the total waits until the count is there.
        self._shown_j = max(self._shown_j or 0.0, self._counted_j + self._since.joules)
        return self._shown_j

    def _refresh(self, before: Level, level: Level, watts: float | None, at_ns: int) -> None:
        drop_j = before.drop_j(level)
        if self._refreshed_ns is None:
            self._counted_j += self._since.joules
            if not self._powered and self._begun_ns is not None:
                self.lost_ns = (self._begun_ns, at_ns)
        elif 0 <= drop_j <= GREATEST_POWER_W * (at_ns - self._refreshed_ns) / 1e9:
            self._counted_j += drop_j
            self.lost_ns = None  # the count knows what the power missed
        elif self._powered:
            self._counted_j += self._since.joules  # the gauge corrected itself; the power goes on
        else:
            self.lost_ns = (self._refreshed_ns, at_ns)
        self._level, self._refreshed_ns = level, at_ns
        self._since = PowerIntegral(LONGEST_SPAN_S)
        self._since.advance(watts, at_ns)


def _batteries(root: Path) -> tuple[Path, ...]:
    try:
        supplies = sorted(root.iterdir())
    except OSError as failure:
        reason = f"{root} cannot be listed ({failure.strerror}); only Linux shows batteries there"
        raise MeterUnavailable(reason, "use a laptop with Linux, or another meter") from None
    found = tuple(path for path in supplies if _text(path / "type") == "Battery" and _powers_machine(path))
    if not found:
        raise MeterUnavailable(f"{root} shows no battery that powers this machine", "use another meter")
    return found


def _powers_machine(battery: Path) -> bool:
    # The batteries of a mouse or a headset have the scope Device; without a scope it is the machine's.
    return _text(battery / "scope") != "Device" and _text(battery / "present") != "0"


def _obstacle(root: Path, batteries: tuple[Path, ...]) -> str | None:
    """Why what the batteries deliver is not what the machine draws, ``None`` if it is."""
    for charger in _chargers(root):
        if _text(charger / "online") == "1":
            return f"the machine runs on its charger ({charger.name}), which nobody meters"
    states = {battery.name: _text(battery / "status") or "unknown" for battery in batteries}
    for name, state in states.items():
        if state == "Charging":
            return f"{name} is charging"
    if "Discharging" not in states.values():
        return f"no battery is discharging ({', '.join(f'{name}: {state}' for name, state in states.items())})"
    return None


def _chargers(root: Path) -> Iterator[Path]:
    try:
        yield from (path for path in sorted(root.iterdir()) if _text(path / "type") in ("Mains", "USB", "Wireless"))
    except OSError:
        return


def _told(battery: Path) -> tuple[Level | None, float | None]:
    """What a battery holds and its watts, each ``None`` where it does not tell."""
    # Of two batteries one may rest. It delivers nothing, and its figures say nothing about now.
    resting = _text(battery / "status") != "Discharging"
    level = _level(battery)
    return level, 0.0 if resting and level is not None else _watts(battery)


def _level(battery: Path) -> Level | None:
    energy_uwh = _number(battery / "energy_now")
    if energy_uwh is not None and energy_uwh >= 0:
        return Level(energy_uwh, _J_PER_UWH)
    charge_uah, voltage_uv = _number(battery / "charge_now"), _number(battery / "voltage_now")
    if charge_uah is None or charge_uah < 0 or not voltage_uv or voltage_uv < 0:
        return None
    return Level(charge_uah, voltage_uv * _J_PER_UAH_UV)


def _watts(battery: Path) -> float | None:
    power_uw = _number(battery / "power_now")
    if power_uw is None:
        current_ua, voltage_uv = _number(battery / "current_now"), _number(battery / "voltage_now")
        power_uw = None if current_ua is None or voltage_uv is None else current_ua * voltage_uv // 1_000_000
    # Some drivers give what flows out as negative. A machine that runs never draws nothing.
    watts = abs(power_uw or 0) / 1e6
    return watts if 0 < watts <= GREATEST_POWER_W else None


def _number(path: Path) -> int | None:
    text = _text(path)
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
