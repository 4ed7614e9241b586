"""Copies of the project to try fixes in. The working tree itself is never written to.

``state`` is the project as it was, with the fixes that are kept; ``trial`` has one more. Both are worktrees where git
keeps the project, so that what asks git for its version still gets an answer, and hold uncommitted changes and new
files too. ``pristine`` is only read: a run may leave files or change some, and both trees are tidied by it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path

from greenprof.errors import EXIT_OWN_FAILURE, GreenprofError
from greenprof.prove.project import Files, Project, git

Changes = Mapping[str, bytes]  # new contents of files, by path below the root

_CACHES = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".greenprof", ".hypothesis", ".git"})


@dataclass(slots=True)
class Tree:
    """One copy; ``changes`` are what it has beyond the project as it was."""

    root: Path
    pristine: Path
    files: frozenset[str]
    links: frozenset[str] = frozenset()
    changes: dict[str, bytes] = field(default_factory=dict)

    def become(self, changes: Changes) -> None:
        """Hold the project with `changes`, and nothing that a run has left."""
        for path in self.changes.keys() - changes.keys():
            self._restore(path)
        self.changes = dict(changes)
        for path, data in changes.items():
            if self._bytes(path) != data:
                self._write(path, data)
        self.tidy()

    def tidy(self) -> None:
        """Take back what runs have changed, added and removed; caches stay, for a second run has them too."""
        seen = set()
        for folder, names, files in os.walk(self.root):
            below = Path(folder).relative_to(self.root).as_posix()
            prefix = "" if below == "." else f"{below}/"
            linked = [name for name in names if (Path(folder) / name).is_symlink()]
            names[:] = [name for name in names if name not in _CACHES and name not in linked]
            for name in (*files, *linked):
                path = prefix + name
                if path in self.links or path == ".git":
                    continue
                if path in self.files or path in self.changes:
                    seen.add(path)
                    self._check(path)
                else:
                    with suppress(OSError):
                        Path(folder, name).unlink()
        for path in (self.files | self.changes.keys()) - seen:
            self._check(path)

    def _check(self, path: str) -> None:
        if path in self.changes:
            if self._bytes(path) != self.changes[path]:
                self._write(path, self.changes[path])
            return
        try:
            now, then = (self.root / path).lstat(), (self.pristine / path).lstat()
            same = (now.st_size, now.st_mtime_ns, now.st_mode) == (then.st_size, then.st_mtime_ns, then.st_mode)
        except FileNotFoundError:
            same = False
        if not same and not (self.pristine / path).is_symlink():
            self._restore(path)

    def _restore(self, path: str) -> None:
        target = self.root / path
        _forget_compiled(target)
        if path in self.files:
            _copy(self.pristine / path, target)
        else:
            target.unlink(missing_ok=True)

    def _bytes(self, path: str) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except OSError:
            return None

    def _write(self, path: str, data: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _forget_compiled(target)
        mode = target.stat().st_mode if target.exists() else None
        target.unlink(missing_ok=True)  # not through a link
        target.write_bytes(data)
        if mode is not None:
            target.chmod(mode)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """The copies of one proof."""

    state: Tree
    trial: Tree
    pristine: Path


def make_trees(project: Project, files: Files, work: Path, links: tuple[str, ...] = ()) -> Trees:
    """Copy the project, as it is now, below `work`, which is emptied first.

    `links` are paths that the copies lead to in place of holding them. Raises GreenprofError where it cannot be done.
    """
    remove_trees(project, work)
    try:
        work.mkdir(parents=True)
        pristine = work / "pristine"
        paths = [path for path in files.paths if not any(f"{path}/".startswith(f"{link}/") for link in links)]
        for path in paths:
            _copy(project.root / path, pristine / path, leads=(project.root, pristine))
        trees = [_tree(project, pristine, work / name, frozenset(paths), links) for name in ("state", "trial")]
    except OSError as error:
        raise GreenprofError(
            f"{error.filename or work}: the project cannot be copied ({error.strerror})", EXIT_OWN_FAILURE
        ) from None
    return Trees(state=trees[0], trial=trees[1], pristine=pristine)


def remove_trees(project: Project, work: Path) -> None:
    """Remove copies, of an earlier proof that was killed say, and what git remembers of them."""
    if project.git:
        _forget(project, work)
    if work.exists():
        shutil.rmtree(work, onerror=_make_writable)


def _forget(project: Project, work: Path) -> None:
    """Take the worktrees below `work` out of git's memory, and no other: not ``prune``, which forgets all that is away.

    ``git worktree remove`` refuses a worktree of which a part is gone already, as after a kill.
    """
    common = git(project.root, "rev-parse", "--git-common-dir")
    for known in (project.root / common.strip() / "worktrees").glob("*/gitdir") if common else ():
        with suppress(OSError):
            if Path(known.read_text(encoding="utf-8", errors="surrogateescape").strip()).is_relative_to(work):
                shutil.rmtree(known.parent)


def _tree(project: Project, pristine: Path, root: Path, files: frozenset[str], links: tuple[str, ...]) -> Tree:
    if project.git:
        git(project.root, "worktree", "add", "--detach", "--no-checkout", "--force", str(root), "HEAD")
    root.mkdir(exist_ok=True)  # where git makes none, a plain copy does
    for path in files:
        _copy(pristine / path, root / path, leads=(pristine, root))
    if project.git and (root / ".git").exists():
        git(root, "reset", "-q")  # the index of HEAD
    for link in links:
        (root / link).parent.mkdir(parents=True, exist_ok=True)
        (root / link).symlink_to(project.root / link)
    return Tree(root=root, pristine=pristine, files=files, links=frozenset(links))


def _forget_compiled(source: Path) -> None:
    """Remove what Python has compiled of a file: it tells a new one by its size and by whole seconds only."""
    for compiled in (source.parent / "__pycache__").glob(f"{escape(source.stem)}.*.pyc"):
        compiled.unlink(missing_ok=True)


def _copy(source: Path, target: Path, leads: tuple[Path, Path] | None = None) -> None:
    """Copy a file with its mode and times; a link stays one, and leads into the copy where it led into the project."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        target.unlink(missing_ok=True)
        to = os.readlink(source)  # noqa: PTH115 (the text, as it is)
        if leads is not None and Path(to).is_absolute() and Path(to).is_relative_to(leads[0]):
            to = str(leads[1] / Path(to).relative_to(leads[0]))
        target.symlink_to(to)
        return
    if target.is_symlink() or target.is_dir():
        shutil.rmtree(target) if target.is_dir() and not target.is_symlink() else target.unlink()
    shutil.copy2(source, target)


def _make_writable(function: object, path: str, _error: object) -> None:
    """A program may leave folders that may not be written."""
    with suppress(OSError):
        Path(path).parent.chmod(0o700)
        Path(path).chmod(0o700)
        function(path)  # type: ignore[operator]
