"""How far a proof has come, on disk after each fix that was tried, so that one that was interrupted can go on."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from greenprof import project_folder
from greenprof.errors import EXIT_OWN_FAILURE, EXIT_USAGE, GreenprofError
from greenprof.prove.nouns import Asked, Candidate, Trial
from greenprof.wire import decoded, dumps

NAME = "prove"
FORMAT, VERSION = "greenprof-prove-state", 1
_FILE = "state.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What was asked, of which state of the project, which fixes are to be tried, and what came of those that were."""

    asked: Asked
    sources: dict[str, str]
    candidates: tuple[Candidate, ...]
    left: tuple[str, ...]
    trials: tuple[Trial, ...] = ()
    kept: dict[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    started_at: str = ""
    j_per_cpu_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saved:
    """`State` as JSON holds it."""

    asked: Asked
    candidates: tuple[Candidate, ...]
    left: tuple[str, ...]
    trials: tuple[Trial, ...]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    started_at: str = ""
    j_per_cpu_s: float | None = None


def folder_in(root: Path) -> Path:
    """The proofs' own folder below the project's; raises GreenprofError where it cannot be made."""
    try:
        project_folder.make(root / project_folder.FOLDER)
        folder = root / project_folder.FOLDER / NAME
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise GreenprofError(f"{error.filename}: cannot be made ({error.strerror})", EXIT_OWN_FAILURE) from None
    return folder


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Inside, no other proof of this project runs; the kernel lets go of the lock whatever ends this process."""
    import fcntl

    with (folder / "lock").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise GreenprofError(
                f"another greenprof prove is at work in this project ({folder / 'lock'}); wait for its end", EXIT_USAGE
            ) from None
        yield


def save(state: State, folder: Path) -> None:
    """All of it or what was there before. Raises GreenprofError where it cannot be written."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        **{key: value for key, value in asdict(state).items() if key not in ("kept", "sources")},
        "sources": state.sources,
        "kept": {path: content.decode("latin-1") for path, content in state.kept.items()},
    }
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".state.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(dumps(data))
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(folder / _FILE)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise GreenprofError(f"{folder / _FILE}: cannot be written ({error.strerror})", EXIT_OWN_FAILURE) from None


def is_unfinished(folder: Path) -> bool:
    """Whether an earlier proof was interrupted."""
    return (folder / _FILE).exists()


def load(folder: Path) -> State | None:
    """What an earlier proof has left unfinished; None where there is nothing.

    Raises GreenprofError (exit code 2) for a file that cannot be understood.
    """
    path = folder / _FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != VERSION:
        raise _damaged(path, f"not {FORMAT}, version {VERSION}")
    kept, sources = _texts(data, "kept", path), _texts(data, "sources", path)
    if any(PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts for name in kept):
        raise _damaged(path, "kept leads out of the project")
    saved = decoded(_Saved, data, str(path))
    return State(
        asked=saved.asked,
        sources=sources,
        candidates=saved.candidates,
        left=saved.left,
        trials=saved.trials,
        kept={name: text.encode("latin-1") for name, text in kept.items()},
        notes=saved.notes,
        seconds=saved.seconds,
        started_at=saved.started_at,
        j_per_cpu_s=saved.j_per_cpu_s,
    )


def clear(folder: Path) -> None:
    """Nothing is unfinished any more."""
    (folder / _FILE).unlink(missing_ok=True)
    for left in folder.glob(".state.*"):
        left.unlink(missing_ok=True)


def _texts(data: dict[str, Any], key: str, path: Path) -> dict[str, str]:
    value = data.get(key)
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise _damaged(path, f"{key} is no table of texts")
    return value


def _damaged(path: Path, why: str) -> GreenprofError:
    return GreenprofError(f"{path}: is damaged ({why}); begin again without --resume", EXIT_USAGE)
