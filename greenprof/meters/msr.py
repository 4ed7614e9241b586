"""The processor's energy counters as its model-specific registers show them (/dev/cpu/N/msr).

Sources: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3B, section "RAPL
Interfaces", and volume 4; AMD Processor Programming Reference for family 17h, "RAPL"; msr(4); Linux
kernel, arch/x86/events/rapl.c and drivers/powercap/intel_rapl_common.c (which models differ).

The counters are 32 bits wide. At the 15.3 µJ of AMD processors one wraps after 65 s at 1000 W.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from greenprof.meters.clock import Clock
from greenprof.meters.counter import Counter
from greenprof.meters.meter import MeterUnavailable
from greenprof.meters.powercap import UNKNOWN_POWER_W, Zone
from greenprof.meters.processor import AMD, INTEL, Processor, find_processor, online_cpus, readers, text_of
from greenprof.meters.registers import RegisterMeter, open_registers, wrap_s

PRIORITY = 30
SUMMARY = "the processor's own energy registers (RAPL) through /dev/cpu/*/msr"

DEFAULT_ROOT = Path("/")

COUNTER_VALUES = 2**32

# Since Haswell the memory controllers of Intel's servers count in 15.3 µJ (2**-16 J), whatever the units
# register says; from Sapphire Rapids on they follow it. Family 6: Haswell-EP, Broadwell-DE and -EP,
# Skylake-SP and its heirs, Ice Lake-SP and -D, Knights Landing and Mill.
MEMORY_UNIT_FIXED = {0x3F, 0x4F, 0x55, 0x56, 0x57, 0x6A, 0x6C, 0x85}
# Atoms of the Silvermont and Airmont kind, family 6: the units register gives an exponent of microjoules.
UNIT_IN_MICROJOULES = {0x37, 0x4A, 0x4C, 0x5A}
# Their server and modem kin, for which the kernel knows no unit.
UNIT_UNKNOWN = {0x4D, 0x5D}


@dataclass(frozen=True, slots=True, kw_only=True)
class Registers:
    """The numbers of the registers; `memory_energy` is ``None`` where no such counter exists."""

    units: int
    package_energy: int
    memory_energy: int | None


# Intel: MSR_RAPL_POWER_UNIT, MSR_PKG_ENERGY_STATUS, MSR_DRAM_ENERGY_STATUS.
INTEL_REGISTERS = Registers(units=0x606, package_energy=0x611, memory_energy=0x619)
# AMD: RAPL_PWR_UNIT, PKG_ENERGY_STAT. Energy_Core (MSRC001_029A) lies inside the package.
AMD_REGISTERS = Registers(units=0xC001_0299, package_energy=0xC001_029B, memory_energy=None)


def open(argument: str | None = None) -> RegisterMeter:
    """Open the registers of the machine below `argument`, the root of its file system (default ``/``).

    Takes up to 20 ms, in which the counters are watched: one that never moves counts nothing.
    Raises `MeterUnavailable` if there are none, they may not be read, or they never move.
    """
    return open_machine(DEFAULT_ROOT if argument is None else Path(argument))


def open_machine(root: Path, *, clock: Clock | None = None) -> RegisterMeter:
    """The meter for the machine below `root`."""
    processor = find_processor(root)
    registers = _registers_of(processor, root)
    packages = readers(root, online_cpus(root), per_die=processor.counts_per_die)
    if not packages:
        reason = f"{root / 'sys/devices/system/cpu'} tells no package that a CPU belongs to"
        raise MeterUnavailable(reason, f"name the root of a machine's files: msr:{DEFAULT_ROOT}")
    number_of: dict[Zone, int] = {}
    for package, cpu in packages.items():
        number_of |= _zones(root, package, root / f"dev/cpu/{cpu}/msr", processor, registers)
    notes: list[str] = []
    opened = open_registers(
        tuple(number_of),
        lambda zone: MsrRegister(zone, number_of[zone]),
        lambda zone, failure: _closed_device(zone.path, failure, root),
        notes,
    )
    return RegisterMeter("msr", opened, clock=clock, notes=notes)


class MsrRegister:
    """One 32-bit counter of a package, read through the device of one of its CPUs."""

    def __init__(self, zone: Zone, number: int) -> None:
        assert zone.range_uj is not None
        self.zone = zone
        self.counter = Counter(zone.range_uj, zone.max_power_w)
        self.wrap_s = wrap_s(zone)
        self.where = zone.zone
        self._number = number
        self._numerator, self._denominator = Fraction(zone.range_uj + 1, COUNTER_VALUES).as_integer_ratio()
        self._device = os.open(zone.path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self) -> int | None:
        """Microjoules modulo the counter's range, ``None`` if the register cannot be read now."""
        raw = _pread(self._device, self._number)
        if raw is None:
            self.reopen()
            raw = _pread(self._device, self._number)
        # The upper half is reserved. The range is a whole number of µJ, so that rounding down never adds up.
        return None if raw is None else raw % COUNTER_VALUES * self._numerator // self._denominator

    def reopen(self) -> None:
        """Open the device anew, in case its CPU went away and came back."""
        self.close()
        try:
            self._device = os.open(self.zone.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            self._device = -1

    def close(self) -> None:
        """Close the device; closing twice does no harm."""
        if self._device >= 0:
            os.close(self._device)
            self._device = -1


def _registers_of(processor: Processor, root: Path) -> Registers:
    if processor.vendor == INTEL and not (processor.family == 6 and processor.model in UNIT_UNKNOWN):
        return INTEL_REGISTERS
    if processor.vendor in AMD:
        return AMD_REGISTERS
    shown = processor.vendor or "an unknown maker"
    reason = f"{root / 'proc/cpuinfo'} shows a processor of {shown}, model {processor.model}: its units are not known"
    raise MeterUnavailable(reason, "measure on an Intel or AMD processor that Linux knows the energy counters of")


def _zones(root: Path, package: str, device: Path, processor: Processor, registers: Registers) -> dict[Zone, int]:
    """The counters of a package, and the number of the register that holds each."""
    try:
        with _opened(device) as descriptor:
            exponent = _exponent(descriptor, registers.units, device)
            has_memory = registers.memory_energy is not None and _pread(descriptor, registers.memory_energy) is not None
    except OSError as failure:
        raise _closed_device(device, failure, root) from None
    found = {"package": (registers.package_energy, _unit_uj(processor, exponent))}
    if registers.memory_energy is not None and has_memory:
        found["dram"] = (registers.memory_energy, _memory_unit_uj(processor, exponent))
    return {
        Zone(
            zone=f"register {number:#x} of {device}",
            control="msr",
            path=device,
            domain=f"{kind}-{package}",
            kind=kind,
            package=package,
            range_uj=int(COUNTER_VALUES * unit_uj) - 1,
            max_power_w=UNKNOWN_POWER_W[kind],
        ): number
        for kind, (number, unit_uj) in found.items()
    }


def _exponent(descriptor: int, number: int, device: Path) -> int:
    """The energy status unit, bits 12 to 8 of the units register; raises PermissionError if it may not be read."""
    try:
        units = int.from_bytes(os.pread(descriptor, 8, number), "little")
    except PermissionError:
        raise
    except OSError:
        units = 0
    exponent = units >> 8 & 0x1F
    # A hypervisor that hides the counters shows no such register, or zeros; no processor counts whole joules.
    if exponent == 0:
        reason = f"register {number:#x} of {device}, which holds the unit of energy, is empty or not there"
        raise MeterUnavailable(reason, "measure on the physical machine; most virtual machines hide the register")
    return exponent


def _unit_uj(processor: Processor, exponent: int) -> Fraction:
    """The microjoules of one count of a package."""
    if processor.vendor == INTEL and processor.family == 6 and processor.model in UNIT_IN_MICROJOULES:
        return Fraction(2**exponent)
    return Fraction(1_000_000, 2**exponent)


def _memory_unit_uj(processor: Processor, exponent: int) -> Fraction:
    """The microjoules of one count of a package's memory."""
    if processor.family == 6 and processor.model in MEMORY_UNIT_FIXED:
        return Fraction(1_000_000, 2**16)
    return _unit_uj(processor, exponent)


@contextmanager
def _opened(device: Path) -> Iterator[int]:
    descriptor = os.open(device, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _pread(device: int, number: int) -> int | None:
    try:
        content = os.pread(device, 8, number)
    except OSError:
        return None
    return int.from_bytes(content, "little") if len(content) == 8 else None


def _closed_device(device: Path, failure: OSError, root: Path) -> MeterUnavailable:
    as_root = (
        "run greenprof as root (sudo), which runs the program as root too; opening the powercap files to every user "
        "needs less: see the meter rapl"
    )
    if isinstance(failure, FileNotFoundError):
        cure = "on a machine of one's own: sudo modprobe msr; in a container: docker run --device /dev/cpu/0/msr"
        return MeterUnavailable(f"{device} does not exist: the module msr is not loaded", cure)
    if failure.errno == errno.EACCES:
        return MeterUnavailable(f"{device} may be read by root only", as_root)
    if failure.errno == errno.EPERM and _is_locked_down(root):
        cure = "turn Secure Boot off, or use the meter rapl or perf, which it leaves alone"
        return MeterUnavailable(f"the kernel is locked down (Secure Boot) and does not show {device}", cure)
    if failure.errno == errno.EPERM:
        reason = f"{device} takes the capability CAP_SYS_RAWIO, which this process does not have"
        return MeterUnavailable(reason, f"{as_root}; in a container: docker run --cap-add SYS_RAWIO --device {device}")
    return MeterUnavailable(f"{device} cannot be opened ({failure.strerror})", "see whether its CPU is switched on")


def _is_locked_down(root: Path) -> bool:
    # One of "none", "integrity" and "confidentiality" stands in brackets (kernel_lockdown(7)). Linux itself then
    # refuses writing only; kernels of some distributions refuse reading as well.
    state = text_of(root / "sys/kernel/security/lockdown")
    return "[integrity]" in state or "[confidentiality]" in state
