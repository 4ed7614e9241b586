"""Findings of all rules, of one confidence, drawn by lot from all of several projects: to be judged by reading.

    python benchmarks/precision/draw_of_all.py SEED CONFIDENCE COUNT PROJECT…    # folders, unpacked

Rules over several files and rules over one are drawn together: what a user meets. Of a rule in a project no more than
twelve, by lot, are there to be drawn: one library has the same line hundreds of times. The lines that this writes are
those of all_rules.csv, without verdicts and reasons. What another draw has told is not drawn again.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

from draw import findings, judged_before, release

HERE = Path(__file__).parent
EACH = 12
PLACE = ("draw", "project", "version", "path", "line", "rule", "confidence", "code")
COLUMNS = (*PLACE, "verdict", "why", "second", "why second")

Row = tuple[str, str, str, int, str]


def main(seed: str, confidence: str, count: str, *folders: str) -> None:
    seen = set[tuple[str, int, str]]().union(
        *(judged_before(seed, HERE / name) for name in ("judged.csv", "queries.csv", "all_rules.csv"))
    )
    found = sorted(row for folder in folders for row in told(Path(folder), confidence) if row[2:] not in seen)
    found = bounded(found, seed)
    print(f"{len(found)} findings of {confidence} confidence to draw from", file=sys.stderr)
    code = {release(Path(folder))[0]: Path(folder) for folder in folders}
    drawn = random.Random(seed).sample(found, min(int(count), len(found)))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for project, version, path, line, rule in sorted(drawn):
        text = (code[project] / path).read_text("utf-8", "replace").splitlines()[line - 1].strip()
        writer.writerow((seed, project, version, path, line, rule, confidence, text, "", "", "", ""))


def bounded(found: list[Row], seed: str) -> list[Row]:
    """`found` without those of a rule and project that are one too many."""
    by: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        by.setdefault((row[0], row[4]), []).append(row)
    kept = (
        rows if len(rows) <= EACH else random.Random(f"{seed} {key}").sample(rows, EACH) for key, rows in by.items()
    )
    return sorted(row for rows in kept for row in rows)


def told(folder: Path, confidence: str) -> set[Row]:
    """What the linter tells of a project at just this confidence."""
    project, version = release(folder)
    return {
        (project, version, one["path"], int(one["line"]), one["rule"])
        for one in findings(folder, confidence=confidence)
        if one["confidence"] == confidence
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
