"""The project around some files: what rules that look at several files together have to know beside them.

A run sees the lines that took time: the models whose rows they go through may have been there for an instant only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from greenprof.lint.files import FileChoice, TooManyError, absolute, is_python, linted_files
from greenprof.lint.patterns import below_of

MOST_ENTRIES = 20_000  # files and folders of any kind: looking at them takes a tenth of a second
MOST_MB = 5  # of Python, 120,000 lines: to go through them takes eight seconds, and next to nothing once more
_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", "manage.py", ".git")
_NOT_READ = "Only the files that ran were linted, not the project around them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The other Python files of the projects that some files are part of, as seen from here; or why none are."""

    paths: tuple[str, ...] = ()
    note: str | None = None


def around(paths: Iterable[str], choice: FileChoice, *, until_s: float) -> Surroundings:
    """The projects around `paths`, without files that were changed after `until_s`, as of the system's clock.

    Of a project those files are taken that `choice` says, and none at all where they are too many.
    """
    given = {absolute(path) for path in paths}
    found: list[str] = []
    for folder in sorted({_project_of(path, choice.root) for path in given}):
        try:
            found += map(str, linted_files([folder], _pass_over, replace(choice, force=False), most=MOST_ENTRIES))
        except TooManyError:
            place = _from_here(folder)
            return Surroundings(note=f"{_NOT_READ}: {place} has more than {MOST_ENTRIES:,} files and folders.")
    others = [path for path in dict.fromkeys(found) if path not in given and is_python(path)]
    sizes = {path: status.st_size for path in others if (status := _status(path)) and status.st_mtime <= until_s}
    if sum(sizes.values()) > MOST_MB * 1_000_000:
        return Surroundings(note=f"{_NOT_READ}: it has more than {MOST_MB} MB of Python.")
    return Surroundings(paths=tuple(map(_from_here, sizes)))


def _project_of(path: str, root: Path) -> str:
    """The nearest folder above a file that is a project's; else `root`, if that is above too; else its own folder."""
    own, top = Path(path).parent, absolute(root)
    is_below = below_of(path, top) is not None
    for folder in (own, *own.parents):
        if any((folder / mark).exists() for mark in _MARKS):
            return str(folder)
        if is_below and str(folder) == top:
            return top
    return str(own)


def _pass_over(_: OSError) -> None:
    """A folder that cannot be listed tells nothing."""


def _status(path: str) -> os.stat_result | None:
    try:
        return Path(path).stat()
    except OSError:
        return None


def _from_here(path: str) -> str:
    """As a run names its files: relative to the current folder for what lies below it."""
    below = below_of(path, absolute(""))
    return below.replace("/", os.sep) if below else path
