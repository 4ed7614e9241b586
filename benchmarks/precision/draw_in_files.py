"""Findings of the rules that look at one file, drawn by lot from all of several projects: to be judged by reading.

    python benchmarks/precision/draw_in_files.py SEED COUNT PROJECT…    # folders with an unpacked wheel each

The lines that this writes are those of judged.csv, without the verdict and the reason. They are drawn from the
findings of all projects together, no more than fifteen of one rule: a rule that tells a lot does not judge the others.
What another draw has told is not drawn again.
"""

from __future__ import annotations

import csv
import random
import sys
from collections import Counter
from pathlib import Path

from draw import RULES as OVER_SEVERAL_FILES
from draw import findings, judged_before, release

OF_ONE_RULE = 15
JUDGED = Path(__file__).with_name("judged.csv")
COLUMNS = ("draw", "project", "version", "path", "line", "rule", "code", "verdict", "why", "confidence now")

Row = tuple[str, str, str, int, str]


def main(seed: str, count: str, *folders: str) -> None:
    seen = judged_before(seed, JUDGED)
    found = sorted(row for folder in folders for row in told(Path(folder)) if row[2:] not in seen)
    print(f"{len(found)} findings of high confidence to draw from", file=sys.stderr)
    code = {release(Path(folder))[0]: Path(folder) for folder in folders}
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for project, version, path, line, rule in sorted(drawn(found, seed)[: int(count)]):
        text = (code[project] / path).read_text("utf-8").splitlines()[line - 1].strip()
        writer.writerow((seed, project, version, path, line, rule, text, "", "", "high"))


def told(folder: Path) -> set[Row]:
    """What the linter tells of a project, of high confidence, file by file."""
    project, version = release(folder)
    told_here = findings(folder, "--ignore", OVER_SEVERAL_FILES)
    return {(project, version, one["path"], int(one["line"]), one["rule"]) for one in told_here}


def drawn(found: list[Row], seed: str) -> list[Row]:
    """All in an order by lot, but of no rule more than its share."""
    order = random.Random(seed).sample(found, len(found))
    count: Counter[str] = Counter()
    kept = []
    for row in order:
        count[row[-1]] += 1
        if count[row[-1]] <= OF_ONE_RULE:
            kept.append(row)
    return kept


if __name__ == "__main__":
    main(*sys.argv[1:])
