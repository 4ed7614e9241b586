"""Rows fetched to see whether there are any."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.row_numbers import may_be_many
from greenprof.lint.row_uses import is_compared_to_none, is_only_tested, is_truth_test, tested_in
from greenprof.lint.rows import ROW_ENDS, ROW_MENTIONS, row_names, rows_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_ENDS = ROW_ENDS | {"list", "tuple"}


class ExistenceByFetch(Rule):
    """One row is enough to know that there is one."""

    name = "existence-by-fetch"
    group = "database"
    cost = "row"
    surest = "medium"
    message = "fetches all rows only to see whether there are any"
    hidden_loops = 1
    fix = "ask for that: .exists(), SELECT EXISTS (…), or LIMIT 1"
    screen = Screen(words=_ENDS | {"len", "bool", "any"}, mentions=ROW_MENTIONS, loop=False)

    def words_of(self, tree: ast.Module) -> frozenset[str]:
        """The names of rows too: ``if rows``."""
        return self.screen.words | row_names(tree)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether the truth, or the number, of rows is asked for in it."""
        return any(rows_of(one, piece) for one in tested_in(piece))

    def visit_Name(self, node: cst.Name, here: Place) -> Hit | None:
        """``if rows``."""
        return _hit(node, here.read(node), here) if is_truth_test(node, here) else None

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``if query.all()``, ``if len(rows) > 0``, ``any(rows)``."""
        method = here.method(node)
        if method == "len" and len(node.args) == 1:
            tested = is_truth_test(node, here) or is_compared_to_none(node, here)
            return _hit(node, here.read(node.args[0].value), here) if tested else None
        return _hit(node, here.read(node), here) if method in _ENDS and is_truth_test(node, here) else None


def _hit(node: cst.BaseExpression, expr: ast.expr, here: Place) -> Hit | None:
    rows = rows_of(expr, here.piece)
    if rows is None or not rows.listed or not is_only_tested(expr, here.piece):
        return None
    return Hit(node, confidence=rows.confidence, worth="high" if may_be_many(rows) else "medium")
