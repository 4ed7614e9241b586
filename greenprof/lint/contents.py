"""What is in the files that are linted: read once, and known by a digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file, and what tells them from others."""

    data: bytes = field(repr=False)
    digest: str


def content_of(data: bytes) -> Content:
    """Some bytes with their digest."""
    return Content(data, hashlib.blake2b(data, digest_size=16).hexdigest())


def read_all(paths: Iterable[Path]) -> dict[str, Content]:
    """The contents of files by path; one that cannot be read is not among them."""
    return {str(path): content_of(data) for path in paths if (data := read(path)) is not None}


def read(path: Path) -> bytes | None:
    """The bytes of a file; None where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None
