"""Source files that ran: their digests, so that a later look shows no other lines than those."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path


def digests(paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each path that is a file that can be read; others are left out."""
    found: dict[str, str] = {}
    for path in sorted(set(paths)):
        with suppress(OSError, ValueError):
            found[path] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return found


def unchanged(paths: Iterable[str], known: Mapping[str, str]) -> tuple[str, ...]:
    """Those of `paths` that still hold what `known`, their digests, say that they held."""
    wanted = [path for path in paths if path in known]
    now = digests(wanted)
    return tuple(path for path in wanted if now.get(path) == known[path])


def lines_of(paths: Iterable[str]) -> dict[str, list[str]]:
    """Lines of text by path; bytes that are not UTF-8 are shown as such, and what cannot be read is left out."""
    texts: dict[str, list[str]] = {}
    for path in paths:
        with suppress(OSError):
            texts[path] = Path(path).read_text(encoding="utf-8", errors="replace").split("\n")
    return texts
