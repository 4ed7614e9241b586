"""Python in, findings out. Read `lint_source` first; `greenprof.lint.documents` knows what else a file may be."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.lint.code import Code
from greenprof.lint.files import decoded
from greenprof.lint.ignores import ignores_in, unused
from greenprof.lint.pieces import Piece, all_pieces
from greenprof.lint.result import FileError, FileResult, reason
from greenprof.lint.rule import BrokenRuleError, Hit, Repair, Rule
from greenprof.lint.scope import Scope
from greenprof.lint.screening import pieces_for
from greenprof.model import Finding

if TYPE_CHECKING:
    from libcst import CSTNode, Module
    from libcst.metadata import CodeRange

    from greenprof.lint.code import Span
    from greenprof.lint.counting import Count


def lint_python(data: bytes, path: str, rules: Sequence[Rule], *, with_program: bool = False) -> FileResult:
    """What `rules` find in the content of a file of Python; see `greenprof.lint.documents.lint_file`."""
    try:
        text = decoded(data)
    except (SyntaxError, ValueError) as error:
        return _failed(path, error, lines=0)
    return lint_text(text, path, rules, with_program=with_program)


def lint_text(text: str, path: str, rules: Sequence[Rule], *, with_program: bool = False) -> FileResult:
    """What `rules` find in a text of Python, at any confidence; one that cannot be parsed is an error in the result.

    With ``with_program`` the result has the file's program too: the text need not be parsed for it once more.

    Raises GreenprofError for a rule that fails.
    """
    lines, program = text.count("\n") + (not text.endswith("\n") and bool(text)), None
    try:
        code, tree = _parsed(text, path)
        if with_program:
            from greenprof.lint.orm.program import program_of

            program = program_of(tree)
        found, ignores = _found(code, tree, path, rules), ignores_in(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return _failed(path, error, lines)
    kept = tuple(one for one in found if not any(ignore.silences(one) for ignore in ignores))
    return FileResult(findings=kept, unused=unused(ignores, found, path), lines=lines, program=program)


def _failed(path: str, error: Exception, lines: int) -> FileResult:
    line = getattr(error, "lineno", None)
    return FileResult(error=FileError(path=path, line=line, message=reason(error)), lines=lines)


def lint_source(
    source: str, path: str, rules: Sequence[Rule], *, screen: bool = True, weigh: bool = True
) -> list[Finding]:
    """The findings in the text of one file, by place; comments that ignore some are honoured.

    With ``screen=False`` libcst reads everything for every rule: slow, and only of use to check that
    screening hides nothing. With ``weigh=False`` each finding is as sure as its rule is that the antipattern is
    there, whatever the file shows of how much it matters: of use to check the rule by itself.

    Raises SyntaxError for what is no Python, with the line; RecursionError for what is nested too deeply.
    """
    text, tree = _parsed(source, path)
    found, ignores = _found(text, tree, path, rules, screen=screen, weigh=weigh), ignores_in(text)
    return [one for one in found if not any(ignore.silences(one) for ignore in ignores)]


def _parsed(source: str, path: str) -> tuple[str, ast.Module]:
    """The text without a mark of its encoding, and its tree."""
    text = source.removeprefix("\ufeff")
    if "\0" in text:
        raise SyntaxError("null byte in source", (path, text[: text.index("\0")].count("\n") + 1, None, None))
    return text, ast.parse(text)


def _found(
    text: str, tree: ast.Module, path: str, rules: Sequence[Rule], *, screen: bool = True, weigh: bool = True
) -> list[Finding]:
    """All findings by place, ignored ones too."""
    code, module = Code(tree, text), Scope(tree, path=path)
    wanted: Iterable[tuple[Piece, Sequence[Rule]]]
    wanted = pieces_for(rules, module) if screen else ((piece, rules) for piece in all_pieces(module))
    try:
        found = {finding for piece, hopeful in wanted for finding in _findings(piece, path, code, hopeful, weigh=weigh)}
    except BrokenRuleError as error:
        raise GreenprofError(f"{error} ({path})", EXIT_USAGE) from error
    finally:
        module.release()
    return sorted(found, key=lambda one: (one.line, one.column, one.rule))


def _findings(piece: Piece, path: str, code: Code, rules: Sequence[Rule], *, weigh: bool) -> Iterator[Finding]:
    """What the rules say of one piece. Positions are worked out for hits only: they cost more than the walk."""
    if piece.is_too_deep:
        raise SyntaxError("nested too deeply to be linted", (path, piece.node.lineno, None, None))
    import libcst

    from greenprof.lint.repairs import repair_of
    from greenprof.lint.walk import walk

    text, first_line = piece.text(code.encoded_lines)
    try:
        module = libcst.parse_module(text)
    except libcst.ParserSyntaxError as error:
        line = piece.node.lineno
        raise SyntaxError(f"libcst cannot parse this: {error.message}", (path, line, None, None)) from None
    try:
        hits = list(walk(module, piece, rules, weigh))
        positions = _positions(module) if hits else {}

        def span_of(node: CSTNode) -> Span:
            start, end = positions[node].start, positions[node].end
            return start.line + first_line - 1, start.column + 1, end.line + first_line - 1, end.column + 1

        for rule, hit, count in hits:
            if hit.node not in positions:
                raise BrokenRuleError(rule, ValueError(f"it hit {hit.node!r}, which is no node of the code"))
            place = (*span_of(hit.node)[:2], span_of(hit.whole or hit.node)[2])
            repair = repair_of(rule, hit, span_of, code, piece)
            yield _finding(rule, hit, place, code.lines, repair=repair, count=count, path=path)
    except BrokenRuleError as error:
        raise GreenprofError(f"{error} ({path}, near line {piece.node.lineno})", EXIT_USAGE) from error


def _positions(module: Module) -> dict[CSTNode, CodeRange]:
    from libcst.metadata import MetadataWrapper, PositionProvider

    # As MetadataWrapper.resolve, but for a walk through the module for other providers, which are none.
    return cast("dict[CSTNode, CodeRange]", PositionProvider()._gen(MetadataWrapper(module, unsafe_skip_copy=True)))


def _finding(
    rule: Rule,
    hit: Hit,
    place: tuple[int, int, int],
    lines: Sequence[str],
    *,
    repair: Repair | None,
    count: Count,
    path: str,
) -> Finding:
    """The finding of a hit; `place` is its line, its column and its last line, all from 1."""
    line, column, end_line = place
    return Finding(
        rule=rule.name,
        group=rule.group,
        path=path,
        line=line,
        column=column,
        end_line=end_line,
        message=hit.message or rule.message,
        severity=rule.severity,
        confidence=hit.confidence,
        cost=rule.cost,
        rounds=count[0],
        open_loops=count[1],
        source=lines[line - 1],
        fix=hit.fix or rule.fix,
        edits=repair.edits if repair is not None else (),
        fix_is_safe=repair.safe if repair is not None else None,
    )
