"""Markdown: its blocks of Python and SQL, each on its own, told by the lines of the file.

A block that is no Python is left alone: pages show fragments. In a block of ``>>>`` and ``...`` the code behind them
counts. ``<!-- greenprof: ignore[rules] -->`` on the line before a block silences rules in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from greenprof.lint.edits import LINE_END
from greenprof.lint.engine import lint_text
from greenprof.lint.ignores import Ignore, ignore_above_block, unused
from greenprof.lint.magics import as_python
from greenprof.lint.result import FileError, FileResult
from greenprof.lint.rule import Rule
from greenprof.lint.sql import lint_sql

# ```python, ~~~py title="app.py", ```{python}, ``` {.python .numberLines}, ```{code-cell} ipython3
_FENCE = re.compile(
    r"(?P<before>(?:[ \t]|>[ ]?)*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)"
)
_LANGUAGE = re.compile(r"\{?[.]?(?P<word>[\w-]+)")
_PYTHON = frozenset({"python", "py", "python3", "py3", "pycon", "python-repl", "ipython", "ipython3", "code-cell"})
_SQL = frozenset({"sql", "mysql", "postgres", "postgresql", "psql", "sqlite", "sqlite3", "tsql", "plsql", "plpgsql"})
_PROMPTS = (">>> ", "... ", ">>>", "...")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The lines of a block, what stands before each of them taken off; its first line and column in the file."""

    lines: tuple[str, ...]
    line: int
    column: int
    is_sql: bool
    ignore: Ignore | None


def lint_markdown(data: bytes, path: str, rules: Sequence[Rule]) -> FileResult:
    """What `rules` find in the blocks of a page."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return FileResult(error=FileError(path=path, line=line, message="is not UTF-8"))
    results = [_lint(block, path, rules) for block in blocks_in(LINE_END.sub("\n", text))]
    return FileResult(
        findings=tuple(one for each in results for one in each.findings),
        unused=tuple(one for each in results for one in each.unused),
        lines=sum(each.lines for each in results),
    )


def blocks_in(text: str) -> Iterator[Block]:
    """The blocks of Python and SQL in a page, in order; line ends are ``\\n``. One that never ends goes to the end."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        match = _FENCE.match(lines[at])
        at += 1
        if match is None:
            continue
        first = at
        end = re.compile(rf"[ \t>]*{match['fence'][0]}{{{len(match['fence'])},}}[ \t]*\Z")
        while at < len(lines) and not end.match(lines[at]):
            at += 1
        language = _language(match["info"])
        if language in _PYTHON or language in _SQL:
            width = len(match["before"])
            yield Block(
                lines=tuple(_without(line, width) for line in lines[first:at]),
                line=first + 1,
                column=width,
                is_sql=language in _SQL,
                ignore=ignore_above_block(lines[first - 2], first - 1) if first > 1 else None,
            )
        at += 1


def _lint(block: Block, path: str, rules: Sequence[Rule]) -> FileResult:
    """What is found in a block, in places of the file; nothing in one that is no Python."""
    if block.is_sql:
        result = lint_sql("\n".join(block.lines) + "\n", path, rules)
        indent = block.column
    else:
        has_prompts = any(line.startswith(">>>") for line in block.lines)
        code = [_behind_prompt(line) for line in block.lines] if has_prompts else block.lines
        text = as_python("\n".join(code) + "\n")
        result = FileResult() if text is None else lint_text(text, path, rules)
        indent = block.column + 4 * has_prompts
    shift = block.line - 1
    found = [
        replace(
            one,
            line=one.line + shift,
            column=one.column + indent,
            end_line=one.end_line + shift,
            edits=(),  # nobody puts them into a page
            fix_is_safe=None,
        )
        for one in result.findings
    ]
    told = [replace(one, line=one.line + shift, column=one.column + indent) for one in result.unused]
    if block.ignore is not None:
        told += unused([block.ignore], found, path)
        found = [one for one in found if not block.ignore.silences(one)]
    return FileResult(findings=tuple(found), unused=tuple(told), lines=result.lines)


def _language(info: str) -> str:
    match = _LANGUAGE.match(info)
    return match["word"].lower() if match else ""


def _without(line: str, width: int) -> str:
    """`line` without what stands before the block's lines, as far as it is there."""
    before = line[:width]
    return line[width:] if not before.strip(" \t>") else line.lstrip(" \t>")


def _behind_prompt(line: str) -> str:
    """The code of a line with a prompt; what is printed is none."""
    return line[4:] if line.startswith(_PROMPTS) else ""
