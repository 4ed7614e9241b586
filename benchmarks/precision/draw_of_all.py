"""Findings of all rules, of one confidence, drawn by lot from all of several projects: to be judged by reading.

    python benchmarks/precision/draw_of_all.py SEED CONFIDENCE COUNT PROJECT…    # folders, unpacked

Rules over several files and rules over one are drawn together, with no bound on how many are of one rule or project:
what a user meets. The lines that this writes are those of all_rules.csv, without verdicts and reasons. What another
draw has told is not drawn again.
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

from draw import findings, judged_before, release

HERE = Path(__file__).parent
JUDGED = HERE / "all_rules.csv"
PLACE = ("draw", "project", "version", "path", "line", "rule", "confidence", "code")
COLUMNS = (*PLACE, "verdict", "why", "second", "why second")

Row = tuple[str, str, str, int, str]


def main(seed: str, confidence: str, count: str, *folders: str) -> None:
    seen = set[tuple[str, int, str]]().union(
        *(judged_before(seed, HERE / name) for name in ("judged.csv", "queries.csv", "all_rules.csv"))
    )
    found = sorted(row for folder in folders for row in told(Path(folder), confidence) if row[2:] not in seen)
    print(f"{len(found)} findings of {confidence} confidence to draw from", file=sys.stderr)
    code = {release(Path(folder))[0]: Path(folder) for folder in folders}
    drawn = random.Random(seed).sample(found, min(int(count), len(found)))
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for project, version, path, line, rule in sorted(drawn):
        text = (code[project] / path).read_text("utf-8", "replace").splitlines()[line - 1].strip()
        writer.writerow((seed, project, version, path, line, rule, confidence, text, "", "", "", ""))


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
