"""A whole table gone through, all of it in memory."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.kinds import words
from greenprof.lint.often import reason_to_run_often
from greenprof.lint.row_uses import columns_used, is_used_once, plain_loop
from greenprof.lint.rows import ROW_MENTIONS, rows_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

# A query with one of these is no whole table, or cannot be read as a stream.
_BOUNDS = words(
    """
    where filter filter_by exclude having group_by distinct prefetch_related options aggregate values values_list
    execution_options filter_for get_queryset
    """
)
FEW = 2  # of which whole-entity-fetch speaks


class WholeTableIterated(Rule):
    """A stream builds, uses and drops one object after the other."""

    name = "whole-table-iterated"
    group = "database"
    cost = "row"
    message = "keeps every row of the table in memory while it goes through them"
    fix = "read them as a stream: .iterator() in Django, .execution_options(yield_per=1000) in SQLAlchemy"
    screen = Screen(words=frozenset({"for"}), mentions=ROW_MENTIONS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it goes through something that may be rows."""
        loops = [plain_loop(one) for one in piece.of(ast.For, ast.AsyncFor)]
        return any(isinstance(one, ast.For) and rows_of(one.iter, piece) for one in loops)

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for book in Book.objects.all():``."""
        loop = plain_loop(here.read_statement(node))
        if not isinstance(loop, ast.For):
            return None
        iterable = loop.iter
        rows = rows_of(iterable, here.piece)
        if rows is None or not rows.entity or rows.query.methods & _BOUNDS or not is_used_once(iterable, here.piece):
            return None
        if rows.listed and not rows.lazy:
            return None  # unbounded-fetch
        used = columns_used(loop)
        few = used is not None and len(used[1]) <= FEW
        if few or _keeps_rows(loop):
            return None
        return Hit(node.iter, confidence="medium", worth="medium" if reason_to_run_often(here.scope) else "low")


def _keeps_rows(loop: ast.stmt) -> bool:
    """Whether the objects are put into a list or the like, so that they stay in memory all the same."""
    row = loop.target.id if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) else ""
    for node in ast.walk(loop):
        match node:
            case ast.Call(func=ast.Attribute(attr=attr), args=[ast.Name(id=name)]) if attr in ("append", "add"):
                if name == row:
                    return True
            case ast.Assign(targets=[ast.Subscript()], value=ast.Name(id=name)) if name == row:
                return True
    return not row
