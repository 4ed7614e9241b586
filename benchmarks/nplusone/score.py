"""How many of the corpus's labels `greenprof lint` finds, and how many twins it leaves alone.

    python benchmarks/nplusone/score.py [--write] [APP ...]

Each side of each application is linted in a folder of its own. A label is found if a finding about statements per row
stands on its line, at any confidence; how many are shown by default is said beside it. A twin is quiet if no such
finding stands in it that is shown by default.
`run.py`, which fills the database, is not judged. Prints the table, what was missed and what was said too much;
`--write` puts the table into the README. Exits 1 below the goals (90 % found, 95 % of the twins quiet).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import QUIET, App, Label, apps

sys.path.insert(0, str(Path(__file__).parents[1]))
import page

from greenprof import lint_paths

HERE = Path(__file__).parent.resolve()
README = HERE / "README.md"
GOAL_FOUND, GOAL_QUIET = 0.9, 0.95
SHOWN = ("medium", "high")
ABOUT_ONE_STATEMENT = {
    "all-rows-for-the-first",
    "cache-command-in-loop",
    "connection-in-loop",
    "connection-per-call",
    "existence-by-count",
    "existence-by-fetch",
    "offset-pagination",
    "rows-counted-in-python",
    "rows-filtered-in-python",
    "rows-summed-in-python",
    "select-star",
    "unbounded-fetch",
    "whole-entity-fetch",
    "whole-table-iterated",
}  # rules of the group `database` whose subject is what one statement fetches, not how many are sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A finding, as far as it counts here. `path` is below the side's folder."""

    path: str
    line: int
    rule: str
    confidence: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """An application, and what the linter said about each side."""

    app: App
    said: dict[str, tuple[Said, ...]]

    @property
    def missed(self) -> list[Label]:
        """The labels without a finding on their line."""
        places = {(said.path, said.line) for said in self.said.get("bad", ())}
        return [label for label in self.app.labels if (label.path, label.line) not in places]

    def told(self, *confidences: str) -> list[Label]:
        """The labels with a finding of one of these confidences on their line."""
        places = {(said.path, said.line) for said in self.said.get("bad", ()) if said.confidence in confidences}
        return [label for label in self.app.labels if (label.path, label.line) in places]

    @property
    def extra(self) -> list[Said]:
        """What is shown by default in `bad` on lines without a label."""
        places = {(label.path, label.line) for label in self.app.labels}
        return [
            one for one in self.said.get("bad", ()) if one.confidence in SHOWN and (one.path, one.line) not in places
        ]

    @property
    def alarms(self) -> list[Said]:
        """What is shown by default in `good`."""
        return [one for one in self.said["good"] if one.confidence in SHOWN]


def score(app: App) -> Scored:
    """Lint the sides of an application."""
    return Scored(app=app, said={side: tuple(lint(app.folder / side)) for side in app.sides})


def lint(side: Path) -> Iterator[Said]:
    """The findings about statements per row in a copy of a folder, where no other project's files are near.

    Goes to that folder. Raises ValueError if a file could not be linted.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "project"
        shutil.copytree(side, folder, ignore=shutil.ignore_patterns("__pycache__"))
        os.chdir(folder)
        result = lint_paths(["."], select=["database"], jobs=1, min_confidence="low")
        os.chdir(HERE)
    if result.errors:
        raise ValueError(f"{side}: {result.errors}")
    for found in result.findings:
        if found.rule not in ABOUT_ONE_STATEMENT and found.path != "run.py":
            told = {name: getattr(found, name) for name in ("path", "line", "rule", "confidence", "message")}
            yield Said(**told)


def table(scores: Sequence[Scored]) -> str:
    """The table by shape, and the sums."""
    found: dict[str, int] = defaultdict(int)
    expected: dict[str, int] = defaultdict(int)
    shown: dict[str, int] = defaultdict(int)
    for scored in scores:
        told = scored.told(*SHOWN)
        for label in scored.app.labels:
            expected[label.shape] += 1
            found[label.shape] += label not in scored.missed
            shown[label.shape] += label in told
    rows = [("shape", "labels", "found", "shown by default")]
    rows += [(shape, str(expected[shape]), str(found[shape]), str(shown[shape])) for shape in sorted(expected)]
    rows += [("**all shapes**", *(f"**{sum(one.values())}**" for one in (expected, found, shown)))]
    return f"{page.table(rows)}\n{in_words(scores)}\n"


def in_words(scores: Sequence[Scored]) -> str:
    """The sums as a sentence."""
    labels, hits, twins, quiet, calm, calm_quiet = sums(scores)
    shown, sure = (sum(len(one.told(*told)) for one in scores) for told in (SHOWN, ("high",)))
    parts = [
        f"{hits} of {labels} labels found{percent(hits, labels)}, {shown} shown by default{percent(shown, labels)}, "
        f"{sure} at high confidence{percent(sure, labels)}"
    ]
    parts += [f"{quiet} of {twins} fixed twins quiet{percent(quiet, twins)}"] if twins else []
    parts += [f"{calm_quiet} of {calm} quiet applications left alone{percent(calm_quiet, calm)}"] if calm else []
    return f"{'; '.join(parts)}. {sum(len(one.extra) for one in scores)} findings in `bad` beside the labels."


def sums(scores: Iterable[Scored]) -> tuple[int, int, int, int, int, int]:
    """Labels and those found, twins and those quiet, quiet applications and those left alone."""
    calm = [one for one in scores if one.app.shape == QUIET]
    twins = [one for one in scores if one.app.shape != QUIET]
    labels = sum(len(one.app.labels) for one in twins)
    return (
        labels,
        labels - sum(len(one.missed) for one in twins),
        len(twins),
        sum(not one.alarms for one in twins),
        len(calm),
        sum(not one.alarms for one in calm),
    )


def percent(part: int, whole: int) -> str:
    """A share in brackets; nothing of nothing has none."""
    return f" ({100 * part / whole:.0f} %)" if whole else ""


def details(scores: Sequence[Scored]) -> Iterator[str]:
    """A line for each label missed, each alarm in a twin, and each finding beside the labels."""
    for one in scores:
        for label in one.missed:
            yield f"missed  {one.app.name}/bad/{label.path}:{label.line} {label.shape} ({one.app.framework})"
    for one in scores:
        for said in one.alarms:
            yield f"alarm   {one.app.name}/good/{said.path}:{said.line} {said.rule} ({said.confidence}): {said.message}"
    for one in scores:
        for said in one.extra:
            yield f"beside  {one.app.name}/bad/{said.path}:{said.line} {said.rule} ({said.confidence}): {said.message}"


def main() -> None:
    """Score what the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", nargs="*")
    parser.add_argument("--write", action="store_true", help="put the table into the README")
    chosen = parser.parse_args()
    with multiprocessing.get_context("fork").Pool() as pool:
        scores = pool.map(score, apps(chosen.app), chunksize=1)
    print("\n".join(details(scores)))
    print(table(scores))
    if chosen.write and not chosen.app:
        page.write(README, f"{page.when_and_where()}, by `greenprof lint --min-confidence low`:\n\n{table(scores)}")
    labels, hits, twins, quiet, calm, calm_quiet = sums(scores)
    good = hits >= GOAL_FOUND * labels and quiet + calm_quiet >= GOAL_QUIET * (twins + calm)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
