"""The project's folder for what greenprof keeps: the linter's cache, runs, and the journal of a run under way."""

from __future__ import annotations

from pathlib import Path

FOLDER = ".greenprof"


def make(folder: Path) -> None:
    """Make `folder` where it is missing, with its own .gitignore.

    Raises:
        OSError: if it cannot be made.
    """
    folder.mkdir(exist_ok=True)
    if not (ignore := folder / ".gitignore").exists():
        ignore.write_text("*\n", encoding="utf-8")
