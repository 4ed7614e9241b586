"""Contents of files to a patch that ``git apply`` takes, and a patch of the user's own to contents of files."""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.prove.project import without_git

_ESCAPES = "surrogateescape"


class PatchError(Exception):
    """A patch that does not apply; the message says why."""


def patch_of(before: Mapping[str, bytes | None], after: Mapping[str, bytes]) -> str:
    """What takes the files `before`, by path below the root, to `after`; empty where nothing changes."""
    return "".join(
        _of_file(path, before.get(path), after[path]) for path in sorted(after) if before.get(path) != after[path]
    )


def write_patch(path: Path, patch: str) -> None:
    """Byte for byte, in whatever encoding the files are. Raises OSError."""
    path.write_bytes(patch.encode("utf-8", _ESCAPES))


def read_patch(path: Path) -> str:
    """A patch of the user's own; raises GreenprofError (exit code 2) for what is none, or changes more than text."""
    try:
        text = path.read_bytes().decode("utf-8", _ESCAPES)
    except OSError as error:
        raise GreenprofError(f"{path}: cannot be read ({error.strerror})", EXIT_USAGE) from None
    if not re.search(r"^@@ ", text, re.MULTILINE):
        raise GreenprofError(f"{path}: is no patch: no line begins with @@", EXIT_USAGE)
    if re.search(r"^(deleted file|rename from|GIT binary)", text, re.MULTILINE):
        raise GreenprofError(
            f"{path}: deletes, renames or holds what is no text; a fix to prove changes text", EXIT_USAGE
        )
    return text


def files_in(patch: str) -> tuple[str, ...]:
    """The files that a patch changes, as it names them, without ``a/`` and ``b/``."""
    named = re.findall(r"^\+\+\+ ([^\t\n]+)", patch, re.MULTILINE)
    return tuple(dict.fromkeys(name.removeprefix("b/") for name in named))


def apply_patch(patch: str, folder: Path, work: Path) -> None:
    """Apply a patch to the files below `folder`, as ``git apply`` does, from ``a/…`` or from plain paths.

    `work` is above the folder; no repository beyond it is looked for. Raises PatchError where it does not apply.
    """
    if shutil.which("git") is None:
        raise GreenprofError("patches of your own are applied by git, and there is no git here", EXIT_USAGE)
    said = ""
    for strip in ("-p1", "-p0"):
        done = subprocess.run(
            ["git", "apply", "--whitespace=nowarn", strip, "-"],
            cwd=folder,
            input=patch.encode("utf-8", _ESCAPES),
            capture_output=True,
            env={**without_git(), "GIT_CEILING_DIRECTORIES": str(work)},
            check=False,
        )
        if done.returncode == 0:
            return
        said = said or done.stderr.decode("utf-8", "replace").strip().splitlines()[0].removeprefix("error: ")
    raise PatchError(said)


def _of_file(path: str, before: bytes | None, after: bytes) -> str:
    tab = "\t" if " " in path else ""
    old = "/dev/null" if before is None else f"a/{path}{tab}"
    new_file = "new file mode 100644\n" if before is None else ""
    lines = list(difflib.unified_diff(_lines(before or b""), _lines(after), old, f"b/{path}{tab}"))
    body = "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
    return f"diff --git a/{path} b/{path}\n{new_file}{body}"


def _lines(data: bytes) -> list[str]:
    # Not splitlines: git ends a line at \n only.
    return re.findall(r"[^\n]*\n|[^\n]+", data.decode("utf-8", _ESCAPES))
