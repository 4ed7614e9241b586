"""A project is gone through, and what rules say of it becomes findings, with the text that would mend it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

from greenprof.lint.orm.hits import Hits, ProjectHit, without_echoes
from greenprof.lint.orm.look import look
from greenprof.lint.orm.program import Node, program_of
from greenprof.lint.project import lines_of, read
from greenprof.lint.project_cache import ProjectCache
from greenprof.lint.rule import ProjectRule
from greenprof.lint.workers import collecting_rarely
from greenprof.model import Edit, Finding


def look_for(
    rules: Sequence[ProjectRule],
    texts: Mapping[str, bytes],
    digests: Mapping[str, str],
    templates: Sequence[str],
    cache: ProjectCache | None,
) -> dict[str, list[Finding]]:
    """What `rules` find in files, given by path with their digests, and in the templates that they render."""
    with collecting_rarely():
        seen = look(_programs(texts, digests, cache), templates)
        return _findings(Hits(without_echoes(seen.found.values())), rules, texts)


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
                lines[hit.path] = lines_of(texts.get(hit.path) or read(Path(hit.path)) or b"")
            found.setdefault(hit.path, []).append(_finding(rule, hit, lines[hit.path], lines, texts))
    return found


def _program(data: bytes) -> list[Node] | None:
    try:
        return program_of(ast.parse(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _finding(
    rule: ProjectRule, hit: ProjectHit, lines: Sequence[str], known: dict[str, list[str]], texts: Mapping[str, bytes]
) -> Finding:
    source = lines[hit.line - 1] if hit.line <= len(lines) else None
    edits: tuple[Edit, ...] = ()
    if hit.insert is not None and hit.insert_at is not None:
        path, line, column = hit.insert_at
        if path not in known:
            known[path] = lines_of(texts.get(path, b""))
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
