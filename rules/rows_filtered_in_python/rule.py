"""Rows fetched to be thrown away."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.databases import weakest
from greenprof.lint.row_numbers import may_be_many
from greenprof.lint.row_uses import (
    columns_asked,
    columns_confidence,
    condition_confidence,
    given_to,
    is_used_once,
    mapped,
    plain_loop,
    with_row,
)
from greenprof.lint.rows import ROW_MENTIONS, rows_of
from greenprof.lint.steady import changed_by, paths_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.rows import Rows

# They count, or ask whether there is one: other rules.
_OTHERS = frozenset({"len", "sum", "bool", "min", "max"})


class RowsFilteredInPython(Rule):
    """A condition on columns belongs in the query: the rows that it leaves out need not be sent."""

    name = "rows-filtered-in-python"
    group = "database"
    cost = "row"
    message = "fetches rows and then leaves out some of them by a condition on their columns"
    fix = "put the condition into the query: WHERE, .where(…), .filter(…)"
    screen = Screen(words=frozenset({"for", "filter"}), mentions=ROW_MENTIONS, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it goes through something that may be rows, on a condition."""
        return any(
            rows_of(one[1], piece)
            for node in piece.of(ast.For, ast.AsyncFor, ast.Call, *COMPREHENSIONS)
            for one in _chosen(node)
        )

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``[row for row in rows if row.paid]``."""
        return self._judge(node, here)

    def visit_SetComp(self, node: cst.SetComp, here: Place) -> Hit | None:
        """``{row.id for row in rows if row.paid}``."""
        return self._judge(node, here)

    def visit_DictComp(self, node: cst.DictComp, here: Place) -> Hit | None:
        """``{row.id: row for row in rows if row.paid}``."""
        return self._judge(node, here)

    def visit_GeneratorExp(self, node: cst.GeneratorExp, here: Place) -> Hit | None:
        """``next((row for row in rows if row.id == 3), None)``."""
        return self._judge(node, here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``filter(lambda row: row.paid, rows)``."""
        return self._judge(node, here) if here.method(node) == "filter" and len(node.args) == 2 else None

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for row in rows: if row.paid: …``."""
        found = self._of_code(here.read_statement(node), here)
        return None if found is None else Hit(node.iter, confidence=found[0], whole=node, worth=found[1])

    def _judge(self, node: cst.BaseExpression, here: Place) -> Hit | None:
        if given_to(here) in _OTHERS:
            return None
        found = self._of_code(here.read(node), here)
        return None if found is None else Hit(node, confidence=found[0], worth=found[1])

    def _of_code(self, code: ast.AST, here: Place) -> tuple[str, str] | None:
        """How sure it is that rows are left out, and that these are many."""
        for test, iterable, row in _chosen(code):
            asked = columns_asked(test, row)
            rows = rows_of(iterable, here.piece) if asked is not None else None
            if asked is None or rows is None or not is_used_once(iterable, here.piece) or _learns(code, test):
                continue
            sure = columns_confidence(asked, rows, here.piece)
            if sure is not None:
                told = condition_confidence(test, rows, here.piece)
                return weakest(rows.confidence, sure, told), _how_many_are_left_out(test, rows)
        return None


def _how_many_are_left_out(test: ast.expr, rows: Rows) -> str:
    """Few where only what is empty, or one value, is left out; and of rows that are few, or each sum up many.

    Never sure: what is compared may be worked out by the object, and how many are left out is in no file.
    """
    if "group_by" in rows.query.methods or "annotate" in rows.query.methods:
        return "low"
    tests = test.values if isinstance(test, ast.BoolOp) else [test]
    if not any(isinstance(one, ast.Compare) and not isinstance(one.ops[0], ast.NotEq | ast.IsNot) for one in tests):
        return "low"
    return "medium" if may_be_many(rows) else "low"


def _learns(code: ast.AST, test: ast.expr) -> bool:
    """Whether a loop changes what its condition depends on: ``if row.key in seen: continue``."""
    changed = {path for one in getattr(code, "body", []) for node in ast.walk(one) for path in changed_by(node)}
    return isinstance(code, ast.For | ast.AsyncFor) and not changed.isdisjoint(paths_in(test))


def _chosen(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, str]]:
    """The condition, what is gone through, and the name of a row, of a loop that skips rows at once."""
    node = plain_loop(mapped(node) or node)
    match node:
        case ast.ListComp(generators=[clause, *_]) | ast.SetComp(generators=[clause, *_]):
            pass
        case ast.DictComp(generators=[clause, *_]) | ast.GeneratorExp(generators=[clause, *_]):
            pass
        case ast.For(target=ast.Name(id=row), iter=iterable, body=[ast.If(test=test, orelse=[])]):
            yield test, iterable, row
            return
        case ast.For(
            target=ast.Name(id=row), iter=iterable, body=[ast.If(test=test, body=[ast.Continue()], orelse=[]), *_]
        ):
            yield test, iterable, row
            return
        case _:
            return
    named = with_row(clause.target, clause.ifs) if clause.ifs else None
    if named is not None:
        yield ast.BoolOp(op=ast.And(), values=named[1]), clause.iter, named[0]
