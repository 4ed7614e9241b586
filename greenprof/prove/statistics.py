"""What proofs have shown of each rule in this project: kept on disk, a line for each fix that was measured."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenprof.i18n import _, decimal, ngettext
from greenprof.project_folder import FOLDER
from greenprof.prove.nouns import KEPT, Proof
from greenprof.prove.state import NAME

_FILE = "proven.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """How many fixes of a rule were measured here, how many were kept, and the median of what those save.

    ``median_saving`` is a share of what the command used before, None where none was kept.
    """

    measured: int
    kept: int
    median_saving: float | None


def keep(proof: Proof, root: Path, host: str) -> None:
    """Add what `proof` measured, on the machine with the fingerprint `host`; raises OSError."""
    lines = [
        json.dumps(
            {
                "rule": one.candidate.rule, "verdict": one.verdict, "unit": one.saving.unit, "ratio": one.saving.ratio,
                "low": one.saving.low, "high": one.saving.high, "before_j": one.saving.before_j,
                "after_j": one.saving.after_j, "estimated": one.saving.estimated, "host": host,
                "command": list(proof.asked.command), "at": proof.started_at,
            }
        )
        for one in proof.trials
        if one.candidate.rule is not None and one.saving is not None
    ]  # fmt: skip
    if lines:
        with (root / FOLDER / NAME / _FILE).open("a", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))


def is_there(root: Path) -> bool:
    """Whether anything was proven in the project at `root`."""
    return (root / FOLDER / NAME / _FILE).exists()


def proven_in(root: Path, host: str) -> dict[str, Proven]:
    """What is known of each rule here, by name; a line that cannot be understood counts for nothing."""
    savings: dict[str, list[float | None]] = defaultdict(list)
    for one in _entries(root / FOLDER / NAME / _FILE):
        rule, ratio = one.get("rule"), one.get("ratio")
        if one.get("host") == host and isinstance(rule, str) and isinstance(ratio, int | float):
            savings[rule].append(1 - ratio if one.get("verdict") == KEPT else None)
    return {rule: _proven(each) for rule, each in sorted(savings.items())}


def sentence(proven: Proven) -> str:
    """``1 of 2 fixes proven in this project, median saving 12 %``."""
    fixes = ngettext(
        "{kept} of {measured} fix proven in this project, on this machine",
        "{kept} of {measured} fixes proven in this project, on this machine",
        proven.measured,
        kept=proven.kept,
        measured=proven.measured,
    )
    if proven.median_saving is None:
        return fixes
    saving = decimal(f"{100 * proven.median_saving:.2g} %")
    return _("{fixes}, median saving {saving} of the command", fixes=fixes, saving=saving)


def as_text(known: Mapping[str, Proven]) -> str:
    """A line for each rule."""
    return "".join(f"{rule:26} {sentence(proven)}\n" for rule, proven in known.items())


def _proven(savings: list[float | None]) -> Proven:
    kept = [each for each in savings if each is not None]
    return Proven(measured=len(savings), kept=len(kept), median_saving=statistics.median(kept) if kept else None)


def _entries(path: Path) -> Iterable[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        with suppress(ValueError):
            if isinstance(one := json.loads(line), dict):
                yield one
