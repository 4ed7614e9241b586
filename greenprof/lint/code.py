"""The text of a file and its syntax tree: what stands where, and what stands around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from greenprof.lint.tree import numbered

Span = tuple[int, int, int, int]

_NAMING = frozenset({"id", "arg", "name", "asname", "attr", "rest"})


class Code:
    """One file: ``tree`` is the ``ast`` of ``text``, whose line ends are ``\\n``. Lines and columns count from 1.

    A node that is asked about is one of this very tree, not one of code that was parsed again.
    """

    def __init__(self, tree: ast.Module, text: str) -> None:
        self.tree = tree
        self.text = text
        self._numbered = numbered(tree)

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.text.split("\n")

    @cached_property
    def encoded_lines(self) -> list[bytes]:
        """The lines as ``ast`` counts their columns: in bytes of UTF-8."""
        return self.text.encode().split(b"\n")

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that the file uses or gives to something: a new one must be none of them."""
        found: set[str] = set()
        for kind, nodes in self._numbered.kinds.items():
            for field in _NAMING.intersection(kind._fields):
                for value in {getattr(node, field) for node in nodes}:
                    if isinstance(value, str):
                        found.update(value.split("."))
        scopes: list[Any] = self._numbered.of(ast.Global, ast.Nonlocal)
        for node in scopes:
            found.update(node.names)
        return frozenset(found)

    def holds(self, node: ast.AST) -> bool:
        """Whether `node` is of this tree."""
        return self._numbered.place(node) is not None

    def parent(self, node: ast.AST) -> ast.AST:
        """The node right above; the module is its own parent."""
        at = self._numbered.place(node)
        return self.tree if at is None else self._numbered.parent(at)

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around `node`, innermost first."""
        while node is not self.tree:
            node = self.parent(node)
            yield node

    def span(self, node: ast.AST) -> Span:
        """Line, column, last line and column behind the last character of `node`; decorators are left out."""
        at = (getattr(node, name, None) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"))
        line, column, end_line, end_column = (one if isinstance(one, int) else 0 for one in at)
        return line, self._column(line, column), end_line, self._column(end_line, end_column)

    def of(self, node: ast.AST) -> str:
        """The text of `node` as it stands in the file."""
        return self.between(self.span(node))

    def between(self, span: Span) -> str:
        """The text of a span."""
        line, column, end_line, end_column = span
        lines = self.lines[line - 1 : end_line]
        lines[-1] = lines[-1][: end_column - 1]
        lines[0] = lines[0][column - 1 :]
        return "\n".join(lines)

    def _column(self, line: int, offset: int) -> int:
        """``ast`` counts bytes of UTF-8."""
        text = self.lines[line - 1]
        return offset + 1 if text.isascii() else len(text.encode()[:offset].decode()) + 1
