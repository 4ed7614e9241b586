"""What was found in a project as a whole, and what its files say, kept below ``.greenprof/`` until something changes.

Two files: the findings of the last project, known by the contents of all its files and templates; and each file's
program, known by its content, so that after a change only what has changed is parsed again. One that is damaged or
cannot be written costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import marshal
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenprof.lint.cache import finding_of, plain, write_file
from greenprof.model import Finding
from greenprof.project_folder import FOLDER

_FOUND, _PROGRAMS = "project.json", "programs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """What rules found in files together, by path, and for each rule which other rules it replaces and yields to."""

    found: Mapping[str, Sequence[Finding]]
    manners: Mapping[str, tuple[Sequence[str], Sequence[str]]]


class ProjectCache:
    """The findings and programs of a project; ``key`` is what both depend on beside the files."""

    def __init__(self, folder: Path, key: str) -> None:
        self._folder, self._key = folder / FOLDER, key

    def found(self, digest: str) -> Together | None:
        """What was found when the files were these."""
        try:
            data = json.loads((self._folder / _FOUND).read_bytes())
            if data["key"] != f"{self._key} {digest}":
                return None
            found = {path: [finding_of(each) for each in told] for path, told in data["found"].items()}
            return Together(found=found, manners={name: (one[0], one[1]) for name, one in data["manners"].items()})
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None

    def keep_found(self, digest: str, together: Together) -> None:
        """Remember what was found."""
        found = {path: [plain(each) for each in findings] for path, findings in together.found.items()}
        words = {"key": f"{self._key} {digest}", "found": found, "manners": dict(together.manners)}
        write_file(self._folder, _FOUND, json.dumps(words, separators=(",", ":")).encode())

    def programs(self) -> dict[str, Any]:
        """The programs of files, by the digest of their content."""
        try:
            key, programs = marshal.loads((self._folder / _PROGRAMS).read_bytes())
            return programs if key == self._words else {}
        except (OSError, ValueError, EOFError, TypeError):
            return {}

    def keep_programs(self, programs: Mapping[str, Any]) -> None:
        """Remember the programs of files."""
        write_file(self._folder, _PROGRAMS, marshal.dumps((self._words, dict(programs))))

    @property
    def _words(self) -> str:
        return f"{self._key} {sys.implementation.cache_tag}"


def digest_of_all(contents: Mapping[str, str], templates: Iterable[str]) -> str:
    """What tells a project from another: its files by the digests of their contents, templates by size and time."""
    digest = hashlib.blake2b(digest_size=16)
    for path, content in sorted(contents.items()):
        digest.update(f"{path}\0{content}\0".encode())
    for path in templates:
        with suppress(OSError):
            status = Path(path).stat()
            digest.update(f"{path}\0{status.st_size} {status.st_mtime_ns}\0".encode())
    return digest.hexdigest()
