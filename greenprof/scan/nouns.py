"""What the scan passes on: frozen values; sizes in bytes, times in nanoseconds since 1970."""

from __future__ import annotations

import os
from dataclasses import dataclass

KINDS = ("duplicates", "stale", "compressible")
DAY_NS = 86_400 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is looked for, and where not.

    Files smaller than ``min_bytes`` are counted but not judged; text is compressed on trial from ``large_bytes`` on;
    a file is stale after ``stale_days`` without being read or changed. ``exclude`` holds patterns as those of a
    ``.gitignore``, relative to each folder that is named; with ``gitignore`` the ``.gitignore`` files in the folders
    hold too. Other file systems than those of the named folders are entered with ``other_file_systems`` only.
    """

    kinds: tuple[str, ...] = KINDS
    min_bytes: int = 4096
    large_bytes: int = 10**6
    stale_days: float = 365.0
    exclude: tuple[str, ...] = ()
    gitignore: bool = False
    other_file_systems: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One file as the walk saw it. ``used_ns`` is the last of its times of reading, change, and change of its entry."""

    id: int
    path: bytes
    dev: int
    ino: int
    size_bytes: int
    allocated_bytes: int  # what the file system has set aside for it: more than the size, or less for a sparse file
    links: int
    mtime_ns: int
    used_ns: int

    @property
    def name(self) -> str:
        """The path as Python writes names: undecodable bytes are lone surrogates."""
        return os.fsdecode(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the walk met. A file with several names is one file; its other names are ``hard_links``."""

    folders: int = 0
    files: int = 0
    size_bytes: int = 0
    allocated_bytes: int = 0
    hard_links: int = 0
    symlinks: int = 0
    special: int = 0  # pipes, sockets, devices: never opened
    excluded: int = 0
    other_file_systems: int = 0  # folders where another one is mounted, not entered


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one kind of waste comes to. ``freed_bytes`` is None where nothing can be said to become free."""

    count: int  # groups of duplicates, or files
    files: int
    size_bytes: int
    allocated_bytes: int
    freed_bytes: int | None = None
    freed_low_bytes: int | None = None
    freed_high_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Files with the same content: all of ``files`` but one could go, or be links to it."""

    digest: str
    size_bytes: int  # of each
    files: int
    allocated_bytes: int  # of all
    freed_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compressible:
    """A large text file, and what compressing it would leave of it, with the interval of the estimate (95 %)."""

    seen: Seen
    ratio: float  # compressed size / size
    ratio_low: float
    ratio_high: float
    samples: int  # 0: the whole file was compressed, and the ratio is exact
    freed_bytes: int
    freed_low_bytes: int
    freed_high_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Something that could not be looked at, and why."""

    path: bytes
    reason: str  # "unreadable", "changed", "vanished", "pseudo file system"
    detail: str = ""
