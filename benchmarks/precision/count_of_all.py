"""The tables of benchmarks/precision/README.md over all rules together, and the same by rule, from all_rules.csv."""

from __future__ import annotations

import csv
from pathlib import Path

from count import show


def main() -> None:
    with Path(__file__).with_name("all_rules.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for draw in sorted({row["draw"] for row in rows}):
        drawn = [row for row in rows if row["draw"] == draw]
        print(f"# draw {draw}, {drawn[0]['confidence']} confidence")
        for reader in ("verdict", "second"):
            read = [row | {"verdict": row[reader]} for row in drawn if row[reader]]
            if read:
                show("first reader" if reader == "verdict" else "second reader", read)
        twice = [row for row in drawn if row["second"]]
        if twice:
            print(f"both say the same of {sum(row['verdict'] == row['second'] for row in twice)} of {len(twice)}")
        for rule in sorted({row["rule"] for row in drawn}):
            show(rule, [row for row in drawn if row["rule"] == rule])


if __name__ == "__main__":
    main()
