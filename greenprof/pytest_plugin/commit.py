"""Which commit is checked out, for the names and contents of kept sessions."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_PATIENCE_S = 10


def commit_info(root: Path) -> dict[str, Any]:
    """What pytest-benchmark's JSON calls ``commit_info``; ids are None where there is no git or no commit."""
    commit = _git(root, "rev-parse", "HEAD")
    if commit is None:
        return {"id": None, "time": None, "author_time": None, "dirty": False, "project": root.name, "branch": None}
    return {
        "id": commit,
        "time": _git(root, "show", "-s", "--format=%cI", "HEAD"),
        "author_time": _git(root, "show", "-s", "--format=%aI", "HEAD"),
        "dirty": bool(_git(root, "status", "--porcelain", "--untracked-files=no")),
        "project": root.name,
        "branch": _git(root, "rev-parse", "--abbrev-ref", "HEAD"),
    }


def name_of_now(root: Path) -> str:
    """A name for what is measured now: the commit, the time, and whether the tree had other changes."""
    info = commit_info(root)
    now = datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
    return "_".join(filter(None, (info["id"] or "unversioned", now, "uncommitted-changes" if info["dirty"] else "")))


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(
            ("git", *words), cwd=root, capture_output=True, text=True, check=True, timeout=_PATIENCE_S
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
