"""Proves the labels of the corpus by counting the statements that really reach SQLite.

    python benchmarks/nplusone/prove.py [APP ...]

Each side of each application runs in processes of its own, at two sizes. A label holds if, per row more, at least one
statement more is sent with its line on the stack. A statement of `bad` that grows must be under a label, and `good`
must send as many statements for many rows as for few. Both must give the same answer. Exits 1 if a thing does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import App, Label, apps

FEW, MANY = 4, 12
PROBE = Path(__file__).with_name("probe.py")
Statement = tuple[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What running an application showed: statements for few and for many rows per side, and what does not hold."""

    app: App
    statements: dict[str, tuple[int, int]]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side as it ran: its answer for many rows; how often each statement was sent, for few rows and for many."""

    answer: Any
    few: Counter[Statement]
    many: Counter[Statement]


def prove(chosen: Sequence[App]) -> list[Proof]:
    """Run applications and judge their labels."""
    by_framework: dict[str, list[Path]] = defaultdict(list)
    for app in chosen:
        by_framework[app.framework] += [app.folder / side for side in app.sides]
    jobs = [(name, part) for name, folders in by_framework.items() for part in parts(folders)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        seen = {folder: what for done in pool.map(lambda job: watch(*job), jobs) for folder, what in done.items()}
    return [judge(app, {side: seen[str(app.folder / side)] for side in app.sides}) for app in chosen]


def parts(folders: list[Path]) -> list[list[Path]]:
    """As many parts as there are processors, each with every so manieth folder."""
    processors = os.cpu_count() or 1
    return [part for first in range(processors) if (part := folders[first::processors])]


def watch(framework: str, folders: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """What the probe saw, by folder."""
    command = [sys.executable, str(PROBE), framework, f"{FEW},{MANY}", *map(str, folders)]
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=variables)
    return {seen["folder"]: seen for seen in map(json.loads, ran.stdout.splitlines())}


def judge(app: App, seen: dict[str, dict[str, Any]]) -> Proof:
    """Hold what was seen of an application's sides against its labels."""
    if errors := [f"{side} does not run:\n{what['error']}" for side, what in seen.items() if "error" in what]:
        return Proof(app=app, statements={}, faults=tuple(errors))
    sides = {name: side(*what["runs"]) for name, what in seen.items()}
    faults = list(faults_of_good(sides["good"]))
    if "bad" in sides:
        faults += faults_of_bad(sides["bad"], app.labels)
        if sides["bad"].answer != sides["good"].answer:
            faults.append(f"the answers differ:\n  {sides['bad'].answer}\n  {sides['good'].answer}")
    counts = {name: (one.few.total(), one.many.total()) for name, one in sides.items()}
    return Proof(app=app, statements=counts, faults=tuple(faults))


def side(few: dict[str, Any], many: dict[str, Any]) -> Side:
    """One side, from its run with few rows and that with many."""
    return Side(answer=many["answer"], few=counted(few), many=counted(many))


def counted(seen: dict[str, Any]) -> Counter[Statement]:
    """How often each statement was sent from each place."""
    return Counter((sql, tuple((path, line) for path, line in stack)) for sql, stack in seen["statements"])


def faults_of_good(good: Side) -> Iterator[str]:
    """A side without N+1 sends the same number of statements whatever the number of rows."""
    if good.many.total() != good.few.total():
        yield f"good grows from {good.few.total()} to {good.many.total()} statements:"
        for (sql, stack), more in grown(good).items():
            yield f"  {more} more at {stack}: {sql}"


def faults_of_bad(bad: Side, labels: Sequence[Label]) -> Iterator[str]:
    """Each label is on the stack of a statement per row, and no statement grows that is under no label."""
    more = grown(bad)
    for label in labels:
        here = sum(count for (_, stack), count in more.items() if (label.path, label.line) in stack)
        if here < MANY - FEW:
            yield f"{label.path}:{label.line}: {label.shape}: {here} statements more for {MANY - FEW} rows more"
    places = {(label.path, label.line) for label in labels}
    for (sql, stack), count in more.items():
        if places.isdisjoint(stack):
            yield f"no label, but {count} statements more at {stack}: {sql}"


def grown(side: Side) -> dict[Statement, int]:
    """The statements that are sent more often for many rows than for few."""
    return {statement: count for statement, count in (side.many - side.few).items() if count > 1}


def main() -> None:
    """Prove what the command line names, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("app", nargs="*")
    chosen = apps(parser.parse_args().app)
    proofs = prove(chosen)
    for proof in proofs:
        counts = "   ".join(f"{side} {few} → {many}" for side, (few, many) in proof.statements.items())
        print(f"{proof.app.name:30} {proof.app.framework:17} {proof.app.shape:25} {counts}")
        for fault in proof.faults:
            print(f"    {fault}")
    wrong = sum(bool(proof.faults) for proof in proofs)
    labels = sum(len(app.labels) for app in chosen)
    print(f"{len(chosen)} applications with {labels} labels, {FEW} and {MANY} rows each; {wrong} do not hold")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
