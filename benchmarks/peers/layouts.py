"""The trees that the tools are run on: how they are laid out, and what makes each of them hard."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulated_powercap import LAYOUTS, SimulatedZone

WATTS = 50.0
# Nearly four wraps in 3 s at 50 W. A real range lasts for an hour, and a long run sees as many.
TINY_RANGE_UJ = 40_000_000


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A tree and what happens to it.

    With `wraps` the package's counter passes its greatest value in the middle of the job; `vanishes`
    names a zone that goes away then. `denied` runs the tool as another user than root. `knowable` says
    whether the joules can be known from such a tree at all.
    """

    zones: tuple[SimulatedZone, ...]
    knowable: bool = True
    sockets: int = 1
    dies: int = 1
    wraps: bool = False
    vanishes: str | None = None
    denied: bool = False


# What each of them is: README.md, "The trees".
ALL: dict[str, Layout] = {
    "single": Layout(zones=LAYOUTS["single"]),
    "wrap": Layout(zones=LAYOUTS["single"], wraps=True),
    "multi-wrap": Layout(zones=tuple(replace(zone, range_uj=TINY_RANGE_UJ) for zone in LAYOUTS["single"])),
    "two sockets": Layout(zones=LAYOUTS["two-sockets"], sockets=2),
    "mmio twin": Layout(zones=LAYOUTS["mmio"]),
    "amd": Layout(zones=LAYOUTS["amd"]),
    "dies": Layout(zones=LAYOUTS["dies"], dies=2),
    "mirrored dies": Layout(zones=LAYOUTS["mirrored-dies"], dies=2),
    "stuck": Layout(zones=LAYOUTS["stuck"], knowable=False),
    "denied": Layout(zones=LAYOUTS["single"], knowable=False, denied=True),
    "vanishing": Layout(
        zones=(SimulatedZone("intel-rapl:0", "package-0", 0.6), SimulatedZone("intel-rapl:1", "package-1", 0.4)),
        knowable=False,
        sockets=2,
        vanishes="intel-rapl:1",
    ),
}
