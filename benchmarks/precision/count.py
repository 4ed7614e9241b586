"""The tables of benchmarks/precision/README.md over rules of one file, and the same by rule, from judged.csv."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

VERDICTS = ("right", "not worth it", "wrong")
SAMPLES = {
    "all": "the first projects",
    "150": "other projects, by lot",
    "151": "other findings of these, after mending",
    "152": "fourteen further projects, all findings, after mending by length",
    "154": "eleven more projects, all findings",
    "155": "nine projects, by lot, from all that is shown by default",
    "156": "sixteen further applications, all findings, after mending for that",
    "157": "five further applications, all findings, after mending again",
    "153": "eighteen more projects, by lot, after mending again",
}
# Ends the reason where the advice shortens the code, though nothing that matters is saved.
PLAINER = "plainer all the same"


def main() -> None:
    with Path(__file__).with_name("judged.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for draw, title in SAMPLES.items():
        drawn = [row for row in rows if row["draw"] == draw]
        print(f"# {title}")
        show("as the rules were", drawn)
        show("still of high confidence", [row for row in drawn if row["confidence now"] == "high"])
        print(f"not worth it, but plainer: {sum(row['why'].endswith(PLAINER) for row in drawn)}")
        for rule in sorted({row["rule"] for row in drawn}):
            show(rule, [row for row in drawn if row["rule"] == rule])


def show(name: str, rows: list[dict[str, str]]) -> None:
    count = Counter(row["verdict"] for row in rows)
    share = f"{count['right'] / len(rows):.0%}" if rows else "-"
    print(f"{name}: {len(rows)} judged, {', '.join(f'{count[one]} {one}' for one in VERDICTS)}; {share} right")


if __name__ == "__main__":
    main()
