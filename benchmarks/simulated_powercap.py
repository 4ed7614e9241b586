"""A simulated powercap tree: a plain folder whose truth is known, because its user decides it.

``PowercapTree(root, LAYOUTS["two-sockets"])`` builds one; its root goes wherever a powercap root is
asked for. Step it by hand (``tree.step(joules)``), or let a separate process move it in real time:
``with tree.run_at(50):`` makes the machine draw 50 W. Watts and joules are always those of the
machine: what greenprof should report as the total. The tests and the comparison with other tools
share it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

RANGE_UJ = 262_143_328_850
MAX_POWER_UW = 200_000_000


@dataclass(frozen=True)
class SimulatedZone:
    """One zone: its folder's name, what it calls itself, and its share of the machine's power.

    Zones with the same `counter` show one counter. Only zones that are `counted` add up to the machine.
    """

    zone: str
    name: str
    share: float
    counter: str = ""
    start_uj: int = 5_000_000_000
    range_uj: int | None = RANGE_UJ
    max_power_uw: int | None = MAX_POWER_UW


LAYOUTS: dict[str, tuple[SimulatedZone, ...]] = {
    "single": (
        SimulatedZone("intel-rapl:0", "package-0", 1.0),
        SimulatedZone("intel-rapl:0:0", "core", 0.7),
        SimulatedZone("intel-rapl:0:1", "uncore", 0.1),
    ),
    "two-sockets": (
        SimulatedZone("intel-rapl:0", "package-0", 0.5, start_uj=7_000_000),
        SimulatedZone("intel-rapl:0:0", "dram", 0.1),
        SimulatedZone("intel-rapl:1", "package-1", 0.3),
        SimulatedZone("intel-rapl:1:0", "dram", 0.1, start_uj=9_000_000),
        SimulatedZone("intel-rapl:2", "psys", 1.5),
    ),
    "mmio": (
        SimulatedZone("intel-rapl:0", "package-0", 1.0),
        SimulatedZone("intel-rapl:0:0", "core", 0.7),
        SimulatedZone("intel-rapl-mmio:0", "package-0", 1.0, counter="intel-rapl:0"),
    ),
    "amd": (
        SimulatedZone("intel-rapl:0", "package-0", 1.0, max_power_uw=None),
        SimulatedZone("intel-rapl:0:0", "core", 0.4, max_power_uw=None),
    ),
    "dies": (
        SimulatedZone("intel-rapl:0", "package-0-die-0", 0.4, start_uj=11_000_000),
        SimulatedZone("intel-rapl:0:0", "dram", 0.1),
        SimulatedZone("intel-rapl:1", "package-0-die-1", 0.5),
    ),
    "mirrored-dies": (
        SimulatedZone("intel-rapl:0", "package-0-die-0", 1.0),
        SimulatedZone("intel-rapl:1", "package-0-die-1", 1.0, counter="intel-rapl:0"),
    ),
    "stuck": (SimulatedZone("intel-rapl:0", "package-0", 0.0),),
    "psys-only": (SimulatedZone("intel-rapl:0", "psys", 1.0),),
    "many": tuple(SimulatedZone(f"intel-rapl:{n}", f"package-{n}", 1 / 12, start_uj=n * 10**9) for n in range(12)),
}


class PowercapTree:
    """A powercap tree in a folder, and what its counters have truly counted."""

    def __init__(self, root: Path, zones: tuple[SimulatedZone, ...], shape: str = "class") -> None:
        self.root = root
        self.vanished: set[str] = set()
        self.zones = {zone.zone: zone for zone in zones}
        self.drawn_uj = {zone.zone: 0.0 for zone in zones}
        self.folders = _build(root, zones, shape)
        for zone in zones:
            self._describe(zone)
        self._show()

    def energy_file(self, zone: str) -> Path:
        """The file that shows a zone's counter."""
        return self.folders[zone] / "energy_uj"

    def raw(self, zone: str) -> int:
        """What a zone's counter stands at."""
        counted = self.zones[self.zones[zone].counter or zone]
        raw = counted.start_uj + round(self.drawn_uj[counted.zone])
        return raw if counted.range_uj is None else raw % (counted.range_uj + 1)

    def step(self, joules: float) -> None:
        """The machine draws that much."""
        for zone in self.zones.values():
            self.drawn_uj[zone.zone] += joules * zone.share * 1e6
        self._show()

    def reset(self, zone: str, raw: int = 0) -> None:
        """A zone's counter starts again from `raw`, as after a suspension."""
        self.zones[zone] = replace(self.zones[zone], start_uj=raw - round(self.drawn_uj[zone]))
        self._show()

    def write(self, zone: str, content: bytes) -> None:
        """A zone's counter file holds just this until the next step."""
        self.energy_file(zone).write_bytes(content)

    def remove(self, zone: str) -> None:
        """A zone vanishes."""
        self.energy_file(zone).rename(self.folders[zone] / "away")

    def restore(self, zone: str) -> None:
        """A zone that vanished is back under its old name, as a new file."""
        _write_in_place(self.energy_file(zone), self.raw(zone))
        (self.folders[zone] / "away").unlink()

    def deny(self) -> None:
        """Only the owner may read the counters from now on, as on Linux since 5.10."""
        for zone in self.zones:
            self.energy_file(zone).chmod(0o400 if os.geteuid() == 0 else 0)

    @contextmanager
    def run_at(self, watts: float, tick_s: float = 0.001) -> Iterator[Movement]:
        """Inside, another process moves the counters in real time at constant power, every `tick_s`.

        The counters follow ``time.monotonic_ns()``, which all processes share: between any two
        instants the machine draws `watts` times their distance.
        """
        moving = [
            [str(self.energy_file(zone.zone)), self._modulus(zone), self._start_uj(zone), watts * self._share(zone)]
            for zone in self.zones.values()
        ]
        command = [sys.executable, "-I", "-c", _MOVER, json.dumps({"tick_s": tick_s, "moving": moving})]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as mover:
            movement = Movement(self, mover)
            try:
                yield movement
            finally:
                elapsed_s = movement.stop()
        for zone in self.zones.values():
            self.drawn_uj[zone.zone] += watts * zone.share * elapsed_s * 1e6
        self._show()

    def _modulus(self, zone: SimulatedZone) -> int | None:
        counted = self.zones[zone.counter or zone.zone]
        return None if counted.range_uj is None else counted.range_uj + 1

    def _start_uj(self, zone: SimulatedZone) -> float:
        counted = self.zones[zone.counter or zone.zone]
        return counted.start_uj + self.drawn_uj[counted.zone]

    def _share(self, zone: SimulatedZone) -> float:
        return self.zones[zone.counter or zone.zone].share

    def _describe(self, zone: SimulatedZone) -> None:
        folder = self.folders[zone.zone]
        (folder / "name").write_text(f"{zone.name}\n")
        if zone.range_uj is not None:
            (folder / "max_energy_range_uj").write_text(f"{zone.range_uj}\n")
        if zone.max_power_uw is not None:
            (folder / "constraint_0_name").write_text("long_term\n")
            (folder / "constraint_0_max_power_uw").write_text(f"{zone.max_power_uw}\n")

    def _show(self) -> None:
        for zone in self.zones:
            if zone not in self.vanished and not (self.folders[zone] / "away").exists():
                _write_in_place(self.energy_file(zone), self.raw(zone))


class Movement:
    """A tree that another process moves."""

    def __init__(self, tree: PowercapTree, mover: subprocess.Popen[str]) -> None:
        assert mover.stdin is not None
        assert mover.stdout is not None
        self._tree, self._orders, self._answers = tree, mover.stdin, mover.stdout
        self._zones = list(tree.zones)
        self.begun_ns = int(self._answers.readline())
        self.longest_tick_s = 0.0

    def vanish(self, zone: str) -> None:
        """A zone is gone for good, with all that it holds.

        Whoever has its counter open reads nothing more, which is the nearest that a plain file comes
        to the error (ENODEV) that the kernel then gives.
        """
        within = [name for name in self._zones if name == zone or name.startswith(f"{zone}:")]
        for name in within:
            self._orders.write(f"{self._zones.index(name)}\n")
            self._orders.flush()
            assert self._answers.readline() == "gone\n"
            self._tree.vanished.add(name)
            (self._tree.root / name).unlink(missing_ok=True)
        shutil.rmtree(self._tree.folders[zone])

    def stop(self) -> float:
        """End the movement: for how many seconds it went on. `longest_tick_s` says how even it was."""
        self._orders.close()
        elapsed_s, self.longest_tick_s = json.loads(self._answers.read())
        return float(elapsed_s)


# Always the same number of bytes in one system call: a reader never sees half of a number.
_MOVER = """
import json, os, select, sys, time
order = json.loads(sys.argv[1])
try:
    os.nice(-10)
except OSError:
    pass
files = {n: (os.open(path, os.O_WRONLY), *how) for n, (path, *how) in enumerate(order["moving"])}
begin_ns = ticked_ns = time.monotonic_ns()
print(begin_ns, flush=True)
longest_ns = 0
running = True
while running:
    if select.select([0], [], [], order["tick_s"])[0]:
        wanted = os.read(0, 100).split()
        running = bool(wanted)
        for n in wanted:
            file = files.pop(int(n))[0]
            os.ftruncate(file, 0)
            os.close(file)
            print("gone", flush=True)
    now_ns = time.monotonic_ns()
    longest_ns, ticked_ns = max(longest_ns, now_ns - ticked_ns), now_ns
    elapsed_s = (now_ns - begin_ns) / 1e9
    for file, modulus, start, watts in files.values():
        raw = int(start + watts * elapsed_s * 1e6)
        os.pwrite(file, b"%020d\\n" % (raw % modulus if modulus else raw), 0)
print(json.dumps([elapsed_s, longest_ns / 1e9]))
"""


def _write_in_place(file: Path, raw: int) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.pwrite(descriptor, b"%020d\n" % raw, 0)
        os.ftruncate(descriptor, 21)
    finally:
        os.close(descriptor)


def _build(root: Path, zones: tuple[SimulatedZone, ...], shape: str) -> dict[str, Path]:
    """Make the folders: ``class`` as in /sys/class/powercap (nested, with links at the top), ``nested`` or ``flat``."""
    real = root.with_name(f"{root.name}-devices") if shape == "class" else root
    folders = {}
    for zone in zones:
        control, _, place = zone.zone.partition(":")
        parent = [] if ":" not in place else [zone.zone.rpartition(":")[0]]
        folder = real / zone.zone if shape == "flat" else real.joinpath(control, *parent, zone.zone)
        folder.mkdir(parents=True)
        folders[zone.zone] = folder
        if shape == "class":
            root.mkdir(exist_ok=True)
            (root / zone.zone).symlink_to(folder)
            (folder / "subsystem").symlink_to(root)
    if shape == "class":
        for control in real.iterdir():
            (root / control.name).symlink_to(control)
            (control / "subsystem").symlink_to(root)
    return folders
