"""Edits put into text: which of them go together, and what the text is then."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from greenprof.model import Edit, Finding

_BOM = "\ufeff"
LINE_END = re.compile(r"\r\n|\r|\n")
_IMPORT_LINE = re.compile(r"\n*(?:from [\w.]+ )?import [\w.]+\n+\Z")
_IMPORT_NAME = re.compile(r",\s*\w+\Z")


def is_carried_out(finding: Finding, unsafe: bool) -> bool:
    """Whether ``--fix``, with ``--unsafe-fixes`` if `unsafe`, carries it out."""
    return finding.fix_is_safe is True or (finding.fix_is_safe is False and unsafe)


def fixed(source: str, findings: Iterable[Finding], unsafe: bool = False) -> tuple[str, tuple[Finding, ...]]:
    """`source` with the edits of those `findings` that go together, and these findings, by place.

    Unsafe edits are left out unless ``unsafe``. Each repair was worked out by looking at `source`, mostly at one
    function: so of several in one function, or in one class, the first is taken, and of several that change the
    module's own statements likewise. The others are found again in the new text. Line ends stay what they are.

    Raises SyntaxError where `source` does not parse.
    """
    offered = [one for one in findings if is_carried_out(one, unsafe)]
    offered.sort(key=lambda one: (one.line, one.column, one.rule))
    if not offered:
        return source, ()
    body = ast.parse(LINE_END.sub("\n", source.removeprefix(_BOM))).body
    chosen: dict[tuple[Edit, ...], None] = {}
    taken: set[int | None] = set()
    added: set[Edit] = set()
    for finding in offered:
        imports = {edit for edit in finding.edits if is_import(edit, body)}
        places = {_place(edit, body) for edit in finding.edits if edit not in imports}
        alone = None in places or None in taken
        clash = bool(taken) if alone else not places.isdisjoint(taken)
        if finding.edits in chosen or clash or (added and not imports <= added and imports):
            continue
        if overlap(finding.edits):
            continue
        chosen[finding.edits] = None
        taken |= places
        added |= imports
    edits = list(dict.fromkeys(edit for each in chosen for edit in each))
    return applied(source, edits), tuple(one for one in offered if one.edits in chosen)


def applied(source: str, edits: Sequence[Edit]) -> str:
    """`source` with `edits` made. New lines end as the line does that they are put into, or the one before it.

    Raises ValueError for edits that overlap, or that reach beyond the text.
    """
    if overlap(edits):
        raise ValueError("edits overlap")
    if source.startswith(_BOM):
        return _BOM + applied(source.removeprefix(_BOM), edits)
    found = list(LINE_END.finditer(source))
    starts = [0, *(match.end() for match in found)]
    ends = [match[0] for match in found]
    lengths = [
        (match.start() if match else len(source)) - start for start, match in zip(starts, [*found, None], strict=True)
    ]

    def offset(line: int, column: int) -> int:
        length = lengths[line - 1] if 1 <= line <= len(lengths) else -1
        if not 1 <= column <= length + 1:
            raise ValueError(f"there is no line {line}, column {column}")
        return starts[line - 1] + column - 1

    parts, done = [], 0
    for edit in sorted(edits, key=_start_and_end):
        end = ends[min(edit.line, len(ends)) - 1] if ends else "\n"
        parts += [source[done : offset(edit.line, edit.column)], edit.text.replace("\n", end)]
        done = offset(edit.end_line, edit.end_column)
    return "".join((*parts, source[done:]))


def overlap(edits: Iterable[Edit]) -> bool:
    """Whether two of the edits want the same text; two that put something in at one place do not."""
    end = (0, 0)
    for edit in sorted(edits, key=_start_and_end):
        if (edit.line, edit.column) < end or (edit.end_line, edit.end_column) < (edit.line, edit.column):
            return True
        end = (edit.end_line, edit.end_column)
    return False


def is_import(edit: Edit, body: Sequence[ast.stmt]) -> bool:
    """Whether `edit` does nothing but add an import at the top of a module."""
    if (edit.line, edit.column) != (edit.end_line, edit.end_column):
        return False
    inside = any(
        isinstance(one, ast.ImportFrom) and one.lineno <= edit.line <= (one.end_lineno or 0) and edit.column > 1
        for one in body
    )
    return bool((_IMPORT_NAME if inside else _IMPORT_LINE).match(edit.text))


def _place(edit: Edit, body: Sequence[ast.stmt]) -> int | None:
    """Which of the module's functions and classes `edit` is in, by its number; None for anything else."""
    for number, one in enumerate(body):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            last = one.end_lineno or one.lineno
            starts_inside = (one.lineno, 1) < (edit.line, edit.column) and edit.line <= last
            follows = edit.line == last + 1 and edit.text[:1].isspace()  # put in behind the last line of the body
            if (starts_inside and edit.end_line <= last + 1) or follows:
                return number
    return None


def _start_and_end(edit: Edit) -> tuple[int, int, int, int]:
    return edit.line, edit.column, edit.end_line, edit.end_column
