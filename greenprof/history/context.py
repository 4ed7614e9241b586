"""What a run does not know of itself: the project, and the commit that its source is at."""

from __future__ import annotations

import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenprof.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What goes with a run into the history. ``dirty`` is whether files were changed since ``commit``."""

    project: str
    label: str | None = None
    commit: str | None = None
    branch: str | None = None
    dirty: bool | None = None


def context_of(config: Config, label: str | None) -> Context:
    """The context of a run that was made just now, in the current folder."""
    return Context(project=project_of(config), label=label, **_git(Path.cwd()))


def project_of(config: Config) -> str:
    """The name of the project: as set, else that of pyproject.toml, else of its folder."""
    if config.history.project:
        return config.history.project
    try:
        name = tomllib.loads((config.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    except (OSError, ValueError, KeyError, TypeError):
        name = None
    return name if isinstance(name, str) and name else config.root.resolve().name or "unnamed"


def _git(folder: Path) -> dict[str, Any]:
    """Commit, branch and whether files were changed, as git answers; nothing where it does not, or takes long."""
    command = ["git", "--no-optional-locks", "status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=2, check=True, errors="replace"
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    said = dict(
        line[2:].split(" ", 1) for line in done.stdout.splitlines() if line.startswith("# ") and " " in line[2:]
    )
    commit, branch = said.get("branch.oid"), said.get("branch.head")
    if commit is None or commit.startswith("("):  # (initial): there is no commit yet
        return {}
    changed = any(not line.startswith("#") for line in done.stdout.splitlines())
    return {"commit": commit, "branch": None if branch == "(detached)" else branch, "dirty": changed}
