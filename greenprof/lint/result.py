"""What linting gives: findings, and what could not be linted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from greenprof.model import CellPlace, Finding

TEMPLATE, NO_MANIFEST = "template", "no manifest"  # why a file was not read, where that is no error


@dataclass(frozen=True, slots=True, kw_only=True)
class FileError:
    """A file or folder that could not be read or parsed, and why. ``line`` is None where there is none."""

    path: str
    line: int | None
    message: str
    cell: CellPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedIgnore:
    """A word of a comment that silences nothing which was found; ``word`` is None for a comment without words."""

    path: str
    line: int
    column: int
    word: str | None
    cell: CellPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A finding that stands only where none of the files linted together tells the fact ``unless``."""

    finding: Finding
    unless: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What was found in one file, by place, or why nothing could be.

    ``facts`` are what it says of others, ``doubts`` what others may settle, ``skipped`` why it was not read where that
    is no error.
    ``program`` is the file's, as `greenprof.lint.orm.program` makes it, if that was asked for and the file was parsed.
    """

    findings: tuple[Finding, ...] = ()
    unused: tuple[UnusedIgnore, ...] = ()
    error: FileError | None = None
    doubts: tuple[Doubt, ...] = ()
    facts: tuple[str, ...] = ()
    skipped: str | None = None
    lines: int = 0
    program: Any = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LintResult:
    """What was found in how many files and lines, by path and place.

    ``paths`` are all files that were linted, ``unused`` the comments in them that silence nothing, ``facts`` what
    manifests say of each other, ``skipped`` the files that were not read although that is no error, and why.
    ``unsaid`` is how many findings were not sure enough to be among these.
    """

    findings: tuple[Finding, ...]
    errors: tuple[FileError, ...]
    files: int
    lines: int
    paths: tuple[str, ...] = field(default=(), repr=False, compare=False)
    facts: frozenset[str] = field(default=frozenset(), repr=False, compare=False)
    skipped: tuple[tuple[str, str], ...] = field(default=(), repr=False, compare=False)
    unused: tuple[UnusedIgnore, ...] = field(default=(), repr=False, compare=False)
    unsaid: int = field(default=0, repr=False, compare=False)


def settled(result: FileResult, facts: frozenset[str]) -> FileResult:
    """`result` with those of its doubts as findings that none of `facts` makes void."""
    if not result.doubts:
        return result
    sure = tuple(one.finding for one in result.doubts if one.unless not in facts)
    return replace(result, findings=(*result.findings, *sure), doubts=())


def reason(error: BaseException) -> str:
    """Why a file cannot be linted, in words."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, SyntaxError):
        return error.msg
    if isinstance(error, RecursionError | MemoryError):
        return "nested too deeply to be linted"
    return str(error)
