"""Findings of the rules over several files in real applications, drawn by lot: to be judged by reading.

    python benchmarks/precision/draw.py SEED APPLICATION…    # folders with an unpacked wheel each

The lines that this writes are those of queries.csv, without the verdict and the reason. What another draw has told is
not drawn again: mended rules are judged by findings that nobody has seen.
"""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from pathlib import Path

RULES = (
    "deferred-column-in-loop,lazy-relation-in-loop,prefetch-discarded,query-per-row,relation-for-its-key,write-per-row"
)
EACH = 12
JUDGED = Path(__file__).with_name("queries.csv")
COLUMNS = ("draw", "project", "version", "path", "line", "rule", "verdict", "why")


def main(seed: str, *folders: str) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    seen = judged_before(seed, JUDGED)
    for folder in sorted(folders, key=lambda one: Path(one).name.lower()):
        name, version = release(Path(folder))
        found = {(one["path"], one["line"], one["rule"]) for one in findings(Path(folder), "--select", RULES)}
        left = sorted(found - seen)
        print(f"{name} {version}: {len(found)} findings of high confidence", file=sys.stderr)
        for path, line, rule in sorted(random.Random(f"{seed} {name}").sample(left, min(EACH, len(left)))):
            writer.writerow((seed, name, version, path, line, rule, "", ""))


def judged_before(seed: str, judged: Path) -> set[tuple[str, int, str]]:
    """The places that other draws have told."""
    if not judged.exists():
        return set()
    with judged.open(encoding="utf-8", newline="") as file:
        return {(row["path"], int(row["line"]), row["rule"]) for row in csv.DictReader(file) if row["draw"] != seed}


def release(folder: Path) -> tuple[str, str]:
    """The name and the version of the wheel, or of the source distribution, that was unpacked in a folder."""
    info = next(folder.glob("*.dist-info"), None) or next(folder.glob("*-[0-9]*"))
    name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
    return name.lower(), version


def findings(folder: Path, *which: str, confidence: str = "high") -> list[dict[str, str]]:
    """What the linter tells of a project, at least so sure, by the rules that the options ask for."""
    asked = (*which, "--min-confidence", confidence, "--no-cache", "-f", "json", ".")
    command = [sys.executable, "-m", "greenprof", "lint", *asked]
    out = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    told: list[dict[str, str]] = json.loads(out.stdout)["findings"]
    return told


if __name__ == "__main__":
    main(*sys.argv[1:])
