"""Rows fetched to be counted."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.databases import weakest
from greenprof.lint.row_uses import (
    columns_asked,
    columns_confidence,
    is_asked_before,
    is_compared_to_none,
    is_reduced,
    is_truth_test,
)
from greenprof.lint.rows import ROW_MENTIONS, rows_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


class RowsCountedInPython(Rule):
    """The database counts without sending the rows, and often without reading them."""

    name = "rows-counted-in-python"
    group = "database"
    cost = "row"
    message = "fetches all rows only to count them"
    hidden_loops = 1
    fix = "let the database count: .count(), or SELECT count(*)"
    screen = Screen(words=frozenset({"len", "sum"}), mentions=ROW_MENTIONS, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something that may be rows is counted."""
        return any(rows_of(counted[0], piece) for call in piece.calls if (counted := _counted(call)))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``len(query.all())``, ``len([row for row in rows if row.paid])``, ``sum(1 for row in rows)``."""
        if here.method(node) not in self.screen.words:
            return None
        counted = _counted(here.read_call(node))
        rows = rows_of(counted[0], here.piece) if counted is not None else None
        if counted is None or rows is None or not is_reduced(counted[0], here.piece):
            return None
        if is_truth_test(node, here) or is_compared_to_none(node, here):
            return None  # existence-by-fetch
        if rows.lazy and is_asked_before(counted[0], here.piece):
            return None  # the question has fetched them, and counting would be a query more
        confidence: str | None = rows.confidence
        if counted[1] is not None:
            sure = columns_confidence(counted[1], rows, here.piece)
            confidence = weakest(rows.confidence, sure) if sure is not None else None
        return Hit(node, confidence=confidence) if confidence is not None else None


def _counted(call: ast.Call) -> tuple[ast.expr, frozenset[str] | None] | None:
    """What a call counts, and the columns by which it chooses what to count (None: it counts all)."""
    match call:
        case ast.Call(func=ast.Name(id="len"), args=[ast.ListComp(generators=[clause])]):
            pass
        case ast.Call(
            func=ast.Name(id="sum"),
            args=[ast.GeneratorExp(elt=ast.Constant(value=1), generators=[clause])]
            | [ast.ListComp(elt=ast.Constant(value=1), generators=[clause])],
        ):
            pass
        case ast.Call(func=ast.Name(id="len"), args=[rows]):
            return rows, None
        case _:
            return None
    if not clause.ifs:
        return clause.iter, None
    if not isinstance(clause.target, ast.Name):
        return None
    asked = columns_asked(ast.BoolOp(op=ast.And(), values=clause.ifs), clause.target.id)
    return None if asked is None else (clause.iter, asked)
