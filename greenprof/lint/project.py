"""What rules find that look at several files together: the files are read once, and what was found is remembered."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from greenprof.lint.files import decoded
from greenprof.lint.ignores import ignores_in, ignores_in_template
from greenprof.lint.orm.frameworks.template_files import template_paths
from greenprof.lint.orm.hits import Hits, ProjectHit, without_echoes
from greenprof.lint.orm.look import look
from greenprof.lint.orm.program import Node, program_of
from greenprof.lint.orm.project import module_names
from greenprof.lint.orm.screen import is_test
from greenprof.lint.project_cache import ProjectCache, digest_of_all
from greenprof.lint.result import FileResult, UnusedIgnore
from greenprof.lint.rule import ProjectRule
from greenprof.lint.workers import collecting_rarely
from greenprof.model import Edit, Finding

# The words of a file that declares or asks for rows; where no file has one, there is nothing to look for.
_MAPPERS = re.compile(
    rb"\b(?:django|sqlalchemy|sqlmodel|tortoise|peewee|flask_sqlalchemy|rest_framework)\b", re.IGNORECASE
)


def with_project(
    results: Sequence[FileResult],
    paths: Sequence[Path],
    rules: Sequence[ProjectRule],
    cache: ProjectCache | None = None,
) -> tuple[list[FileResult], list[str]]:
    """The results of files, and what `rules` find in them all together: one place has one finding of a kind.

    Behind those of `paths` come results of the templates in which something was found, with their paths.
    """
    found = find_in_project(paths, rules, cache)
    by_name = {rule.name: rule for rule in rules}
    files = [str(path) for path in paths]
    templates = sorted(set(found) - set(files))
    told = [*results, *(FileResult() for _ in templates)]
    names = [*files, *templates]
    return [
        _merged(result, path, found.get(path, ()), by_name) for result, path in zip(told, names, strict=True)
    ], names


def _merged(result: FileResult, path: str, found: Sequence[Finding], rules: Mapping[str, ProjectRule]) -> FileResult:
    if not found:
        return result
    gone = {(one.line, name) for one in found for name in rules[one.rule].replaces}
    result = replace(result, findings=tuple(one for one in result.findings if (one.line, one.rule) not in gone))
    data = _read(Path(path)) or b""
    text = "\n".join(_lines(data))
    ignores = ignores_in(text) if path.endswith((".py", ".pyi")) else ignores_in_template(text)
    taken = {(line, one.rule) for one in result.findings for line in range(one.line, one.end_line + 1)}
    told = [one for one in found if not any((one.line, name) in taken for name in rules[one.rule].yields_to)]
    kept = [one for one in told if not any(ignore.silences(one) for ignore in ignores)]
    return replace(result, findings=(*result.findings, *kept), unused=tuple(_still_unused(result.unused, told)))


def _still_unused(unused: Iterable[UnusedIgnore], found: Sequence[Finding]) -> Iterable[UnusedIgnore]:
    """The comments that do not silence one of `found` either."""
    for one in unused:
        here = [each for each in found if one.line in (each.line, each.end_line)]
        if not any(one.word in (each.rule, each.group, None) for each in here):
            yield one


def find_in_project(
    paths: Sequence[Path], rules: Sequence[ProjectRule], cache: ProjectCache | None = None
) -> dict[str, list[Finding]]:
    """What `rules` find in the files `paths` together, by path; one that cannot be read or parsed tells nothing.

    Tests are left out. What has not changed since the last time is taken from the cache.
    """
    texts = {str(path): data for path in paths if (data := _read(path)) is not None} if rules else {}
    if not any(_MAPPERS.search(data) for data in texts.values()):
        return {}
    names = module_names(texts)
    texts = {path: data for path, data in texts.items() if not is_test(names[path][0])}
    templates = template_paths(texts)
    digests = {path: hashlib.blake2b(data, digest_size=16).hexdigest() for path, data in texts.items()}
    digest = digest_of_all(digests, templates)
    known = cache.found(digest) if cache is not None else None
    if known is not None:
        return known
    with collecting_rarely():
        seen = look(_programs(texts, digests, cache), templates)
    found = _findings(Hits(without_echoes(seen.found.values())), rules, texts)
    if cache is not None:
        cache.keep_found(digest, found)
    return found


def _programs(
    texts: Mapping[str, bytes], digests: Mapping[str, str], cache: ProjectCache | None
) -> dict[str, list[Node]]:
    """The program of each file that can be parsed: kept from the last time where the file is the same."""
    known = cache.programs() if cache is not None else {}
    now = {digest: known[digest] if digest in known else _program(texts[path]) for path, digest in digests.items()}
    if cache is not None and now.keys() != known.keys():
        cache.keep_programs(now)
    return {path: program for path, digest in digests.items() if (program := now[digest]) is not None}


def _findings(hits: Hits, rules: Sequence[ProjectRule], texts: Mapping[str, bytes]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    lines: dict[str, list[str]] = {}
    for rule in rules:
        for hit in rule.find(hits):
            if hit.path not in lines:
                lines[hit.path] = _lines(texts.get(hit.path) or _read(Path(hit.path)) or b"")
            found.setdefault(hit.path, []).append(_finding(rule, hit, lines[hit.path], lines, texts))
    return found


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _program(data: bytes) -> list[Node] | None:
    try:
        return program_of(ast.parse(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _lines(data: bytes) -> list[str]:
    try:
        return decoded(data).split("\n")
    except (SyntaxError, ValueError):
        return []


def _finding(
    rule: ProjectRule, hit: ProjectHit, lines: Sequence[str], known: dict[str, list[str]], texts: Mapping[str, bytes]
) -> Finding:
    source = lines[hit.line - 1] if hit.line <= len(lines) else None
    edits: tuple[Edit, ...] = ()
    if hit.insert is not None and hit.insert_at is not None:
        path, line, column = hit.insert_at
        if path not in known:
            known[path] = _lines(texts.get(path, b""))
        at = _characters(known[path][line - 1], column) if line <= len(known[path]) else 1
        edits = (Edit(line=line, column=at, end_line=line, end_column=at, text=hit.insert),)
    return Finding(
        rule=rule.name,
        group=rule.group,
        path=hit.path,
        line=hit.line,
        column=_characters(source or "", hit.column),
        end_line=hit.line,
        message=hit.message,
        severity=rule.severity,
        confidence=hit.confidence,
        cost=rule.cost,
        rounds=1,
        open_loops=1,
        source=source,
        fix=hit.fix or rule.fix,
        edits=edits,
        fix_is_safe=False if edits else None,
        edit_path=hit.insert_at[0] if edits and hit.insert_at and hit.insert_at[0] != hit.path else None,
        evidence=hit.evidence,
    )


def _characters(line: str, column: int) -> int:
    """The column from 1, in characters, of one from 0, in bytes."""
    return len(line.encode()[:column].decode(errors="ignore")) + 1
