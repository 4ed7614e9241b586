"""The table of languages: run the suite, and write what came of it into ``languages/README.md``.

    python benchmarks/language_table.py --write                # runs it (ten minutes), keeps the JSON, writes the page
    python benchmarks/language_table.py --write --shown-again  # writes the page anew from the JSON that is kept

Other options go to ``greenprof compare``, as ``--only C --only CPython``.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import page

from greenprof.versus.suite.nouns import Mean, SuiteOutcome
from greenprof.versus.suite.show import render
from greenprof.versus.suite.show.data import load

FOLDER = Path(__file__).parent / "languages"
SUITE, KEPT, PAGE = FOLDER / "suite.toml", FOLDER / "results.json", FOLDER / "README.md"

# Joules over those of C (Pereira et al., Science of Computer Programming 205, 2021, 102609).
PUBLISHED = {"C": 1.00, "Rust": 1.03, "Java": 1.98, "Go": 3.23, "JavaScript": 4.45, "CPython": 75.88}
REPRODUCED_2025 = {"CPython": 21.6}
NEAR = 1.5  # a figure is reproduced where it is off by this factor at most


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="keep the JSON and write the page")
    parser.add_argument("--shown-again", action="store_true", help="run nothing: take the JSON that is kept")
    given, others = parser.parse_known_args(words)
    if not given.shown_again:
        command = [sys.executable, "-m", "greenprof", "compare", "--suite", str(SUITE), *others]
        code = subprocess.call([*command, *(["--save", str(KEPT)] if given.write else [])])
        if code or not given.write:
            return code
    outcome = load(KEPT)
    if given.write:
        page.write(PAGE, measured(outcome))
    else:
        print(measured(outcome))
    return 0


def measured(outcome: SuiteOutcome) -> str:
    """What stands between the markers of the page."""
    return "\n".join([beside_published(outcome), *told(outcome), "", render("markdown", outcome)])


def beside_published(outcome: SuiteOutcome) -> str:
    """Each published figure beside ours, and whether it came out again."""
    means = {mean.implementation: mean for mean in outcome.means}
    rows = [["language", "2021 table", "2025", "here", "95 %", "single tasks", "without one of the tasks", ""]]
    for name, ratio in PUBLISHED.items():
        later = REPRODUCED_2025.get(name)
        published = [name, _times(ratio), "" if later is None else _times(later)]
        if name == outcome.baseline:
            rows.append([*published, "1.00", "", "", "", "the baseline"])
        elif (mean := means.get(name)) is None:
            rows.append([*published, "not run", "", "", "", ""])
        else:
            ends = mean.cost.interval or (mean.cost.value, mean.cost.value)
            said = verdict(ends, ratio)
            rows.append(
                [
                    *published,
                    _times(mean.cost.value),
                    _span(*ends),
                    _span(mean.least, mean.most),
                    _all_but_one(outcome, mean),
                    said if later is None else f"2021: {said}; 2025: {verdict(ends, later)}",
                ]
            )
    return page.table(rows)


def _all_but_one(outcome: SuiteOutcome, mean: Mean) -> str:
    """How far the mean moves when any one of the tasks is left out."""
    logs = [
        math.log(entry.cost.value)
        for table in outcome.tables
        for entry in table.entries
        if entry.implementation == mean.implementation and entry.cost is not None
    ]
    if len(logs) < 2:
        return ""
    left = [math.exp((sum(logs) - one) / (len(logs) - 1)) for one in logs]
    return _span(min(left), max(left))


def verdict(here: tuple[float, float], published: float) -> str:
    """Whether a published ratio came out again, for both ends of the interval of ours."""
    near = [1 / NEAR <= end / published <= NEAR for end in here]
    if all(near):
        return "reproduced"
    if any(near) or here[0] < published < here[1]:
        return "on the limit"
    return "contradicted: more here" if here[0] > published else "contradicted: less here"


def told(outcome: SuiteOutcome) -> list[str]:
    """How those figures were come by, in a sentence."""
    tasks = min((len(mean.tasks) for mean in outcome.means if mean.implementation in PUBLISHED), default=0)
    what = "joules above idle" if outcome.quantity == "J" else "CPU time, which an estimate of joules follows from"
    return [
        f"(Compared here: {what}; geometric mean over {tasks} tasks; meter {outcome.meter.name}; "
        f"{outcome.started_at[:10]}, {outcome.spent_s / 60:.0f} minutes. Reproduced: the whole interval is off "
        f"by a factor of {NEAR:g} at most; contradicted: by more; on the limit: neither.)"
    ]


def _span(low: float, high: float) -> str:
    return f"{_times(low)} to {_times(high)}"


def _times(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
