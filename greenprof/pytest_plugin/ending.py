"""What happens when all tests have run: the session is written, kept, and compared with one that was kept before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from greenprof.host import describe_host
from greenprof.pytest_plugin.comparing import Change, Limit, broken, changes, parse_limit
from greenprof.pytest_plugin.document import document
from greenprof.pytest_plugin.histogram import drawing
from greenprof.pytest_plugin.storage import Storage

if TYPE_CHECKING:
    from greenprof.pytest_plugin.options import Options
    from greenprof.pytest_plugin.result import TestEnergy
    from greenprof.pytest_plugin.suite import Suite


@dataclass(slots=True)
class Ending:
    """What is to be told of it; ``is_failure`` is whether the session fails by it."""

    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    compared_with: str | None = None
    changes: list[Change] = field(default_factory=list)
    broken: list[tuple[Change, Limit]] = field(default_factory=list)

    @property
    def is_failure(self) -> bool:
        """Whether the session fails by it."""
        return bool(self.broken or self.failures)


def check_places(options: Options) -> None:
    """Raise `pytest.UsageError` for a file that cannot be written, before anything runs."""
    if options.json and (Path(options.json).is_dir() or not Path(options.json).absolute().parent.is_dir()):
        raise pytest.UsageError(f"--green-json: {options.json} cannot be written, it is a folder or in none")
    if options.histogram and not Path(options.histogram).absolute().parent.is_dir():
        raise pytest.UsageError(f"--green-histogram: {options.histogram} is in no folder")


def end(tests: Sequence[TestEnergy], suite: Suite | None, options: Options, root: Path, start: Path) -> Ending:
    """Do it all; `start` is the folder in which pytest was started, which tests may have left."""
    ending = Ending()
    if not any((options.json, options.save, options.compare, options.histogram is not None)):
        return ending
    host = describe_host()
    whole = document(tests, suite, options, root, host)
    storage = Storage(options.storage, host.fingerprint)
    if options.compare:
        _compare(ending, whole, storage, options, start)
    if options.json:
        _write(ending, start / options.json, json.dumps(whole, indent=1, allow_nan=False) + "\n")
    if options.save:
        if tests or suite is not None:
            try:
                ending.notes.append(f"kept as {storage.keep(options.save, whole)}")
            except OSError as error:
                ending.failures.append(f"the session could not be kept in {options.storage} ({error.strerror})")
        else:
            ending.notes.append("nothing was measured, so that nothing is kept")
    if options.histogram is not None:
        picture = drawing(tests, options.scope)
        if picture is None:
            ending.notes.append("no histogram: no joules are known")
        else:
            name = datetime.now().astimezone().strftime("%Y%m%d_%H%M%S")
            _write(ending, start / f"{options.histogram or 'green'}_{name}.svg", picture)
    return ending


def _write(ending: Ending, path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
        ending.notes.append(f"written: {path}")
    except OSError as error:
        ending.failures.append(f"{path} could not be written ({error.strerror})")


def _compare(ending: Ending, whole: dict[str, Any], storage: Storage, options: Options, start: Path) -> None:
    what = str(options.compare)
    kept, notes = storage.find(what if what.isdecimal() or what == "latest" else str(start / what))
    ending.notes += notes
    if kept is None:
        return
    here = whole["machine_info"]["fingerprint"]
    if kept.fingerprint != here:
        where = "another machine, or this one set otherwise" if kept.fingerprint else "a machine that it does not name"
        ending.notes.append(
            f"nothing is compared: {kept.name} was measured on {where} ({kept.fingerprint or 'unknown'})"
        )
        return
    limits = [parse_limit(text) for text in options.compare_fail]
    shown = [("mean", False), ("mean", True)]
    asked = [pair for limit in limits if (pair := (limit.field, limit.is_cpu)) not in shown]
    ending.compared_with = kept.name
    ending.changes = changes(kept.document, whole, options.scope, [*shown, *dict.fromkeys(asked)])
    ending.broken = broken(ending.changes, limits)
    if not ending.changes:
        ending.notes.append(f"nothing is compared: {kept.name} has none of these tests")
