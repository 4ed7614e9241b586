"""Base and head, each a checkout with the Python that runs it; and how sure it is that its own code is what runs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from greenprof.ab import dependencies, environment, git
from greenprof.ab.git import Commit
from greenprof.ab.layout import Layout, layout_of
from greenprof.ab.program import Program
from greenprof.ab.workplace import Place, checked_out

_MOST_COPIED_BYTES = 200_000_000
# Of the pytest or the hook of git that this may run in.
_OF_ANOTHER_RUN = ("GIT_", "COV_CORE_", "PYTEST_CURRENT_TEST", "PYTEST_XDIST_", "PYTEST_VERSION")
_MARKS = ("pyproject.toml", "setup.py", "setup.cfg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A state of the project that can be run.

    ``commit`` is None for the working tree as it is. ``hidden`` are checkouts that nothing may be imported from;
    ``path`` goes before everything else that is imported. ``venv`` is its own environment, where it has one.
    """

    name: str
    commit: Commit | None
    top: Path
    cwd: Path
    scratch: Path
    python: str
    path: tuple[Path, ...]
    hidden: tuple[Path, ...]
    layout: Layout
    venv: Path | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """Where the user stands: the repository, their folder in it, and the folder of the project that it belongs to."""

    top: Path
    cwd: Path
    project: Path

    @property
    def folder(self) -> str:
        """The project's folder, relative to the repository; empty at its top."""
        return "" if self.project == self.top else self.project.relative_to(self.top).as_posix()


def repository_at(cwd: Path) -> Repository:
    """The repository around `cwd`.

    Raises:
        GreenprofError: where there is none, or no git.
    """
    top, cwd = git.toplevel(cwd).resolve(), cwd.resolve()
    inside = [place for place in (cwd, *cwd.parents) if place.is_relative_to(top)]
    project = next((place for place in inside if any((place / mark).exists() for mark in _MARKS)), top)
    return Repository(top=top, cwd=cwd, project=project)


def as_it_is(at: Repository, program: Program, place: Place) -> Side:
    """The working tree in the user's environment."""
    paths = git.files_at(at.top, None)
    layout = layout_of(paths, at.folder)
    compiled = dependencies.compiled_sources(paths, at.folder)
    dirty = git.changed_files(at.top)
    return Side(
        name="head", commit=None, top=at.top, cwd=at.cwd, scratch=place.scratch / "head", python=program.python,
        path=() if compiled else _roots(at.top, layout), hidden=(), layout=layout,
        notes=(f"the working tree, with {dirty} changed file{'s' * (dirty != 1)}",) if dirty else (),
    )  # fmt: skip


def at_commit(
    name: str, commit: Commit, at: Repository, place: Place, *, python: str, install: str | None,
    say: Callable[[str], None] = lambda _text: None,
) -> Side:  # fmt: skip
    """A commit in a checkout of its own, in the user's environment where that fits, else in one that is made for it.

    Raises:
        GreenprofError: where it cannot be checked out or built.
    """
    kept = checked_out(at.top, place, commit.sha)
    project = place.tree / at.folder
    paths = git.files_at(at.top, commit.sha)
    layout = layout_of(paths, at.folder)
    reason = why_apart(at, commit.sha) if install is None else "as --green-base-install says"
    notes = ["kept from before"] if kept else []
    if reason is None:
        venv = None
        if copied := _copy_generated(at.top, place.tree, layout):
            notes.append(f"{copied} generated file{'s' * (copied != 1)} copied that git does not keep")
        notes.append("same environment as head: the dependencies are the same")
    else:
        say(f"building an environment for {name}: {reason}")
        python, venv = environment.fresh(place, project, python, install), place.venv
        notes.append(f"its own environment: {reason}")
    if (place.tree / ".gitmodules").exists():
        notes.append("submodules are not checked out")
    compiled = dependencies.compiled_sources(paths, at.folder)
    return Side(
        name=name, commit=commit, top=place.tree, cwd=place.tree / at.cwd.relative_to(at.top),
        scratch=place.scratch / name, python=python, path=() if compiled and venv else _roots(place.tree, layout),
        hidden=(at.top,), layout=layout, venv=venv, notes=tuple(notes),
    )  # fmt: skip


def why_apart(at: Repository, sha: str) -> str | None:
    """Why a commit cannot run in the environment of the working tree; None where it can."""
    before, after = git.files_at(at.top, sha), git.files_at(at.top, None)
    differing = git.differing(at.top, sha)
    wanted = [path for path in dependencies.dependency_files(before | after, at.folder) if path in differing]
    changed = dependencies.changed(
        wanted, lambda path: git.text_at(at.top, sha, path), lambda path: git.text_at(at.top, None, path)
    )
    if changed:
        return f"{', '.join(changed)} changed"
    compiled = [path for path in dependencies.compiled_sources(before | after, at.folder) if path in differing]
    return f"{compiled[0]} changed, which is compiled" if compiled else None


def _roots(top: Path, layout: Layout) -> tuple[Path, ...]:
    return tuple(top / root if root else top for root in layout.roots)


def _copy_generated(top: Path, tree: Path, layout: Layout) -> int:
    """Copy what a build has put between the sources (a ``_version.py``, extensions); how many files."""
    starts = tuple(f"{root}/{module}/".lstrip("/") for root in layout.roots for module in sorted(layout.modules))
    copied, left_bytes = 0, _MOST_COPIED_BYTES
    for path in git.ignored_files(top):
        source, target = top / path, tree / path
        if not path.startswith(starts) or "__pycache__" in path or target.exists() or not source.is_file():
            continue
        left_bytes -= source.stat().st_size
        if left_bytes < 0:
            break
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        copied += 1
    return copied


def environ_of(side: Side, head_top: Path, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment that a side's processes get: its own code first, also in what the tests start."""
    given = [path for path in environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    mine = [str(side.top / Path(path).relative_to(head_top)) if _in_tree(path, head_top) else path for path in given]
    result = {name: text for name, text in environ.items() if not name.startswith(_OF_ANOTHER_RUN)}
    result |= {"PYTHONPATH": os.pathsep.join([*map(str, side.path), *mine])}
    if not result["PYTHONPATH"]:
        del result["PYTHONPATH"]
    if side.venv is not None:
        result |= {"VIRTUAL_ENV": str(side.venv), "PATH": f"{side.venv / 'bin'}{os.pathsep}{environ.get('PATH', '')}"}
    return result


def _in_tree(path: str, top: Path) -> bool:
    return Path(path).is_relative_to(top) and "-packages" not in path
