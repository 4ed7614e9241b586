"""The table of benchmarks/precision/README.md, and the same by rule, from judged.csv."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

VERDICTS = ("right", "not worth it", "wrong")


def main() -> None:
    with Path(__file__).with_name("judged.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    show("as the rules were", rows)
    show("still of high confidence", [row for row in rows if row["confidence now"] == "high"])
    for rule in sorted({row["rule"] for row in rows}):
        show(rule, [row for row in rows if row["rule"] == rule])


def show(name: str, rows: list[dict[str, str]]) -> None:
    count = Counter(row["verdict"] for row in rows)
    share = f"{count['right'] / len(rows):.0%}" if rows else "-"
    print(f"{name}: {len(rows)} judged, {', '.join(f'{count[one]} {one}' for one in VERDICTS)}; {share} right")


if __name__ == "__main__":
    main()
