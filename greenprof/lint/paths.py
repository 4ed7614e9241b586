"""The linter: paths in, findings out."""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from greenprof.lint.cache import Cache, key_of
from greenprof.lint.contents import Content, read_all
from greenprof.lint.files import FileChoice, linted_files
from greenprof.lint.ignores import ignores_in
from greenprof.lint.manifests.kinds import kind_of, may_be_manifest
from greenprof.lint.project import ProjectPass, with_project
from greenprof.lint.project_cache import ProjectCache
from greenprof.lint.result import FileError, FileResult, LintResult, reason, settled
from greenprof.lint.selection import Selection
from greenprof.lint.shards import Part, Shard
from greenprof.model import Finding

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
    target_version: str | None = None,
    choice: FileChoice | None = None,
    jobs: int | None = None,
    cache_in: Path | None = None,
    shard: Shard | None = None,
) -> LintResult:
    """Lint files and folders.

    ``select`` and ``ignore`` hold names of rules and groups, or ``all``; without ``select`` the rules that are on by
    default run, with ``extend_select`` some more (see `greenprof.lint.choice`). ``extra_rules`` are folders of further
    rules. ``per_file_ignores`` says for patterns of paths which rules are silent there. Findings below
    ``min_confidence`` are left out. ``target_version`` is the oldest Python that the code is to run on, as ``"3.12"``;
    by default the one that runs this: rules that save nothing there are silent. ``choice`` says which files of a folder
    are linted. Up to ``jobs`` processes share the work, by default as many as there are processors. What has not
    changed since the last time is taken from a cache below the folder ``cache_in``, if one is given. With a ``shard``
    only the files of that part are linted; what several files show together is looked for in all of them.

    Raises GreenprofError (exit code 2) for a path that does not exist, an unknown rule, group, confidence or
    version, and a rule that cannot be loaded. A file that cannot be read or parsed is an error
    in the result, and the rest goes on.
    """
    choice = choice or FileChoice()
    selection = Selection(
        select=tuple(select),
        extend_select=tuple(extend_select),
        ignore=tuple(ignore),
        extra_rules=tuple(os.fspath(folder) for folder in extra_rules),
        per_file_ignores={pattern: tuple(words) for pattern, words in per_file_ignores.items()},
        min_confidence=min_confidence,
        target_version=target_version,
        root=choice.root,
    )
    return lint_selected(paths, selection, choice, jobs=jobs, cache_in=cache_in, part=shard)


def wanted(findings: Iterable[Finding], texts: Mapping[str, str], selection: Selection) -> tuple[Finding, ...]:
    """Those of `findings`, made by others, that the settings and the comments in `texts`, by path, let through."""
    names = {rule.name for rule in selection.rules}
    ignores = {path: ignores_in(text) for path, text in texts.items()}
    return tuple(
        one
        for one in findings
        if one.rule in names
        and selection.keeps(one)
        and not any(ignore.silences(one) for ignore in ignores.get(one.path, ()))
    )


def lint_selected(
    paths: Folders,
    selection: Selection,
    choice: FileChoice,
    *,
    jobs: int | None = None,
    cache_in: Path | None = None,
    part: Part | None = None,
) -> LintResult:
    """What a selection of rules finds in files and folders; see `lint_paths`, for `part` too: any `shard` is one."""
    unlisted: list[FileError] = []

    def cannot_list(error: OSError) -> None:
        unlisted.append(FileError(path=str(error.filename), line=None, message=reason(error)))

    cache = None if cache_in is None else Cache(cache_in, key_of(selection.words, selection.extra_rules))
    given = [os.fspath(path) for path in paths]
    listed = list(linted_files(given, cannot_list, choice))
    if cache is None or not cache.holds_something:
        from greenprof.lint.workers import begin_early, processors

        begin_early(len(listed), processors() if jobs is None else jobs)
        _ = selection.rules  # whatever is wrong with them is said, files or not
    contents = read_all(listed)
    files = [path for path in listed if _is_worth_it(str(path), contents, given)]
    remembered = ProjectCache(cache_in, cache.key) if cache is not None and cache_in is not None else None
    together = ProjectPass(contents, lambda: selection.project_rules, remembered)
    wanted = together.files if together.remembered is None else {}
    everyone = files
    if part is not None:  # the others' files are read all the same: what is found in its own may come from them
        files = [path for path in everyone if part.holds(str(path), choice.root)]
    results = _results(files, contents, cache, selection, jobs=jobs, with_programs=wanted)
    programs = {
        contents[str(path)].digest: result.program
        for path, result in zip(files, results, strict=True)
        if result.program is not None and str(path) in contents
    }
    found = together.found(programs)
    if part is not None:
        own = {path: each for path, each in found.found.items() if part.holds(path, choice.root)}
        found = replace(found, found=own)
    told, names = with_project(results, [str(path) for path in files], contents, found)
    facts = frozenset[str]()
    if part is not None and any(each.doubts for each in results):  # manifests of other parts may settle them
        others = [path for path in everyone if path not in files and may_be_manifest(str(path))]
        read = _results(others, contents, cache, selection, jobs=jobs, with_programs=())
        facts = frozenset(fact for each in read for fact in each.facts)
    return _gathered(told, names, selection, unlisted, facts)


def _is_worth_it(path: str, contents: Mapping[str, Content], given: Sequence[str]) -> bool:
    """Whether a file that was listed is linted: not if it only has the name of a manifest, and nobody named it."""
    if path not in contents or not may_be_manifest(path) or path in given:
        return True
    return kind_of(path, contents[path].data) is not None


def lint_text(data: bytes, path: str, selection: Selection, *, is_python: bool = False) -> LintResult:
    """What a selection of rules finds in the content of a file that is, or might be, at `path`.

    With `is_python` the content is Python whatever the name says, as that of a notebook's cell in an editor.
    """
    from greenprof.lint.documents import lint_bytes
    from greenprof.lint.engine import lint_python

    lint = lint_python if is_python else lint_bytes
    return _gathered([lint(data, path, selection.file_rules)], [path], selection)


def by_place(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """`findings` by path and place."""
    return tuple(sorted(findings, key=lambda one: (one.path, one.line, one.column, one.rule)))


def _gathered(
    results: Sequence[FileResult],
    paths: Sequence[str],
    selection: Selection,
    unlisted: Sequence[FileError] = (),
    facts: frozenset[str] = frozenset(),
) -> LintResult:
    """All results as one; `facts` are those of manifests that are not among them."""
    facts = facts.union(fact for result in results for fact in result.facts)
    results = [settled(result, facts) for result in results]
    return LintResult(
        findings=by_place(one for result in results for one in result.findings if selection.keeps(one)),
        errors=(*unlisted, *(result.error for result in results if result.error is not None)),
        files=len(results),
        lines=sum(result.lines for result in results),
        paths=tuple(paths),
        unused=tuple(one for result in results for one in result.unused),
        unsaid=sum(selection.leaves_unsaid(one) for result in results for one in result.findings),
        facts=facts,
        skipped=tuple((path, each.skipped) for path, each in zip(paths, results, strict=True) if each.skipped),
    )


def _results(
    files: Sequence[Path],
    contents: Mapping[str, Content],
    cache: Cache | None,
    selection: Selection,
    *,
    jobs: int | None,
    with_programs: Container[str],
) -> list[FileResult]:
    """One result for each file, from the cache where it has one."""
    read = [contents.get(str(path)) for path in files]
    results = [
        cache.get(path, content.digest) if cache is not None and content is not None else None
        for path, content in zip(files, read, strict=True)
    ]
    places = [place for place, result in enumerate(results) if result is None]
    if places:
        from greenprof.lint.workers import lint_files, processors

        asked, rules = [files[place] for place in places], selection.file_rules
        jobs = processors() if jobs is None else jobs
        for place, result in zip(
            places, lint_files(asked, rules, selection.extra_rules, jobs, with_programs), strict=True
        ):
            results[place] = result
            content = read[place]
            if cache is not None and content is not None:
                cache.put(files[place], content.digest, result)
        if cache is not None:
            cache.save()
    return [result for result in results if result is not None]
