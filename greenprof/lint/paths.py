"""The linter: paths in, findings out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.cache import Cache, digest_of, key_of
from greenprof.lint.choice import check_words, chosen
from greenprof.lint.engine import reason
from greenprof.lint.files import FileChoice, python_files
from greenprof.lint.per_file import PerFileIgnores
from greenprof.lint.registry import load_rules
from greenprof.lint.result import FileError, FileResult, LintResult
from greenprof.lint.rule import Rule, is_confident
from greenprof.lint.workers import lint_files, processors
from greenprof.model import CONFIDENCES, Finding

Folders = Iterable[str | os.PathLike[str]]
NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})


def lint_paths(
    paths: Folders,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    extra_rules: Folders = (),
    per_file_ignores: Mapping[str, Sequence[str]] = NOTHING,
    min_confidence: str = "medium",
    choice: FileChoice | None = None,
    jobs: int | None = None,
    cache_in: Path | None = None,
) -> LintResult:
    """Lint files and folders.

    ``select`` and ``ignore`` hold names of rules and groups, or ``all``; without ``select`` the rules that are on by
    default run, with ``extend_select`` some more (see `greenprof.lint.choice`). ``extra_rules`` are folders of further
    rules. ``per_file_ignores`` says for patterns of paths which rules are silent there. Findings below
    ``min_confidence`` are left out. ``choice`` says which files of a folder are linted. Up to ``jobs`` processes share
    the work, by default as many as there are processors. What has not changed since the last time is taken from a
    cache below the folder ``cache_in``, if one is given.

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

    choice = choice or FileChoice()
    per_file = PerFileIgnores(per_file_ignores, choice.root)
    asked = _Asked(select, ignore, extend_select, per_file.words, folders)
    cache = None if cache_in is None else Cache(cache_in, key_of(asked.words, folders))
    if cache is None or not cache.holds_something:
        asked.rules()  # whatever is wrong with them is said, files or not
    files = list(python_files(paths, cannot_list, choice))
    results = _results(files, cache, asked, processors() if jobs is None else jobs)
    return LintResult(
        findings=by_place(
            one
            for result in results
            for one in result.findings
            if is_confident(one.confidence, min_confidence) and not per_file.silence(one)
        ),
        errors=(*unlisted, *(result.error for result in results if result.error is not None)),
        files=len(files),
        lines=sum(result.lines for result in results),
        paths=tuple(map(str, files)),
    )


def by_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """`findings` by path and place."""
    return tuple(sorted(findings, key=lambda one: (one.path, one.line, one.column, one.rule)))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which rules are wanted, and where they come from."""

    select: Sequence[str]
    ignore: Sequence[str]
    extend_select: Sequence[str]
    per_file: Sequence[str]
    folders: tuple[str, ...]

    @property
    def words(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(tuple, (self.select, self.ignore, self.extend_select, self.per_file)))

    def rules(self) -> tuple[Rule, ...]:
        rules = load_rules(self.folders)
        check_words(rules, self.per_file)
        return chosen(rules, self.select, self.ignore, self.extend_select)


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
