"""The thermal design power (TDP) of a processor by its name, from the table that codecarbon ships.

The table is read as a file, because importing codecarbon takes seconds.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_TABLE = Path("data", "hardware", "cpu_power.csv")

# What makers and kernels put around a model's name: marks, clock, core count, graphics, generation.
_NOISE = re.compile(
    r"\((?:r|tm|c)\)|®|™|@.*$|\bcpu\b|\bapu\b|\bprocessor\b|\bwith\b.*$|\bw/.*$|\bradeon\b.*$"
    r"|\b(?:\d+|two|three|four|six|eight|dual|triple|quad|hexa|octa)-cores?\b|\b\d+th gen\b",
)
_VENDORS = ("intel ", "amd ", "apple ", "ampere ")


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuEntry:
    """One processor of the table: its name there, and the watts that its cooling is designed for."""

    name: str
    tdp_w: float


def find_cpu(name: str) -> CpuEntry | None:
    """The table's entry for the processor called `name` by the system; ``None`` rather than a near miss.

    Names must be equal once marks, clock speeds and the like are taken off both.
    """
    key = normalise(name)
    models = [word for word in key.split() if any(character.isdigit() for character in word)]
    if not key.startswith(_VENDORS) or not models:
        return None
    return _table(max(models, key=len)).get(key)


def normalise(name: str) -> str:
    """The model's name alone: ``Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz`` -> ``intel xeon e5-2620 v3``."""
    return " ".join(_NOISE.sub(" ", name.lower()).split()).replace(" -", "-")


@cache
def _table(model: str) -> dict[str, CpuEntry]:
    path = _table_path()
    return {} if path is None else parse_table(path.read_text(encoding="utf-8"), model)


def parse_table(text: str, model: str = "") -> dict[str, CpuEntry]:
    """Normalised name -> entry. A name that stands for several different TDPs is left out.

    Rows without the word `model` are passed over: to normalise all of some thousand takes longer than a short run.
    """
    entries: dict[str, CpuEntry] = {}
    ambiguous: set[str] = set()
    header, *lines = text.splitlines() or [""]
    for row in csv.DictReader([header, *(line for line in lines if model in line.lower())]):
        name, tdp_w = row.get("Name") or "", _watts(row.get("TDP"))
        key = normalise(name)
        if tdp_w is None or not key:
            continue
        if key in entries and entries[key].tdp_w != tdp_w:
            ambiguous.add(key)
        entries[key] = CpuEntry(name=name, tdp_w=tdp_w)
    return {key: entry for key, entry in entries.items() if key not in ambiguous}


def _watts(text: str | None) -> float | None:
    try:
        watts = float(text or "")
    except ValueError:
        return None
    return watts if 0 < watts < 10_000 else None


def _table_path() -> Path | None:
    # find_spec of a top-level package looks for its folder and runs none of its code.
    spec = find_spec("codecarbon")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / _TABLE
        if path.is_file():
            return path
    return None
