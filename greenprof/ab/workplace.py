"""Where checkouts and environments are put: below ``.greenprof/``, or in a cache, and gone again unless kept.

ab/1234-0123456789/tree     a commit of this run, by the process that made it
ab/0123456789…/tree, venv   a commit that is kept, with ``done.json`` once it is whole
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from greenprof import project_folder
from greenprof.ab import git
from greenprof.errors import GreenprofError

try:
    import fcntl
except ImportError:  # Windows: two runs at once may get into each other's way there
    fcntl = None  # type: ignore[assignment]

FOLDER = "ab"
_DONE = "done.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The folder of one commit; ``kept`` where it outlives the run."""

    folder: Path
    kept: bool

    @property
    def tree(self) -> Path:
        """The checkout."""
        return self.folder / "tree"

    @property
    def venv(self) -> Path:
        """The environment of its own, where it needs one."""
        return self.folder / "venv"

    @property
    def scratch(self) -> Path:
        """What the tests leave."""
        return self.folder / "scratch"

    def note_of(self, what: str) -> object:
        """What was noted when `what` (``tree`` or ``venv``) was whole; None where it never was."""
        try:
            return json.loads((self.folder / _DONE).read_text(encoding="utf-8")).get(what)
        except (OSError, ValueError, AttributeError):
            return None

    def note(self, what: str, value: object) -> None:
        """Say that `what` is whole, and how it was made."""
        path = self.folder / _DONE
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        path.write_text(json.dumps((known if isinstance(known, dict) else {}) | {what: value}), encoding="utf-8")


@contextmanager
def place_for(top: Path, root: Path, sha: str, *, cache: Path | None, keep: bool) -> Iterator[Place]:
    """A folder for the commit `sha` of the repository `top`: removed afterwards, unless it is a cache or to be kept.

    Raises:
        GreenprofError: where it cannot be made.
    """
    kept = keep or cache is not None
    above = cache if cache is not None else root / project_folder.FOLDER / FOLDER
    folder = above / (sha if kept else f"{os.getpid()}-{sha[:10]}")
    try:
        if cache is None:
            project_folder.make(root / project_folder.FOLDER)
        above.mkdir(parents=True, exist_ok=True)
        _sweep(top, above)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise GreenprofError(f"{error.filename or folder}: cannot be made ({error.strerror})") from None
    place = Place(folder=folder.resolve(), kept=kept)
    try:
        with _alone(place):
            yield place
    finally:
        if kept:
            shutil.rmtree(place.scratch, ignore_errors=True)
        else:
            remove(top, place.folder)


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Two runs that keep the same commit take turns."""
    if fcntl is None:
        yield
        return
    with (place.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def remove(top: Path, folder: Path) -> None:
    """Remove a place with all that is in it, and git's memory of its checkout."""
    if (folder / "tree").exists():
        git.take_away(top, folder / "tree")
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(top: Path, above: Path) -> None:
    """Remove what a run that was killed has left."""
    for folder in above.glob("[0-9]*-*"):
        pid = folder.name.partition("-")[0]
        with suppress(ValueError, PermissionError):
            try:
                os.kill(int(pid), 0)
            except ProcessLookupError:
                remove(top, folder)


def checked_out(top: Path, place: Place, sha: str) -> bool:
    """Put the files of `sha` there; True where a whole checkout lay there already.

    Raises:
        GreenprofError: where git cannot.
    """
    if place.note_of("tree") == sha and place.tree.is_dir():
        return True
    if place.tree.exists():
        git.take_away(top, place.tree)
        shutil.rmtree(place.tree, ignore_errors=True)
    git.check_out(top, sha, place.tree)
    place.note("tree", sha)
    return False
