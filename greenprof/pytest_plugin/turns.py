"""Whose turn it is to measure: a meter of the whole machine shows what the other workers of xdist do meanwhile, too.

Workers lock a file that their controller has made. The lock falls with the process that holds it, however that ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # not a Unix: workers measure at the same time, and the intervals show it
    fcntl = None  # type: ignore[assignment]


class Turns:
    """``with turns.mine():`` one worker at a time, which may enter again meanwhile. Without a file all may."""

    def __init__(self, path: str | None) -> None:
        self._path = Path(path) if path else None
        self._file: IO[str] | None = None
        self._depth = 0

    @contextmanager
    def mine(self, needed: bool = True) -> Iterator[None]:
        """Wait for the turn, where it is needed."""
        self.take(needed)
        try:
            yield
        finally:
            self.give_back()

    def take(self, needed: bool = True) -> None:
        """Wait for the turn; to be followed by `give_back`."""
        self._depth += 1
        if self._depth > 1 or not needed or self._path is None or fcntl is None:
            return
        try:
            self._file = self._path.open("a")
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except OSError:  # a file system without locks, or the controller has gone
            self._close()

    def give_back(self) -> None:
        """Let the next one measure."""
        self._depth -= 1
        if not self._depth:
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
