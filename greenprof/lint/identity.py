"""What a finding is known by when the code around it changes: rule, file and code, not the number of its line."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from greenprof.model import Finding

Key = tuple[str, str, str]


def key(finding: Finding, folder: Path | None = None) -> Key:
    """File as seen from `folder` (by default here), rule and code, in which blanks do not count."""
    return relative(finding.path, folder), finding.rule, " ".join((finding.source or "").split())


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """A name for each finding, in order; where several have the same key, their order tells them apart."""
    seen: Counter[Key] = Counter()
    names = []
    for one in findings:
        known = key(one)
        names.append(hashlib.blake2b(repr((known, seen[known])).encode(), digest_size=16).hexdigest())
        seen[known] += 1
    return names


def relative(path: str, folder: Path | None = None) -> str:
    """`path` as seen from `folder` (by default here), with slashes, where it lies below it; else as it is.

    What is no text in it is replaced, for other programs could not read it.
    """
    full = os.path.abspath(path)  # noqa: PTH100 (links stay as they are)
    here = os.path.join(os.path.abspath(folder or ""), "")  # noqa: PTH100, PTH118
    shown = Path(full[len(here) :] if full.startswith(here) else path).as_posix()
    return shown.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
