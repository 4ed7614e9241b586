"""One judge at a time measures on a host, whoever started it. The kernel frees the lock when its holder dies."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOOK_S = 0.2


def lock_path() -> Path:
    """Where the lock is: a file that every user of this machine can open."""
    return Path(tempfile.gettempdir()) / "greenprof-judge.lock"


@contextmanager
def measuring_alone(path: Path | None = None, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock; `waiting` is called once if another judge measures now. Raises OSError if it cannot be opened."""
    descriptor = _opened(lock_path() if path is None else path)
    try:
        said = False
        while True:
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if not said:
                said = True
                waiting()
            time.sleep(_LOOK_S)
        yield
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    # Another user's file in a folder for all may not be opened with O_CREAT (fs.protected_regular).
    with suppress(FileNotFoundError):
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    return os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
