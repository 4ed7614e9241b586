"""The stacks in the file format of speedscope, https://www.speedscope.app.

Three profiles in one file: the program's energy, its CPU time, and the idle energy that passed while its lines waited,
which is not the program's own. The format's units are bytes, times and ``none``, so that of energy is in the name.
https://www.speedscope.app/file-format-schema.json
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from greenprof import __version__
from greenprof.reporters import _stacks
from greenprof.reporters._stacks import Place, Stack, function_of

if TYPE_CHECKING:
    from greenprof.model import Hotspot, Report

SUFFIXES = (".speedscope.json", ".speedscope")

Weighed = tuple[tuple[Place, ...], int]


def render(report: Report) -> str:
    """JSON, plain ASCII; weights are whole µJ and ns. The profile that opens is energy, where it is known."""
    stacks = _stacks.stacks(report)
    title = _stacks.title(report)
    frames: dict[Place, int] = {}
    profiles = []
    if report.energy.process_j is not None:
        energy = [(stack.places, stack.energy_uj or 0) for stack in stacks]
        profiles.append(_profile(f"{title}: energy in {_stacks.unit(report)}", "none", energy, frames))
    cpu = [(stack.places, stack.cpu_ns) for stack in stacks]
    profiles.append(_profile(f"{title}: CPU time", "nanoseconds", cpu, frames))
    waiting = _waiting(report)
    if waiting:
        name = f"{title}: idle energy while it waited, in µJ (not the program's own)"
        profiles.append(_profile(name, "none", waiting, frames))
    file = {
        "$schema": "https://www.speedscope.app/file-format-schema.json",
        "exporter": f"greenprof {__version__}",
        "name": title,
        "activeProfileIndex": 0,
        "shared": {"frames": [_frame(place) for place in frames]},
        "profiles": profiles,
    }
    return json.dumps(file, separators=(",", ":")) + "\n"


def _profile(name: str, unit: str, stacks: Sequence[Weighed], frames: dict[Place, int]) -> dict[str, Any]:
    """One profile of the file; `frames` gathers each place with its number."""
    kept = [(places, weight) for places, weight in stacks if weight]
    return {
        "type": "sampled",
        "name": name,
        "unit": unit,
        "startValue": 0,
        "endValue": sum(weight for _, weight in kept),
        "samples": [[frames.setdefault(place, len(frames)) for place in places] for places, _ in kept],
        "weights": [weight for _, weight in kept],
    }


def _frame(place: Place) -> dict[str, Any]:
    file = {} if place.path is None else {"file": place.path}
    return {"name": place.name} | file | ({"line": place.line} if place.line else {})


def _waiting(report: Report) -> list[Weighed]:
    """The lines that waited, each below its function, with the idle µJ that passed meanwhile."""
    waited = [spot for spot in report.hotspots if spot.idle_j]
    idle_j = [spot.idle_j or 0.0 for spot in waited]
    idle_uj = _stacks.apportion(idle_j, round(math.fsum(idle_j) * 1e6))
    return [(_places(spot), uj) for spot, uj in zip(waited, idle_uj, strict=True)]


def _places(spot: Hotspot) -> tuple[Place, ...]:
    function = function_of(spot.path, 0, spot.function)  # where it begins is not known here
    return Stack(functions=(function,), line=spot.line, end_line=spot.end_line, energy_uj=None, cpu_ns=0).places
