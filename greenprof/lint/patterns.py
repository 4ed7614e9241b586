"""Patterns of paths, as they stand in a ``.gitignore``; pathspec knows their rules."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathspec import PathSpec


class Patterns:
    """Patterns that hold for what lies below the folder `base`, an absolute path."""

    def __init__(self, base: str, lines: Iterable[str]) -> None:
        self.base = base
        self._lines = tuple(lines)

    def __bool__(self) -> bool:
        return bool(self._lines)

    @cached_property
    def _spec(self) -> PathSpec[Any]:
        from pathspec import PathSpec  # takes a moment to import

        return PathSpec.from_lines("gitignore", self._lines)

    @cached_property
    def of_files(self) -> Patterns:
        """Those that may match a file itself: what ends in a slash matches folders only."""
        return Patterns(self.base, (line for line in self._lines if not line.rstrip().endswith("/")))

    def verdict(self, path: str, is_folder: bool = False) -> bool | None:
        """Whether the last pattern that fits `path` takes it (True) or, with ``!``, spares it; None if none fits.

        `path` is absolute; one that does not lie below the base fits no pattern.
        """
        below = below_of(path, self.base)
        if not self or not below:
            return None
        return self._spec.check_file(f"{below}/" if is_folder else below).include

    def at(self, base: str) -> Patterns:
        """The same patterns for another folder."""
        return Patterns(base, self._lines)


def below_of(path: str, base: str) -> str | None:
    """`path` as seen from the folder `base`, with ``/`` between the names; empty for itself, None if not below it."""
    if path == base:
        return ""
    start = base if base.endswith(os.sep) else base + os.sep
    return path[len(start) :].replace(os.sep, "/") if path.startswith(start) else None


def base_for(path: str, root: Path) -> str:
    """The folder that patterns of a project are relative to for `path`: `root`, or for what is elsewhere the top."""
    folder = os.path.abspath(root)  # noqa: PTH100 (links stay as they are)
    return folder if below_of(path, folder) is not None else Path(path).anchor
