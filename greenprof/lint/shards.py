"""A part of a large run: which files are its own, so that several machines lint one project between them.

A file belongs to the part that the digest of its path says, as seen from the project's folder: to just one, to the same
one wherever the project lies, and to the same one when other files come and go.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.files import absolute
from greenprof.lint.identity import relative

_WRITTEN = re.compile(r"(\d{1,6})/(\d{1,6})")


class Part(Protocol):
    """Those of the files that are read in which findings are told."""

    def holds(self, path: str, root: Path) -> bool:
        """Whether a file of the project in `root` is one of them."""
        ...


@dataclass(frozen=True, slots=True)
class Among:
    """The part that is just some files, given by their absolute paths."""

    paths: frozenset[str]

    def holds(self, path: str, root: Path) -> bool:
        """Whether a file is one of them."""
        return absolute(path) in self.paths


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `number` of `count`, from 1 on."""

    number: int
    count: int

    def holds(self, path: str, root: Path) -> bool:
        """Whether a file of the project in `root` is one of this part's."""
        name = relative(path, root).encode()
        digest = hashlib.blake2b(name, digest_size=8).digest()
        return int.from_bytes(digest, "big") % self.count == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"


def read_shard(written: str) -> Shard:
    """``3/8`` as a part; raises GreenprofError (exit code 2) for what is none."""
    match = _WRITTEN.fullmatch(written.strip())
    shard = Shard(int(match[1]), int(match[2])) if match else None
    if shard is None or not 1 <= shard.number <= shard.count:
        raise GreenprofError(f"--shard {written!r}: should be PART/PARTS, such as 3/8: part 3 of 8", EXIT_USAGE)
    return shard
