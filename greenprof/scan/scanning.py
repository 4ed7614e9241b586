"""The story of a scan: see every file, open those that may be waste, and leave the rest alone."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.scan import compressible, duplicates, stale
from greenprof.scan.mounts import Mount
from greenprof.scan.nouns import Choice, Compressible, Group, LeftOut, Seen, Summary, Totals
from greenprof.scan.reading import Opener
from greenprof.scan.store import Store, open_store
from greenprof.scan.walk import Walk, is_pattern

Stopped = Callable[[], bool]
Progress = Callable[[str, int, int | None], None]  # what is being done, how many are done, of how many if that is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What was found. The lists are read from the store while they are gone through: use them while it is open."""

    paths: tuple[Path, ...]
    choice: Choice
    totals: Totals
    file_systems: tuple[Mount, ...]
    duplicates: Summary | None  # None: not looked for
    stale: Summary | None
    compressible: Summary | None
    stopped_in: str | None  # None: all was looked at; else "walk", "duplicates" or "compressible"
    touched: int  # files and folders whose time of last access could not be kept
    _store: Store
    _before_ns: int

    def groups(self, top: int | None = None) -> Iterator[Group]:
        """Groups of duplicates, those that free most first."""
        return duplicates.groups(self._store, top)

    def members(self, group: Group) -> Iterator[Seen]:
        """The files of a group, by path."""
        return duplicates.members(self._store, group)

    def stale_files(self, top: int | None = None) -> Iterator[Seen]:
        """Stale files, the largest first."""
        return stale.files(self._store, self._before_ns, top)

    def compressible_files(self, top: int | None = None) -> Iterator[Compressible]:
        """Large text files, those that free most first."""
        return compressible.files(self._store, top)

    def left_out(self) -> Iterator[LeftOut]:
        """What could not be looked at, by path."""
        return self._store.left_out()

    def left_out_counts(self) -> dict[str, int]:
        """How many were left out, by reason."""
        return dict(self._store.rows("SELECT reason, count(*) FROM left_out GROUP BY reason ORDER BY reason"))


@contextmanager
def scan(
    paths: Sequence[Path],
    choice: Choice | None = None,
    *,
    now_ns: int | None = None,
    stopped: Stopped = lambda: False,
    progress: Progress = lambda _what, _done, _todo: None,
) -> Iterator[Scan]:
    """Look for waste in files and folders, and write nothing there.

    With `stopped` saying so it ends soon, with what was found until then.

    Raises GreenprofError (exit code 2) for a path that does not exist or cannot be looked at.
    """
    if not hasattr(os, "pread"):
        raise GreenprofError("scan: works on Linux and macOS", EXIT_USAGE)
    choice = choice or Choice()
    before_ns = stale.before(time.time_ns() if now_ns is None else now_ns, choice.stale_days)
    roots = [_root(path) for path in paths]
    for pattern in choice.exclude:
        if not is_pattern(pattern):
            raise GreenprofError(f"exclude: {pattern!r} is no pattern of a .gitignore", EXIT_USAGE)
    with open_store() as store:
        opener = Opener(store.touch)
        walk = Walk(store, choice, opener, stopped, lambda files: progress("walk", files, None))
        totals = walk.run(roots)
        stopped_in = "walk" if stopped() else None
        if "duplicates" in choice.kinds and stopped_in is None:
            duplicates.find(store, opener, stopped, lambda done, todo: progress("duplicates", done, todo))
            stopped_in = "duplicates" if stopped() else None
        if "compressible" in choice.kinds and stopped_in is None:
            compressible.find(
                store, opener, choice.large_bytes, stopped, lambda done, todo: progress("compressible", done, todo)
            )
            stopped_in = "compressible" if stopped() else None
        yield Scan(
            paths=tuple(paths),
            choice=choice,
            totals=totals,
            file_systems=tuple(walk.filesystems.values()),
            duplicates=duplicates.summary(store) if "duplicates" in choice.kinds else None,
            stale=stale.summary(store, before_ns) if "stale" in choice.kinds else None,
            compressible=compressible.summary(store) if "compressible" in choice.kinds else None,
            stopped_in=stopped_in,
            touched=store.row("SELECT count(*) FROM touched")[0],
            _store=store,
            _before_ns=before_ns,
        )


def _root(path: Path) -> bytes:
    try:
        status = path.stat()
    except FileNotFoundError:
        raise GreenprofError(f"{path}: no such file or folder", EXIT_USAGE) from None
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be looked at ({error.strerror})", EXIT_USAGE) from None
    if not stat.S_ISDIR(status.st_mode) and not stat.S_ISREG(status.st_mode):
        raise GreenprofError(f"{path}: is neither a file nor a folder", EXIT_USAGE)
    return os.fsencode(path)
