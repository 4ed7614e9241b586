"""The processor that registers belong to: its maker and model, and which CPU stands for which package.

Everything is read below `root`, so that a folder can stand in for a machine. Names follow powercap
(``0``, ``0-die-1``), so that a domain has one name whichever meter reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

INTEL = "GenuineIntel"
AMD = ("AuthenticAMD", "HygonGenuine")

_CPUS = Path("sys", "devices", "system", "cpu")
_MOST_CPUS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """What /proc/cpuinfo says of the first processor; ``None`` where it says nothing."""

    vendor: str | None
    family: int | None
    model: int | None

    @property
    def counts_per_die(self) -> bool:
        """Whether each die has its own energy registers. Intel's have; AMD's dies all show their package's.

        See the Linux kernel, arch/x86/events/rapl.c; kernels 6.9 to 6.11 listed AMD's dies all the same.
        """
        return self.vendor == INTEL


def find_processor(root: Path) -> Processor:
    """The processor of the machine below `root`; never raises."""
    fields: dict[str, str] = {}
    for line in text_of(root / "proc/cpuinfo").splitlines():
        key, colon, value = line.partition(":")
        if colon:
            fields.setdefault(key.strip(), value.strip())
    return Processor(
        vendor=fields.get("vendor_id") or None,
        family=_number(fields.get("cpu family", "")),
        model=_number(fields.get("model", "")),
    )


def online_cpus(root: Path) -> tuple[int, ...]:
    """The numbers of the CPUs whose place in the machine is known and which are not switched off."""
    folders = [path for path in (root / _CPUS).glob("cpu*") if re.fullmatch(r"cpu\d+", path.name)]
    usable = [
        path for path in folders if (path / "topology/physical_package_id").exists() and text_of(path / "online") != "0"
    ]
    return tuple(sorted(int(path.name[3:]) for path in usable))


def readers(root: Path, cpus: Iterable[int], *, per_die: bool) -> dict[str, int]:
    """One of `cpus` for each package, or for each die of it: package's place in the names -> CPU.

    Dies are named only where some package has several of them, as powercap does.
    """
    places = {cpu: (_topology(root, cpu, "physical_package_id"), _topology(root, cpu, "die_id")) for cpu in cpus}
    several = per_die and len(set(places.values())) > len({package for package, _ in places.values()})
    found: dict[str, int] = {}
    for cpu, (package, die) in sorted(places.items(), key=lambda item: (item[1], item[0])):
        found.setdefault(f"{package}-die-{die}" if several else str(package), cpu)
    return found


def parse_cpu_list(text: str) -> tuple[int, ...]:
    """The numbers in a list such as ``0,8-11`` (cpuset(7)); raises ValueError for anything else."""
    numbers: list[int] = []
    for part in text.strip().split(","):
        first, dash, last = part.partition("-")
        span = range(int(first), int(last if dash else first) + 1)
        if not 0 < len(span) <= _MOST_CPUS:
            raise ValueError(part)
        numbers += span
    return tuple(numbers)


def text_of(path: Path) -> str:
    """What a file holds without the blanks around it, nothing if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _topology(root: Path, cpu: int, name: str) -> int:
    # Kernels before 5.2 tell no dies, and some virtual machines no packages (-1): there is one then.
    return _number(text_of(root / _CPUS / f"cpu{cpu}" / "topology" / name)) or 0


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None
