"""Where a hit stands in the file itself, and the edits that can be made there.

A rule's ``repair`` is given a `Site`. All nodes here are ``ast`` nodes of the file's own tree, so that
an edit says where it is. An edit replaces as little as it can: what it does not touch keeps its layout
and its comments. Where an edit cannot be made, `CannotEditError` ends the repair, and the finding has no edits.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from greenprof.lint.bindings import COMPREHENSIONS, Function
from greenprof.lint.code import Code, Span
from greenprof.lint.layout import comments_in, moved_over, needs_parentheses, sole_argument
from greenprof.lint.tree import NEW_SCOPE, all_nodes
from greenprof.model import Edit

if TYPE_CHECKING:
    from greenprof.lint.pieces import Piece
    from greenprof.lint.scope import Scope

_WORD = re.compile(r"\w")
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


class CannotEditError(Exception):
    """The edit that was asked for cannot be made here."""


class Site:
    """A hit's place: ``node`` is what was hit; ``scope`` and ``piece`` are those that it stands in.

    ``around`` is the loop that the rule named, see `greenprof.lint.rule.Hit`.
    """

    def __init__(self, code: Code, node: ast.AST, piece: Piece, around: ast.AST | None = None) -> None:
        self.code = code
        self.node = node
        self.around = around
        self.piece = piece
        self.scope: Scope = piece.scope

    def kind(self, expr: ast.expr) -> str | None:
        """The kind of value, a word of `greenprof.lint.kinds`; None if it is unknown or may be several."""
        return self.piece.kind(expr)

    def origins(self, expr: ast.expr) -> frozenset[str]:
        """Where the value of `expr` may come from; see `greenprof.lint.scope`."""
        return self.piece.origins(expr)

    def text(self, node: ast.AST) -> str:
        """The code of `node` as it stands in the file."""
        return self.code.of(node)

    def parent(self, node: ast.AST) -> ast.AST:
        """The node right above."""
        return self.code.parent(node)

    def statement(self, node: ast.AST) -> ast.stmt:
        """The innermost statement that is, or holds, `node`."""
        for one in (node, *self.code.above(node)):
            if isinstance(one, ast.stmt):
                return one
        raise CannotEditError

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements among which `statement` stands."""
        parent = self.parent(statement)
        for name in _BLOCKS:
            block = getattr(parent, name, None)
            if isinstance(block, list) and any(one is statement for one in block):
                return block
        raise CannotEditError

    @cached_property
    def loops(self) -> list[ast.AST]:
        """The ``for`` and ``while`` statements and the comprehensions that run the node, innermost first."""
        return list(self._loops())

    def _loops(self) -> Iterator[ast.AST]:
        path = [self.node, *self.code.above(self.node)]
        for depth, one in enumerate(path[1:], 1):
            below = path[depth - 1]
            if isinstance(one, NEW_SCOPE):
                return
            if isinstance(one, ast.For | ast.AsyncFor):
                if below in one.body:
                    yield one
            elif isinstance(one, ast.While):
                if below not in one.orelse:
                    yield one
            elif isinstance(one, COMPREHENSIONS):
                first = one.generators[0]
                if below is not first or path[depth - 2] is not first.iter:
                    yield one

    @property
    def loop(self) -> ast.For | ast.AsyncFor | ast.While | None:
        """The outermost loop statement around the node in its function."""
        statements = [one for one in self.loops if isinstance(one, ast.For | ast.AsyncFor | ast.While)]
        return statements[-1] if statements else None

    @property
    def function(self) -> Function:
        """The function whose body the node stands in."""
        node = self.scope.node
        if not isinstance(node, Function):
            raise CannotEditError
        return node

    def fresh(self, name: str) -> str:
        """`name`, or with a number after it if the file knows such a name already."""
        new, number = name, 1
        while new in self.code.names:
            number += 1
            new = f"{name}_{number}"
        return new

    def receiver(self, node: ast.expr) -> str:
        """The code of `node` so that ``.method()`` can stand behind it."""
        text = self.text(node)
        return f"({text})" if needs_parentheses(text, node, ast.Attribute(node, "method")) else text

    def argument(self, node: ast.expr) -> str:
        """The code of `node` as the one argument of a call."""
        return sole_argument(self.text(node))

    def replace(self, node: ast.AST, text: str) -> Edit:
        """`text`, an expression where `node` is one, in the place of `node`; in parentheses where it has to be."""
        parent = self.parent(node)
        if isinstance(node, ast.expr) and needs_parentheses(text, node, parent):
            text = f"({text})"
        if isinstance(parent, ast.Call) and [node] == parent.args and not parent.keywords:
            text = sole_argument(text)
        return self.rewrite(self.code.span(node), text, inside=node)

    def replace_block(self, statement: ast.For | ast.While, text: str) -> tuple[Edit, ...]:
        """The statement `text` in the place of a loop; a comment in its first or last line stays."""
        if statement.orelse:
            raise CannotEditError
        if not comments_in(self.text(statement)):
            return (self.replace(statement, text),)
        self._indent(statement)
        self._check_end(statement)
        head = statement.iter if isinstance(statement, ast.For) else statement.test
        gap = (*self.code.span(head)[2:], *self.code.span(statement.body[0])[:2])
        line, column = self._in_gap(gap, r"[\s)]*:", comments=True)
        end_line = self.code.span(statement)[2]
        body = self.code.between((line + 1, 1, end_line, len(self.code.lines[end_line - 1]) + 1))
        if "#" in body or end_line == len(self.code.lines):
            raise CannotEditError
        gone = Edit(line=line + 1, column=1, end_line=end_line + 1, end_column=1, text="")
        return (self.rewrite((*self.code.span(statement)[:2], line, column), text, inside=statement), gone)

    def replace_end(self, start: ast.AST, whole: ast.AST, text: str) -> Edit:
        """`text` in the place of what follows `start` in `whole`: ``.pop(0)`` of ``items.pop(0)``.

        Closing parentheses around `start` count as what belongs to it.
        """
        return self.rewrite((*self._end(start, whole), *self.code.span(whole)[2:]), text, inside=whole)

    def put_behind(self, node: ast.AST, whole: ast.AST, text: str) -> Edit:
        """`text` right behind `node`, which stands in `whole`."""
        end = self._end(node, whole)
        return self.rewrite((*end, *end), text, inside=node)

    def replace_argument(self, node: ast.expr, code: str) -> Edit:
        """`code` as it is in the place of an argument of a call."""
        return self.rewrite(self.code.span(node), code, inside=node)

    def remove_condition(self, test: ast.expr, before: ast.expr) -> Edit:
        """`` if test`` of a comprehension away, which stands right behind the expression `before`."""
        gap = (*self.code.span(before)[2:], *self.code.span(test)[:2])
        match = re.fullmatch(r"((?:\s*\))*)\s*if\b([\s(]*)", self.code.between(gap))
        if match is None:
            raise CannotEditError
        end = self._behind(self.code.span(test)[2:], self.code.span(self.statement(test))[2:], match[2].count("("))
        return self.rewrite((*moved_over(gap[:2], match[1]), *end), "", inside=test)

    def replace_brackets(self, node: ast.expr, opening: str, closing: str) -> Edit:
        """Other brackets around a list, set or comprehension."""
        return self.rewrite(self.code.span(node), f"{opening}{self.text(node)[1:-1]}{closing}", inside=node)

    def rename_method(self, call: ast.Call, name: str) -> Edit:
        """`name` for what stands behind the dot of what is called."""
        if not isinstance(call.func, ast.Attribute):
            raise CannotEditError
        line, column = self.code.span(call.func)[2:]
        return self.rewrite((line, column - len(call.func.attr), line, column), name, inside=call)

    def insert_argument(self, call: ast.Call, text: str) -> Edit:
        """A first argument for a call that is given no keywords, or some arguments already."""
        if not call.args:
            start = self._in_gap((*self.code.span(call.func)[2:], *self.code.span(call)[2:]), r"[\s)]*\(")
            return self.rewrite((*start, *start), text, inside=call)
        first = call.args[0]
        if len(call.args) == 1 and self.code.span(first)[2:] == self.code.span(call)[2:]:
            return self.replace(first, f"({text}, {self.text(first)})")  # the parentheses are those of a generator
        start = self._in_gap(self._gap(call.func, first), r"[\s)]*\(")
        return self.rewrite((*start, *start), f"{text}, ", inside=call)

    def remove_argument(self, call: ast.Call, argument: ast.expr) -> Edit:
        """One argument of a call away, with the comma behind it, or before it if it is the last."""
        given = sorted((*call.args, *call.keywords), key=self.code.span)
        place = next(at for at, one in enumerate(given) if argument in (one, getattr(one, "value", None)))
        before = self._gap(given[place - 1] if place else call.func, given[place])
        if place + 1 < len(given):
            behind = self._gap(given[place], given[place + 1])
            start = self._in_gap(before, r"[^,]*,\s*" if place else r"[\s)]*\(\s*")
            end = self._in_gap(behind, r"[^,]*,\s*")
        else:
            start = self._in_gap(before, r"[^,]*(?=,)" if place else r"[\s)]*\(\s*")
            end = self._in_gap((*self.code.span(given[place])[2:], *self.code.span(call)[2:]), r"(?:\s*\))*(?=,?\s*\))")
        return self.rewrite((*start, *end), "", inside=call)

    def _gap(self, one: ast.AST, other: ast.AST) -> Span:
        return (*self.code.span(one)[2:], *self.code.span(other)[:2])

    def _in_gap(self, gap: Span, pattern: str, *, comments: bool = False) -> tuple[int, int]:
        """Where in the text between two nodes the `pattern` ends that it starts with."""
        text = self.code.between(gap)
        match = re.match(pattern, text)
        if match is None or ("#" in text and not comments) or "\\" in text:
            raise CannotEditError  # a comment, which would be lost
        return moved_over(gap[:2], match[0])

    def rewrite(self, span: Span, text: str, *, inside: ast.AST) -> Edit:
        """`text` in the place of a span of the file, which lies in the node `inside`."""
        if not self.code.holds(inside):
            raise ValueError("an edit is made to a node of the file's own tree")
        if any(isinstance(one, ast.JoinedStr) for one in self.code.above(inside)):
            raise CannotEditError  # CPython 3.11 does not know where the parts of such a text stand
        if comments_in(self.code.between(span)) - comments_in(text):
            raise CannotEditError
        line, column, end_line, end_column = span
        before, after = self.code.lines[line - 1][: column - 1], self.code.lines[end_line - 1][end_column - 1 :]
        if text and before and _WORD.match(before[-1]) and _WORD.match(text[0]):
            text = f" {text}"
        if text and after and _WORD.match(after[0]) and _WORD.match(text[-1]):
            text = f"{text} "
        return Edit(line=line, column=column, end_line=end_line, end_column=end_column, text=text)

    def put_before(self, statement: ast.stmt, *texts: str) -> Edit:
        """Statements on lines of their own before `statement` and the comments that stand right above it."""
        statement = self.first_of_chain(statement)
        indent = self._indent(statement)
        line = self._first_line(statement)
        while line > 1 and self._is_comment(line - 1, indent) and not self._is_taken(line - 1, statement):
            line -= 1
        return _insertion(line, 1, "".join(f"{indent}{text}\n" for text in texts))

    def put_after(self, statement: ast.stmt, *texts: str) -> Edit:
        """Statements on lines of their own after `statement` and what comments stand at the end of its block."""
        indent = self._indent(statement)
        self._check_end(statement)
        lines = self.code.lines
        line = self.code.span(statement)[2]
        while line < len(lines) and self._is_deeper_comment(line + 1, indent):
            line += 1
        if line == len(lines):
            return _insertion(line, len(lines[-1]) + 1, "".join(f"\n{indent}{text}" for text in texts))
        return _insertion(line + 1, 1, "".join(f"{indent}{text}\n" for text in texts))

    def remove(self, statement: ast.stmt) -> Edit:
        """`statement` away with its lines; ``pass`` in its place where the block would be empty."""
        self._indent(statement)
        self._check_end(statement)
        if len(self.block(statement)) == 1:
            return self.replace(statement, "pass")
        line, _, end_line, end_column = self.code.span(statement)
        if self.code.lines[end_line - 1][end_column - 1 :].strip():
            raise CannotEditError  # a comment would be lost
        if end_line == len(self.code.lines):
            raise CannotEditError
        return Edit(line=line, column=1, end_line=end_line + 1, end_column=1, text="")

    def move_before(self, statement: ast.stmt, other: ast.stmt) -> tuple[Edit, Edit]:
        """`statement`, its comment included, from where it stands to before `other`."""
        text = self.text(statement)
        end_line, end_column = self.code.span(statement)[2:]
        if "\n" in text:
            raise CannotEditError
        comment = self.code.lines[end_line - 1][end_column - 1 :].rstrip()
        edit = self.put_before(other, text + comment)
        if comment and len(self.block(statement)) > 1:
            line = self.code.span(statement)[0]
            self._indent(statement)
            self._check_end(statement)
            if end_line == len(self.code.lines):
                raise CannotEditError
            return edit, Edit(line=line, column=1, end_line=end_line + 1, end_column=1, text="")
        return edit, self.remove(statement)

    def _end(self, node: ast.AST, whole: ast.AST) -> tuple[int, int]:
        """Behind `node`, which `whole` starts with, and the parentheses around it."""
        return self._behind(self.code.span(node)[2:], self.code.span(whole)[2:], self._opened_before(node, whole))

    def _behind(self, place: tuple[int, int], end: tuple[int, int], depth: int) -> tuple[int, int]:
        """Behind so many closing parentheses."""
        for _ in range(depth):
            match = re.match(r"(?:\s|\\\n|#[^\n]*)*\)", self.code.between((*place, *end)))
            if match is None:
                raise CannotEditError
            place = moved_over(place, match[0])
        return place

    def _opened_before(self, node: ast.AST, whole: ast.AST) -> int:
        """How many parentheses `whole` starts with that are around `node`, its first part."""
        before = self.code.between((*self.code.span(whole)[:2], *self.code.span(node)[:2]))
        return 0 if before.strip("( \t\n") else before.count("(")

    def first_of_chain(self, statement: ast.stmt) -> ast.stmt:
        """The ``if`` of an ``elif``."""
        while isinstance(statement, ast.If) and self.text(statement).startswith("elif"):
            parent = self.parent(statement)
            if not isinstance(parent, ast.If):
                raise CannotEditError
            statement = parent
        return statement

    def _first_line(self, statement: ast.stmt) -> int:
        decorators: Sequence[ast.expr] = getattr(statement, "decorator_list", ())
        return self.code.span(decorators[0])[0] if decorators else self.code.span(statement)[0]

    def _indent(self, statement: ast.stmt) -> str:
        """The white space before `statement`, which must be the first on its line."""
        line, column, *_ = self.code.span(statement)
        indent = self.code.lines[line - 1][: column - 1]
        if indent.strip():
            raise CannotEditError
        return indent

    def _check_end(self, statement: ast.stmt) -> None:
        """Nothing but a comment may follow on the last line."""
        end_line, end_column = self.code.span(statement)[2:]
        rest = self.code.lines[end_line - 1][end_column - 1 :].strip()
        if rest and not rest.startswith("#"):
            raise CannotEditError

    def _is_comment(self, line: int, indent: str) -> bool:
        return self.code.lines[line - 1].startswith(f"{indent}#")

    def _is_deeper_comment(self, line: int, indent: str) -> bool:
        text = self.code.lines[line - 1]
        return text.strip().startswith("#") and len(text) - len(text.lstrip()) > len(indent)

    def _is_taken(self, line: int, statement: ast.stmt) -> bool:
        """Whether a line that looks like a comment is the end of a text in the code before `statement`."""
        start = self._first_line(statement)
        around = self.parent(statement)
        return any(line <= getattr(one, "end_lineno", 0) < start for one in all_nodes(around) if hasattr(one, "lineno"))


def _insertion(line: int, column: int, text: str) -> Edit:
    return Edit(line=line, column=column, end_line=line, end_column=column, text=text)
