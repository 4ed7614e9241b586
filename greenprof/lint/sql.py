"""SQL that stands by itself, as in a block of a page: what rules about statements say of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.ignores import ignores_in_sql, unused
from greenprof.lint.result import FileResult
from greenprof.lint.rule import FAILURES, BrokenRuleError, Rule, SqlHit
from greenprof.model import Finding

# Texts, names in quotes and comments: a semicolon or a word in one of them means nothing.
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; what is quoted is blank in ``code``, so that places in both are the same. ``at`` is its place."""

    code: str
    at: int


def lint_sql(text: str, path: str, rules: Sequence[Rule]) -> FileResult:
    """What `rules` find in a text of SQL, at any confidence."""
    found = sorted(_findings(text, path, rules), key=lambda one: (one.line, one.column, one.rule))
    ignores = ignores_in_sql(text)
    kept = tuple(one for one in found if not any(ignore.silences(one) for ignore in ignores))
    return FileResult(findings=kept, unused=unused(ignores, found, path), lines=text.count("\n"))


def statements_in(text: str) -> Iterator[Statement]:
    """The statements of a text of SQL, with semicolons between them."""
    code = _QUOTED.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    at = 0
    for each in code.split(";"):
        start = len(each) - len(each.lstrip())
        if each.strip():
            yield Statement(each.strip(), at + start)
        at += len(each) + 1


def _findings(text: str, path: str, rules: Sequence[Rule]) -> Iterator[Finding]:
    lines = text.split("\n")
    for statement in statements_in(text):
        for rule in rules:
            for hit in _hits(rule, statement.code, path):
                line, column = _place(text, statement.at + hit.at)
                end_line, _ = _place(text, statement.at + len(statement.code))
                yield Finding(
                    rule=rule.name,
                    group=rule.group,
                    path=path,
                    line=line,
                    column=column,
                    end_line=end_line,
                    message=hit.message,
                    severity=rule.severity,
                    confidence=hit.confidence,
                    cost=rule.cost,
                    rounds=1,
                    open_loops=rule.hidden_loops,
                    source=lines[line - 1],
                    fix=rule.fix,
                )


def _hits(rule: Rule, statement: str, path: str) -> list[SqlHit]:
    try:
        return list(rule.find_in_sql(statement))
    except FAILURES as error:
        raise GreenprofError(f"{BrokenRuleError(rule, error)} ({path})", EXIT_USAGE) from error


def _place(text: str, at: int) -> tuple[int, int]:
    """Line and column from 1."""
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
