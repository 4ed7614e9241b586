"""The project that a proof is about: where it begins, what belongs to it, and whether it is still the same."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError

# What no copy needs: environments, caches, and what greenprof and version control keep.
_LEFT_OUT = frozenset(
    [
        ".git",
        ".hg",
        ".svn",
        ".jj",
        ".greenprof",
        ".venv",
        "venv",
        "node_modules",
        "__pycache__",
        ".tox",
        ".nox",
        ".mypy_cache",
        ".ruff_cache",
        ".pytest_cache",
        ".hypothesis",
        ".ipynb_checkpoints",
        "site-packages",
        ".eggs",
    ]
)
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
LARGEST_BYTES = 100_000_000  # of a file that git does not keep
MOST_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project's folder. ``git`` says whether git keeps it, with at least one commit."""

    root: Path
    git: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a copy of a project takes, as paths relative to its root, and what it leaves out for its size."""

    paths: tuple[str, ...]
    too_large: tuple[str, ...]


def project_of(here: Path, settings_root: Path) -> Project:
    """The project around `here`: git's, else the folder of the nearest pyproject.toml, else `here` itself."""
    top = git(here, "rev-parse", "--show-toplevel")
    if top is not None:
        root = Path(top.strip())
        return Project(root=root, git=git(root, "rev-parse", "--verify", "-q", "HEAD") is not None)
    root = settings_root.resolve()
    return Project(root=root if here.resolve().is_relative_to(root) else here.resolve(), git=False)


def files_of(project: Project) -> Files:
    """Everything but environments, caches and what is huge; what git keeps is always taken.

    Raises GreenprofError (exit code 2) for a project that is too large to be copied.
    """
    tracked = set((git(project.root, "ls-files", "-z") or "").split("\0")) if project.git else set()
    paths, too_large, total = [], [], 0
    for relative, size in _walk(project.root, tracked):
        if size > LARGEST_BYTES and relative not in tracked:
            too_large.append(relative)
            continue
        total += size
        paths.append(relative)
        if total > MOST_BYTES:
            raise GreenprofError(
                f"{project.root}: holds more than {MOST_BYTES // 10**9} GB to copy; run it in a smaller folder, or let"
                " git keep what matters and put the data elsewhere",
                EXIT_USAGE,
            )
    return Files(paths=tuple(sorted(paths)), too_large=tuple(sorted(too_large)))


def digest_of(project: Project) -> dict[str, str]:
    """SHA-256 of each file of the project that is not ignored, by its path: two equal ones are the same state."""
    if project.git:
        listed = git(project.root, "ls-files", "-z", "--cached", "--others", "--exclude-standard") or ""
        paths = sorted(set(filter(None, listed.split("\0"))))
    else:
        paths = list(files_of(project).paths)
    return {path: digest for path in paths if (digest := _digest(project.root / path)) is not None}


def _digest(path: Path) -> str | None:
    try:
        if path.is_symlink():
            return f"link {os.readlink(path)}"  # noqa: PTH115 (the text, as it is)
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _walk(root: Path, tracked: set[str]) -> Iterator[tuple[str, int]]:
    """Each file and link below `root` with its size; pipes, sockets and devices are left out."""
    kept_folders = {str(parent) for path in tracked for parent in Path(path).parents}
    todo = [""]
    while todo:
        below = todo.pop()
        try:
            entries = list(os.scandir(root / below))
        except OSError:
            continue
        for entry in entries:
            relative = f"{below}/{entry.name}" if below else entry.name
            if entry.is_symlink():
                yield relative, 0
            elif entry.is_dir():
                if relative in kept_folders or not _is_left_out(entry):
                    todo.append(relative)
            elif entry.is_file() and entry.name != ".git":  # a file of that name leads out of a worktree
                yield relative, entry.stat().st_size


def _is_left_out(folder: os.DirEntry[str]) -> bool:
    return folder.name in _LEFT_OUT or Path(folder.path, "pyvenv.cfg").exists()


def git(folder: Path, *arguments: str) -> str | None:
    """What git says in `folder`; None where there is no git, or it refuses."""
    if shutil.which("git") is None:
        return None
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, env=without_git(), check=False)
    return os.fsdecode(done.stdout) if done.returncode == 0 else None


def without_git() -> dict[str, str]:
    """The environment without what a hook of git sets, which would lead every git to the one repository."""
    return {name: value for name, value in os.environ.items() if name not in _OF_HOOKS}
