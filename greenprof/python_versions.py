"""Versions of Python, as (3, 12): what a project runs on, and where advice holds."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from greenprof.errors import EXIT_USAGE, GreenprofError

Version = tuple[int, int]

RUNNING: Version = sys.version_info[:2]
_TEXT = re.compile(r"(?:py)?(3)\.?(\d+)\Z")
_CLAUSE = re.compile(r"(>=|>|~=|===?)\s*(\d+)(?:\.(\d+))?")  # of PEP 440: those that say what is the least


@dataclass(frozen=True, slots=True)
class Pythons:
    """The versions from ``since`` on, and before ``before``; None is no bound."""

    since: Version | None = None
    before: Version | None = None

    def __contains__(self, version: Version) -> bool:
        return (self.since is None or version >= self.since) and (self.before is None or version < self.before)

    def nearest(self, version: Version) -> Version:
        """`version`, or the next one to it that is among these."""
        if self.since is not None and version < self.since:
            return self.since
        return (self.before[0], self.before[1] - 1) if self.before is not None and version >= self.before else version

    def __str__(self) -> str:
        """As in ``requires-python``; empty for all."""
        bounds = ((">=", self.since), ("<", self.before))
        return ",".join(f"{sign}{text_of(version)}" for sign, version in bounds if version is not None)


def text_of(version: Version) -> str:
    """``3.12``."""
    return f"{version[0]}.{version[1]}"


def version_of(text: str) -> Version:
    """The version in ``3.12``, ``py312``; raises GreenprofError (exit code 2) for anything else."""
    found = _TEXT.match(text)
    if found is None:
        raise GreenprofError(f"target version {text!r}: should be a version of Python 3, such as 3.12", EXIT_USAGE)
    return int(found[1]), int(found[2])


def least(requires: str) -> Version | None:
    """The oldest version that a ``requires-python`` lets in, ``>=3.11,<4``; None where it says nothing of it."""
    bounds = [_CLAUSE.match(clause.strip()) for clause in requires.split(",")]
    found = [(int(one[2]), int(one[3] or 0)) for one in bounds if one is not None]
    return max(found) if found else None
