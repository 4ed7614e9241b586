"""Opening a file to look into it, and leaving no trace: never a pipe or a device, and its time of last access stays."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from greenprof.scan.nouns import Seen

# Nothing that has taken the file's place meanwhile is followed (a link) or waited for (a pipe).
_FLAGS = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY"))
_KEEP_ATIME = getattr(os, "O_NOATIME", 0)


class ChangedError(Exception):
    """The file is no longer what the walk saw."""


class Opener:
    """Opens files and folders; tells `touched` of those whose time of last access cannot be kept: others own them."""

    def __init__(self, touched: Callable[[int, int], None]) -> None:
        self._touched = touched  # st_dev, st_ino

    def open(self, path: bytes, flags: int = 0) -> int:
        """A file descriptor; raises OSError as `os.open` does."""
        if _KEEP_ATIME:
            try:
                return os.open(path, _FLAGS | _KEEP_ATIME | flags)
            except PermissionError as error:
                if error.errno != errno.EPERM:  # EPERM: only its owner may ask for that; EACCES: may not be read
                    raise
        handle = os.open(path, _FLAGS | flags)
        status = os.fstat(handle)
        self._touched(status.st_dev, status.st_ino)
        return handle

    def open_folder(self, path: bytes) -> int:
        """A file descriptor of a folder, or of the one that a link leads to: see to it that it is the right one."""
        return self.open(os.path.join(path, b"."), getattr(os, "O_DIRECTORY", 0))

    @contextmanager
    def reading(self, seen: Seen) -> Iterator[int]:
        """A file descriptor of a file that is, before and after, what the walk saw; raises ChangedError, or OSError."""
        handle = self.open(seen.path)
        try:
            _check(handle, seen)
            yield handle
            _check(handle, seen)
        finally:
            os.close(handle)


def _check(handle: int, seen: Seen) -> None:
    now = os.fstat(handle)
    same = (now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns) == (
        seen.dev, seen.ino, seen.size_bytes, seen.mtime_ns,
    )  # fmt: skip
    if not stat.S_ISREG(now.st_mode) or not same:
        raise ChangedError


def reason_of(error: Exception) -> tuple[str, str]:
    """Why a file was left out: ``unreadable``, ``vanished`` or ``changed``, and the system's own words."""
    if isinstance(error, ChangedError):
        return "changed", ""
    assert isinstance(error, OSError)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "vanished", ""
    if error.errno in (errno.ELOOP, errno.ENXIO):  # a link or a pipe has taken its place
        return "changed", ""
    return "unreadable", error.strerror or ""
