"""The linter: paths in, findings out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.cache import Cache, digest_of, key_of
from greenprof.lint.engine import chosen, reason
from greenprof.lint.files import python_files
from greenprof.lint.registry import load_rules
from greenprof.lint.result import FileError, FileResult, LintResult
from greenprof.lint.rule import Rule, is_confident
from greenprof.lint.workers import lint_files, processors
from greenprof.model import CONFIDENCES

Folders = Iterable[str | os.PathLike[str]]


def lint_paths(
    paths: Folders,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extra_rules: Folders = (),
    min_confidence: str = "medium",
    jobs: int | None = None,
    cache_in: Path | None = None,
) -> LintResult:
    """Lint files and folders.

    ``select`` and ``ignore`` hold names of rules and groups, or ``all``; without ``select`` the
    rules that are on by default run. ``extra_rules`` are folders of further rules. Findings below
    ``min_confidence`` are left out. Up to ``jobs`` processes share the work, by default as many as there are
    processors. What has not changed since the last time is taken from a cache below the folder ``cache_in``, if one
    is given.

    Raises GreenprofError (exit code 2) for a path that does not exist, an unknown rule, group or
    confidence, and a rule that cannot be loaded. A file that cannot be read or parsed is an error
    in the result, and the rest goes on.
    """
    if min_confidence not in CONFIDENCES:
        raise GreenprofError(f"unknown confidence {min_confidence!r}: one of {', '.join(CONFIDENCES)}", EXIT_USAGE)
    folders = tuple(os.fspath(folder) for folder in extra_rules)
    unlisted: list[FileError] = []

    def cannot_list(error: OSError) -> None:
        unlisted.append(FileError(path=str(error.filename), line=None, message=reason(error)))

    asked = _Asked(select, ignore, folders)
    cache = None if cache_in is None else Cache(cache_in, key_of(select, ignore, folders))
    if cache is None or not cache.holds_something:
        asked.rules()  # whatever is wrong with them is said, files or not
    files = list(python_files(paths, cannot_list))
    results = _results(files, cache, asked, processors() if jobs is None else jobs)
    return LintResult(
        findings=tuple(
            one for result in results for one in result.findings if is_confident(one.confidence, min_confidence)
        ),
        errors=(*unlisted, *(result.error for result in results if result.error is not None)),
        files=len(files),
        lines=sum(result.lines for result in results),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which rules are wanted, and where they come from."""

    select: Sequence[str]
    ignore: Sequence[str]
    folders: tuple[str, ...]

    def rules(self) -> tuple[Rule, ...]:
        return chosen(load_rules(self.folders), self.select, self.ignore)


def _results(files: Sequence[Path], cache: Cache | None, asked: _Asked, jobs: int) -> list[FileResult]:
    """One result for each file, from the cache where it has one."""
    digests = [digest_of(path) if cache is not None else None for path in files]
    results = [
        cache.get(path, digest) if cache is not None and digest is not None else None
        for path, digest in zip(files, digests, strict=True)
    ]
    places = [place for place, result in enumerate(results) if result is None]
    if places:
        found = lint_files([files[place] for place in places], asked.rules(), asked.folders, jobs)
        for place, result in zip(places, found, strict=True):
            results[place] = result
            digest = digests[place]
            if cache is not None and digest is not None:
                cache.put(files[place], digest, result)
        if cache is not None:
            cache.save()
    return [result for result in results if result is not None]
