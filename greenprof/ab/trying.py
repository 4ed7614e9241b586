"""Run each test once on one side, before anything is measured: what fails, skips, never ends or ends its process."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from greenprof.ab.workers import Collected, Start, Test, Worker, WorkerEnded, collected, foreign, started
from greenprof.errors import EXIT_USAGE, GreenprofError

# A test that would have to wait so long until it has worked for one batch is not repeated to fill one.
_LONGEST_BATCH_S = 2.0
_BATCH_S = 0.01
_COLLECT_S = 600.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a test is not measured."""

    said: Literal["failed", "skipped"]
    reason: str


@dataclass(slots=True)
class Tried:
    """What trying has shown: faults by node id, tests that mostly wait, and where the project's modules came from."""

    faults: dict[str, Fault] = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    modules: dict[str, Path] = field(default_factory=dict)


def try_each(start: Start, worker: Worker, tests: Sequence[Test], timeout_s: float) -> Tried:
    """Run each of `tests` once in `worker`, and in another one where that has ended; the last one is ended.

    Raises:
        GreenprofError: where the project's modules are not those of this side.
    """
    tried = Tried()
    try:
        for test in tests:
            began_s = time.monotonic()
            try:
                kind, told = worker.ask(timeout_s, 1, test.node)
            except WorkerEnded as error:
                tried.faults[test.node] = Fault("failed", f"{start.side.name}: {error}")
                worker.end(at_once=True)
                worker = started(start, None)
                collected(worker, start.side.name, _COLLECT_S)
                continue
            if kind == "error":
                outcome, _, reason = told.partition(" ")
                said: Literal["failed", "skipped"] = "skipped" if outcome == "skipped" else "failed"
                tried.faults[test.node] = Fault(said, f"{start.side.name}: {reason}")
            elif (time.monotonic() - began_s) * _BATCH_S / max(float(told), 1e-5) > _LONGEST_BATCH_S:
                tried.waiting.add(test.node)
        with suppress(WorkerEnded):
            _, told = worker.ask(timeout_s, 0, "modules")
            tried.modules = {name: Path(file) for name, file in json.loads(told).items()}
    finally:
        worker.end()
    _check_code(start, tried.modules)
    return tried


def _check_code(start: Start, modules: dict[str, Path]) -> None:
    """Raise `GreenprofError` where code of another side ran."""
    side = start.side
    if not (wrong := foreign(modules, side)):
        return
    name, file = next(iter(sorted(wrong.items())))
    where = "its checkout" if side.venv is None else "its checkout or environment"
    raise GreenprofError(
        f"{side.name}: {name} was imported from {file}, not from {where}; install the project of the base with "
        "--green-base-install, or as editable (pip install -e .)", EXIT_USAGE,
    )  # fmt: skip


def collecting(start: Start) -> tuple[Worker, Collected]:
    """A worker that has collected all tests of a side.

    Raises:
        GreenprofError: where it cannot.
    """
    worker = started(start, None)
    try:
        return worker, collected(worker, start.side.name, _COLLECT_S)
    except BaseException:
        worker.end(at_once=True)
        raise
