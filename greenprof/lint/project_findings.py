"""A project is gone through, and what rules say of it becomes findings, with the text that would mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.grades import is_confident
from greenprof.lint.contents import Content, read
from greenprof.lint.eager import load_behind
from greenprof.lint.orm.hits import Hits, ProjectHit, without_echoes
from greenprof.lint.orm.look import look
from greenprof.lint.orm.program import Node, program_in
from greenprof.lint.project import lines_of
from greenprof.lint.project_cache import ProjectCache
from greenprof.lint.rule import FAILURES, BrokenRuleError, ProjectRule
from greenprof.lint.workers import collecting_rarely
from greenprof.model import Edit, Finding


def look_for(
    rules: Sequence[ProjectRule],
    files: Mapping[str, Content],
    templates: Sequence[str],
    programs: Mapping[str, Any],
    cache: ProjectCache | None,
) -> dict[str, list[Finding]]:
    """What `rules` find in files, given by path, and in the templates that they render.

    `programs` are those of files that are there already, by digest.
    """
    with collecting_rarely():
        seen = look(_programs(files, programs, cache), templates)
        return _findings(Hits(without_echoes(seen.all_found())), rules, files)


def _programs(
    files: Mapping[str, Content], programs: Mapping[str, Any], cache: ProjectCache | None
) -> dict[str, list[Node]]:
    """The program of each file that can be parsed: kept from the last time where the file is the same."""
    digests = {one.digest for one in files.values()}
    kept = cache.programs() if cache is not None and digests - programs.keys() else {}
    known = {**kept, **programs}
    now = {one.digest: known[one.digest] if one.digest in known else program_in(one.data) for one in files.values()}
    if cache is not None and now.keys() != kept.keys():
        cache.keep_programs(now)
    return {path: program for path, one in files.items() if (program := now[one.digest]) is not None}


def _findings(hits: Hits, rules: Sequence[ProjectRule], files: Mapping[str, Content]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    lines: dict[str, list[str]] = {}
    for rule in rules:
        for hit in _hits_of(rule, hits):
            if hit.path not in lines:
                lines[hit.path] = _lines(hit.path, files)
            found.setdefault(hit.path, []).append(_finding(rule, hit, lines[hit.path], lines, files))
    return found


def _hits_of(rule: ProjectRule, hits: Hits) -> list[ProjectHit]:
    try:
        return list(rule.find(hits))
    except FAILURES as error:
        raise GreenprofError(str(BrokenRuleError(rule, error)), EXIT_USAGE) from error


def _lines(path: str, files: Mapping[str, Content]) -> list[str]:
    return lines_of(files[path].data if path in files else read(Path(path)) or b"")


def _finding(
    rule: ProjectRule, hit: ProjectHit, lines: Sequence[str], known: dict[str, list[str]], files: Mapping[str, Content]
) -> Finding:
    source = lines[hit.line - 1] if hit.line <= len(lines) else None
    edits: tuple[Edit, ...] = ()
    if hit.insert is not None and hit.insert_at is not None and is_confident(hit.confidence, "medium"):
        path, line, column = hit.insert_at
        for one in (path, *(step.path for step in hit.evidence)):
            if one not in known:
                known[one] = _lines(one, files)
        if not (hit.insert.startswith(".prefetch") and _is_streamed(hit, known)):
            edits = load_behind(hit.insert, "\n".join(known[path]), line, column)
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


def _is_streamed(hit: ProjectHit, lines: Mapping[str, Sequence[str]]) -> bool:
    """Whether the rows come from Django's ``iterator()``, which refuses to prefetch unless it is told how many."""
    steps = [(hit.path, hit.line), *((step.path, step.line) for step in hit.evidence)]
    return any(".iterator(" in lines[path][line - 1] for path, line in steps if line <= len(lines.get(path, ())))


def _characters(line: str, column: int) -> int:
    """The column from 1, in characters, of one from 0, in bytes."""
    return len(line.encode()[:column].decode(errors="ignore")) + 1
