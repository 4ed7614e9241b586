"""The git repository: which commit is the base, fetched where it is missing, and a checkout of it apart.

Nothing is written to a remote, so that it works where there is no token, as on a fork.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError

_TIMEOUT_S = 300
# Set in git's own hooks, and then in the way of asking about another checkout (git-rev-parse, --local-env-vars).
_LOCAL = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_PREFIX",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_SHALLOW_FILE",
)  # fmt: skip
_PULL_REQUEST = re.compile(r"refs/pull/\d+/merge")


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit: what the user called it, its full id, and how it was chosen, in words (empty where it is as named)."""

    name: str
    sha: str
    how: str = ""

    @property
    def short(self) -> str:
        """The first ten digits of the id."""
        return self.sha[:10]


def environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for git: no variables of a hook, and no question to anybody."""
    kept = {name: value for name, value in environ.items() if name not in _LOCAL}
    return kept | {
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        "GIT_LFS_SKIP_SMUDGE": environ.get("GIT_LFS_SKIP_SMUDGE", "0"),
    }


def ask(folder: Path, *words: str, timeout_s: float = _TIMEOUT_S) -> str:
    """What `git` says in `folder`, without the newline at its end.

    Raises:
        GreenprofError: where git is not installed, takes too long, or says no; with its own words.
    """
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, errors="replace",
            env=environment(), timeout=timeout_s, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError:
        raise GreenprofError("git is not installed, and the base commit comes from it", EXIT_USAGE) from None
    except subprocess.TimeoutExpired:
        raise GreenprofError(f"git {words[0]} took longer than {timeout_s:g} s", EXIT_USAGE) from None
    if done.returncode:
        raise GreenprofError(f"git {words[0]}: {_reason(done.stderr) or f'exit code {done.returncode}'}", EXIT_USAGE)
    return done.stdout.rstrip("\n")


def answer(folder: Path, *words: str) -> str | None:
    """As `ask`, but None where git says no."""
    try:
        return ask(folder, *words)
    except GreenprofError:
        return None


def _reason(stderr: str) -> str:
    """The line of git's complaint that says what is wrong."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines
    return told[0].removeprefix("fatal: ").removeprefix("error: ") if told else ""


def toplevel(folder: Path) -> Path:
    """The folder of the repository that `folder` belongs to.

    Raises:
        GreenprofError: where there is no git, or no repository.
    """
    try:
        return Path(ask(folder, "rev-parse", "--show-toplevel"))
    except GreenprofError as error:
        if "not a git repository" not in str(error):
            raise
        raise GreenprofError(
            f"{folder}: is in no git repository, so there is no base commit to compare with", EXIT_USAGE
        ) from None


def changed_files(top: Path) -> int:
    """How many files of the working tree differ from its commit or are unknown to it."""
    return len(ask(top, "status", "--porcelain", "--untracked-files=normal").splitlines())


def head(top: Path) -> str | None:
    """The commit that is checked out; None before the first."""
    return answer(top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")


def is_shallow(top: Path) -> bool:
    """Whether the history ends somewhere, as after a checkout of depth 1."""
    return ask(top, "rev-parse", "--is-shallow-repository") == "true"


def commit(top: Path, name: str, *, fetch: bool = True) -> Commit:
    """The commit that `name` means; fetched from its remote where it is not here and `fetch` lets us.

    Raises:
        GreenprofError: where there is no such commit; with the command that would fetch it.
    """
    if name.startswith("-") or not name.strip():
        raise GreenprofError(f"{name!r} is no commit", EXIT_USAGE)
    if sha := _known(top, name):
        return Commit(name=name, sha=sha)
    remotes = (answer(top, "remote") or "").split()
    remote, reference = _remote_of(name, remotes)
    if remote is None:
        raise GreenprofError(f"{name}: no such commit here, and there is no remote to fetch it from", EXIT_USAGE)
    words = ["fetch", "--no-tags", *(["--depth=1"] if is_shallow(top) else []), remote, reference]
    command = f"git {' '.join(words)}"
    if not fetch:
        raise GreenprofError(f"{name}: no such commit here; fetch it first: {command}", EXIT_USAGE)
    try:
        ask(top, *words)
    except GreenprofError as error:
        reason = str(error).removeprefix("git fetch: ")
        raise GreenprofError(f"{name}: no such commit here, and `{command}` failed: {reason}", EXIT_USAGE) from None
    sha = ask(top, "rev-parse", "--verify", "FETCH_HEAD^{commit}")
    return Commit(name=name, sha=sha, how=f"fetched with `{command}`")


def _known(top: Path, name: str) -> str | None:
    return answer(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")


def _remote_of(name: str, remotes: list[str]) -> tuple[str | None, str]:
    """``origin/main`` is ``main`` of ``origin``; anything else is asked of ``origin``, or of the one that there is."""
    for remote in sorted(remotes, key=len, reverse=True):
        if name.startswith(f"{remote}/"):
            return remote, name[len(remote) + 1 :]
    if not remotes:
        return None, name
    return ("origin" if "origin" in remotes else remotes[0]), name


def base_of(
    top: Path, name: str, against: str | None, *, tip: bool = False, fetch: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Commit:  # fmt: skip
    """The commit to compare with: where `against` (None: the working tree) branched off from `name`, unless `tip`.

    What has been added to the base branch since is no part of the change, and must not be held against it. A pull
    request on GitHub is checked out merged into its base branch: there the merge base is that branch as it was merged.
    A shallow clone does not know where it branched off; of a merged pull request it still knows both parents.

    Raises:
        GreenprofError: as `commit` does.
    """
    start = against or "HEAD"
    if not tip and (parent := _merged_into(top, start, environ)):
        return Commit(name=name, sha=commit(top, parent, fetch=fetch).sha, how="the commit that GitHub merged it into")
    found = commit(top, name, fetch=fetch)
    if tip:
        return found
    fork = answer(top, "merge-base", found.sha, start)
    if fork == found.sha:
        return found
    if fork:
        return Commit(name=name, sha=fork, how=f"the merge base with {name}")
    why = "this clone is shallow" if is_shallow(top) else "they have no commit in common"
    told = f"the tip of {name}: where it branched off is not known ({why})"
    return Commit(name=name, sha=found.sha, how=f"{told}, {found.how}" if found.how else told)


def _merged_into(top: Path, start: str, environ: Mapping[str, str]) -> str | None:
    """The first parent of the merge that GitHub checks out for a pull request, if this is one in a shallow clone."""
    if start != "HEAD" or not _PULL_REQUEST.fullmatch(environ.get("GITHUB_REF", "")) or not is_shallow(top):
        return None
    if environ.get("GITHUB_SHA") != head(top):
        return None
    parents = re.findall(r"^parent ([0-9a-f]+)$", ask(top, "cat-file", "-p", "HEAD"), re.MULTILINE)
    return parents[0] if len(parents) == 2 else None


def check_out(top: Path, sha: str, folder: Path) -> None:
    """Put the files of a commit into `folder`, a worktree of its own; no hook of the project runs.

    Raises:
        GreenprofError: where git cannot.
    """
    ask(top, "-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--force", "--detach", str(folder), sha)


def take_away(top: Path, folder: Path) -> None:
    """Remove a worktree, and what git remembers of it; what is no worktree (any more) is left to the caller."""
    answer(top, "worktree", "remove", "--force", "--force", str(folder))
    answer(top, "worktree", "prune")


def files_at(top: Path, sha: str | None) -> frozenset[str]:
    """The paths of all files, relative to `top`: of a commit, or of the working tree with what is not added yet."""
    if sha is None:
        listed = ask(top, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    else:
        listed = ask(top, "ls-tree", "-r", "-z", "--name-only", "--full-tree", sha)
    return frozenset(filter(None, listed.split("\0")))


def differing(top: Path, sha: str) -> frozenset[str]:
    """The files of the working tree that are not as they are in a commit, new and deleted ones included."""
    known = ask(top, "diff", "--name-only", "--no-renames", "-z", sha).split("\0")
    new = ask(top, "ls-files", "-z", "--others", "--exclude-standard").split("\0")
    return frozenset(filter(None, (*known, *new)))


def text_at(top: Path, sha: str | None, path: str) -> str | None:
    """A file of a commit or of the working tree; None where it is not there."""
    if sha is not None:
        return answer(top, "cat-file", "blob", f"{sha}:{path}")
    try:
        return (top / path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def ignored_files(top: Path) -> tuple[str, ...]:
    """What git ignores in the working tree, relative to `top`: generated files, compiled extensions, caches."""
    return tuple(filter(None, ask(top, "ls-files", "-z", "--others", "--ignored", "--exclude-standard").split("\0")))
