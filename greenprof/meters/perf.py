"""The processor's energy counters through the kernel's ``power`` PMU (perf_event_open).

Sources: Linux kernel, arch/x86/events/rapl.c; Documentation/ABI/testing/sysfs-bus-event_source-devices-events;
Documentation/admin-guide/perf-security.rst.

The PMU shows ``energy-pkg`` (a package), ``energy-ram`` (its memory, beside the package), ``energy-cores``
and ``energy-gpu`` (parts of the package), and ``energy-psys`` (the platform, which holds everything).
The ``power_core`` PMU of newer AMD processors (Linux 6.15) shows single cores, parts of the package too.
Its ``cpumask`` names one CPU for each package. Counts are 64 bits wide and start at 0 when they are opened.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

from greenprof.meters.clock import Clock
from greenprof.meters.counter import Counter
from greenprof.meters.meter import MeterUnavailable
from greenprof.meters.powercap import UNKNOWN_POWER_W, Zone, counted
from greenprof.meters.processor import find_processor, parse_cpu_list, readers, text_of
from greenprof.meters.registers import RegisterMeter, open_registers, wrap_s
from greenprof.perf_event import ALL_PROCESSES, Attributes, Event, OpenEvent, open_event, why_refused

PRIORITY = 20
SUMMARY = "the processor's own energy counters (RAPL) through perf_event_open"

DEFAULT_ROOT = Path("/")
PMU = Path("sys/bus/event_source/devices/power")

# What each event counts: its kind and its name among the domains of the powercap tree.
EVENTS = {"energy-pkg": ("package", "package-{}"), "energy-ram": ("dram", "dram-{}"), "energy-psys": ("psys", "psys")}

# The kernel makes its 64-bit counts of the steps of a 32-bit register, which it takes for signed numbers, and
# looks at it often enough for 200 W only. Where more is drawn and nobody reads, a count comes out short by the
# range of the register. The finest unit that processors have is 2**-16 J, and the others are multiples of it:
# whatever happens, a count is right modulo 2**32 of these.
_RANGE_UJ = 2**16 * 1_000_000 - 1
_PARANOIA_NEEDED = 0


def open(argument: str | None = None) -> RegisterMeter:
    """Open the counters of the machine below `argument`, the root of its file system (default ``/``).

    Takes up to 20 ms, in which the counters are watched: one that never moves counts nothing.
    Raises `MeterUnavailable` if there are none, they may not be read, or they never move.
    """
    return open_machine(DEFAULT_ROOT if argument is None else Path(argument))


def open_machine(root: Path, *, clock: Clock | None = None, opener: OpenEvent = open_event) -> RegisterMeter:
    """The meter for the machine below `root`; `opener` makes the system call."""
    folder = root / PMU
    _require_pmu(folder)
    processor = find_processor(root)
    cpus = _listed_cpus(folder)
    packages = readers(root, cpus, per_die=processor.counts_per_die)
    notes = _left_out(cpus, packages)
    chosen = counted(_zones(folder, packages))
    if not chosen.zones:
        reason = f"{folder} lists no event for a package (energy-pkg)"
        raise MeterUnavailable(reason, f"see what it lists: ls {folder}/events")
    notes += chosen.notes
    cpu_of = {f"{event}:cpu{cpu}": cpu for cpu in packages.values() for event in EVENTS}

    def open_one(zone: Zone) -> EventRegister:
        return EventRegister(zone, _event(folder, zone.zone.partition(":")[0]), cpu_of[zone.zone], opener)

    def refusal(zone: Zone, failure: OSError) -> MeterUnavailable:
        reason, cure = why_refused(failure, needed=_PARANOIA_NEEDED, root=root)
        return MeterUnavailable(f"{zone.domain} cannot be counted: {reason}", cure)

    registers = open_registers(chosen.zones, open_one, refusal, notes)
    # Counts start when they are opened: equal values say nothing about two of them.
    return RegisterMeter("perf", registers, clock=clock, notes=notes, absolute=False)


class EventRegister:
    """One energy event, counted for the whole machine on the CPU that stands for its package."""

    def __init__(self, zone: Zone, event: tuple[Attributes, Fraction], cpu: int, opener: OpenEvent) -> None:
        self.zone = zone
        self.counter = Counter(zone.range_uj, zone.max_power_w)
        self.wrap_s = wrap_s(zone)
        self.where = f"{zone.zone} of {zone.path}"
        self._attributes, unit_uj = event
        self._numerator, self._denominator = unit_uj.as_integer_ratio()
        self._cpu = cpu
        self._opener = opener
        self._event: Event | None = self._open()

    def read(self) -> int | None:
        """Microjoules since the event was opened, ``None`` if it cannot be read now.

        An event that the kernel gave up, because its package was switched off, is opened anew: its
        count starts again, which `Counter` sees as a reset.
        """
        shown = None if self._event is None else self._event.read()
        if shown is None:
            self.close()
            try:
                self._event = self._open()
            except OSError:
                return None
            shown = self._event.read()
        if shown is None:
            return None
        count = shown[0] if shown[0] < 2**63 else shown[0] - 2**64  # one that is short of a range may be negative
        return count * self._numerator // self._denominator

    def reopen(self) -> None:
        """Do nothing: an event that stands still is alive, and a new one would forget what it counted."""

    def close(self) -> None:
        """Close the event; closing twice does no harm."""
        if self._event is not None:
            self._event.close()
            self._event = None

    def _open(self) -> Event:
        return self._opener(self._attributes, pid=ALL_PROCESSES, cpu=self._cpu)


def _require_pmu(folder: Path) -> None:
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        reason = f"{folder.parent} does not exist: this is no Linux with perf events"
        raise MeterUnavailable(reason, f"name the root of a machine's files: perf:{DEFAULT_ROOT}")
    reason = f"the kernel shows perf no energy counters ({folder} does not exist), as in most virtual machines"
    raise MeterUnavailable(reason, "on a machine of one's own: sudo modprobe rapl (Intel and AMD)")


def _listed_cpus(folder: Path) -> tuple[int, ...]:
    file = folder / "cpumask"
    try:
        return parse_cpu_list(text_of(file))
    except ValueError:
        reason = f"{file} names no CPU to read the counters on"
        raise MeterUnavailable(reason, f"see what it holds: cat {file}") from None


def _left_out(cpus: tuple[int, ...], packages: dict[str, int]) -> list[str]:
    unused = [cpu for cpu in cpus if cpu not in packages.values()]
    return [f"CPU {cpu} left out: it shows the counters of a package that is counted already" for cpu in unused]


def _zones(folder: Path, packages: dict[str, int]) -> tuple[Zone, ...]:
    """A zone for each event that the PMU lists and each package; its name tells the event and the CPU."""
    return tuple(
        Zone(
            zone=f"{event}:cpu{cpu}",
            control="power",
            path=folder,
            domain=domain.format(package),
            kind=kind,
            package=None if kind == "psys" else package,
            range_uj=_RANGE_UJ,
            max_power_w=UNKNOWN_POWER_W[kind],
        )
        for package, cpu in packages.items()
        for event, (kind, domain) in EVENTS.items()
        if (folder / "events" / event).exists()
    )


def _event(folder: Path, name: str) -> tuple[Attributes, Fraction]:
    """What to ask the kernel for, and the microjoules that one count is."""
    file = folder / "events" / name
    try:
        config = sum(_shifted(folder, term) for term in text_of(file).split(","))
        attributes = Attributes(type=int(text_of(folder / "type")), config=config)
        scale = Fraction(text_of(file.with_name(f"{name}.scale")))
    except (ValueError, ZeroDivisionError):
        scale = Fraction(0)
    unit = text_of(file.with_name(f"{name}.unit"))
    if scale <= 0 or unit != "Joules":
        reason = f"{file} and the files beside it do not tell an event in joules"
        raise MeterUnavailable(reason, f"see what they hold: grep . {folder}/type {file}*")
    return attributes, scale * 1_000_000


def _shifted(folder: Path, term: str) -> int:
    """The value of a term such as ``event=0x02``, in the bits of `config` that ``format/event`` gives it."""
    name, _, value = term.partition("=")
    bits = re.fullmatch(r"config:(\d+)(?:-\d+)?", text_of(folder / "format" / name))
    if bits is None:
        raise ValueError(term)
    return int(value, 0) << int(bits[1])
