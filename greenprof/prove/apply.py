"""What was kept goes into the working tree: all of it, or nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from greenprof.errors import EXIT_OWN_FAILURE, GreenprofError
from greenprof.lint.rewrite import write_file
from greenprof.prove.nouns import Proof
from greenprof.prove.project import Project


def apply_proof(proof: Proof, project: Project) -> None:
    """Write the files of the patch; raises GreenprofError, with nothing changed, where one is not what it was."""
    for path, before in proof.originals.items():
        if _content(project.root / path) != before:
            raise GreenprofError(
                f"{path}: has changed meanwhile, so nothing was applied; the patch is there for git apply",
                EXIT_OWN_FAILURE,
            )
    done: list[str] = []
    try:
        for path, data in proof.contents.items():
            target = project.root / path
            if proof.originals.get(path) is None:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
            else:
                write_file(target, data)
            done.append(path)
    except OSError as error:
        for path in done:
            _put_back(project.root / path, proof.originals.get(path))
        raise GreenprofError(f"{error.filename}: cannot be written ({error.strerror}); nothing was applied") from None


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _put_back(path: Path, before: bytes | None) -> None:
    with suppress(OSError):
        if before is None:
            path.unlink(missing_ok=True)
        else:
            write_file(path, before)
