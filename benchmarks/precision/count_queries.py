"""The tables of benchmarks/precision/README.md over rules of several files, and the same by rule and by project.

python benchmarks/precision/count_queries.py    # from queries.csv
"""

from __future__ import annotations

import csv
from pathlib import Path

from count import show


def main() -> None:
    with Path(__file__).with_name("queries.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for draw in sorted({row["draw"] for row in rows}):
        drawn = [row for row in rows if row["draw"] == draw]
        show(f"draw {draw}", drawn)
        for column in ("rule", "project"):
            for value in sorted({row[column] for row in drawn}):
                show(f"  {value}", [row for row in drawn if row[column] == value])


if __name__ == "__main__":
    main()
