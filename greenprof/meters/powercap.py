"""The zones of a Linux powercap tree, and which of them add up to the machine.

Layout: Linux kernel, Documentation/power/powercap/powercap.rst. A zone is a folder such as
``intel-rapl:0`` (a package; AMD processors use the same name) or ``intel-rapl:0:1`` (a part of it),
which holds ``name``, ``energy_uj``, ``max_energy_range_uj`` and ``constraint_*`` files. The same zones
are shown flat, nested, or as symbolic links, depending on where one looks; they are known by their
folder's name, so each is found once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

_ZONE = re.compile(r"(?P<control>[a-z0-9-]*rapl[a-z0-9-]*):(?P<place>\d+(?::\d+)*)")
_CONTROL = re.compile(r"[a-z0-9-]*rapl[a-z0-9-]*")
_PACKAGE = re.compile(r"package(?:-(?P<number>\d+)(?P<die>-die-\d+)?)?")

# No socket sold so far is specified for more than 500 W, nor the memory of one for more than 200 W; a
# machine that says nothing of its own limits is allowed twice that.
UNKNOWN_POWER_W = {"package": 1000.0, "dram": 400.0, "psys": 4000.0}
# What a machine states is its long-term limit; turbo modes exceed it for seconds, small processors by more
# than twice. A bound that is too high costs nothing but earlier keep-alive reads; one too low denies real joules.
HEADROOM = 2.0
LEAST_POWER_W = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One counter of the tree: where it is, what it counts and how far it can count.

    `kind` is ``package``, ``dram``, ``psys``, or ``part`` for what lies inside a package (``core``,
    ``uncore``). `package` is the package's place in the names (``0``, ``0-die-1``), ``None`` for
    what belongs to none. `range_uj` is ``None`` where the tree does not tell.
    """

    zone: str
    control: str
    path: Path
    domain: str
    kind: str
    package: str | None
    range_uj: int | None
    max_power_w: float

    @property
    def energy_path(self) -> Path:
        """The file that holds the counter."""
        return self.path / "energy_uj"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The zones that add up to the machine's total, each counter once, and what was left out and why."""

    zones: tuple[Zone, ...]
    notes: tuple[str, ...]


def find_zones(root: Path) -> tuple[Zone, ...]:
    """Every zone under `root` that has a counter, packages before what they hold.

    Raises OSError if `root` itself cannot be listed; a zone that cannot be described is left out.
    """
    folders: dict[str, Path] = {}
    _collect(root, folders)
    names = {zone: _text(path / "name") for zone, path in folders.items()}
    return tuple(
        _describe(zone, path, names)
        for zone, path in sorted(folders.items(), key=lambda item: _place(item[0]))
        if names[zone] and (path / "energy_uj").exists()
    )


def counted(zones: tuple[Zone, ...]) -> Counted:
    """Choose the zones that are added up: packages and memory, each once; psys only where it stands alone.

    core and uncore lie inside their package. The same domain under another control type
    (``intel-rapl-mmio``) is another view of the same counter.
    """
    wanted = [zone for zone in zones if zone.kind in ("package", "dram")]
    if not any(zone.kind == "package" for zone in wanted):
        wanted = [zone for zone in zones if zone.kind == "psys"][:1]
    chosen: list[Zone] = []
    notes: list[str] = []
    for zone in wanted:
        same = [other for other in chosen if other.domain == zone.domain]
        if any(other.control != zone.control for other in same):
            notes.append(f"{zone.domain} counted once: {zone.zone} is another view of {same[0].zone}")
        else:
            chosen.append(replace(zone, domain=f"{zone.domain}@{zone.zone}") if same else zone)
    return Counted(zones=tuple(chosen), notes=tuple(notes))


def mirrors(zones: tuple[Zone, ...], seen: dict[str, set[int]]) -> dict[str, str]:
    """Which zones show the counter of an earlier zone: zone -> the zone that it mirrors.

    `seen` holds the values that each zone showed while its counter moved. Only the dies of one
    package are compared, because only they are known to be mirrored; two values in common are
    enough, since independent counters of microjoules do not meet twice.
    """
    twins: dict[str, str] = {}
    for place, zone in enumerate(zones):
        for other in zones[:place]:
            comparable = other.kind == zone.kind and _number(other) == _number(zone) and other.zone not in twins
            if comparable and len(seen[zone.zone] & seen[other.zone]) >= 2:
                twins[zone.zone] = other.zone
                break
    return twins


def _number(zone: Zone) -> str | None:
    return None if zone.package is None else zone.package.partition("-")[0]


def _collect(folder: Path, found: dict[str, Path]) -> None:
    # What lies directly in a folder comes before what lies deeper, so that the shortest path is kept.
    children = sorted(folder.iterdir())
    zones = [child for child in children if _ZONE.fullmatch(child.name) and child.name not in found and child.is_dir()]
    found.update({child.name: child for child in zones})
    for child in (*zones, *(child for child in children if _CONTROL.fullmatch(child.name) and child.is_dir())):
        # A zone that vanishes or is closed to us while we look holds nothing that we can read.
        with suppress(OSError):
            _collect(child, found)


def _place(zone: str) -> tuple[tuple[int, str], tuple[int, ...]]:
    match = _ZONE.fullmatch(zone)
    assert match is not None
    control = match["control"]
    # The MSR view comes first, because every tool shows it and its names are the usual ones.
    return (int(control != "intel-rapl"), control), tuple(int(part) for part in match["place"].split(":"))


def _describe(zone: str, path: Path, names: dict[str, str]) -> Zone:
    name = names[zone]
    package = _package_of(zone, names)
    if _PACKAGE.fullmatch(name):
        kind, domain = "package", name
    elif name == "dram":
        kind, domain = "dram", "dram" if package is None else f"dram-{package}"
    else:
        kind, domain = ("psys" if name == "psys" else "part"), name
    range_uj = _number_in(path / "max_energy_range_uj")
    return Zone(
        zone=zone,
        control=zone.partition(":")[0],
        path=path,
        domain=domain,
        kind=kind,
        package=package,
        range_uj=range_uj if range_uj else None,
        max_power_w=_max_power_w(path, kind),
    )


def _package_of(zone: str, names: dict[str, str]) -> str | None:
    while zone:
        match = _PACKAGE.fullmatch(names.get(zone, ""))
        if match:
            return None if match["number"] is None else match["number"] + (match["die"] or "")
        zone = zone.rpartition(":")[0]
    return None


def _max_power_w(path: Path, kind: str) -> float:
    ceiling_w = UNKNOWN_POWER_W.get(kind, UNKNOWN_POWER_W["package"])
    stated_w = [value / 1e6 for value in _stated_limits_uw(path)]
    # A limit above the ceiling is a way to say "no limit".
    believable_w = [watts for watts in stated_w if 0 < watts <= ceiling_w]
    if not believable_w:
        return ceiling_w
    return min(max(HEADROOM * max(believable_w), LEAST_POWER_W), ceiling_w)


def _stated_limits_uw(path: Path) -> Iterator[int]:
    for pattern in ("constraint_*_max_power_uw", "constraint_*_power_limit_uw"):
        for file in path.glob(pattern):
            value = _number_in(file)
            if value is not None:
                yield value


def _number_in(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.isascii() and text.isdigit() else None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
