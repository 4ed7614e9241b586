"""A transaction for each round of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.alone import stands_alone
from greenprof.lint.databases import MENTIONS, Statement, receives_statements
from greenprof.lint.length import LONG, rounds_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


# The drivers whose connections commit, and stay open, at the end of a ``with``.
_COMMITS = re.compile(r"(?:sqlite3|psycopg2)(?:\.dbapi2)?\.(?:connect|Connection)\(\)")


class CommitInLoop(Rule):
    """A commit makes the database write to its disk and wait for it: once for all rounds is enough."""

    name = "commit-in-loop"
    group = "database"
    cost = "query"
    message = "commits a transaction in each round of this loop"
    fix = "commit once, after the loop, or every some hundred rounds"
    needs_many = True
    screen = Screen(words=frozenset({"commit", "begin", "execute"}), mentions=MENTIONS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it commits."""
        return any(_committed(call, piece) for call in piece.calls) or any(
            _ends_in_commit(one, piece) for one in piece.of(ast.With, ast.AsyncWith)
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``connection.commit()``."""
        if here.method(node) != "commit":
            return None
        call = here.read_call(node)
        confidence = _committed(call, here.piece)
        loop = here.many(node) if confidence is not None else None
        if confidence is None or loop is None:
            return None
        apart = here.is_conditional() or _keeps_apart(loop.code)
        sure = Statement("insert", confidence).confidence_in(loop, call)
        worth = "low" if stands_alone(node, here, loop) or rounds_of(loop) != LONG else "high"
        return Hit(node, confidence="low" if apart else sure, worth=worth)

    def visit_WithItem(self, node: cst.WithItem, here: Place) -> Hit | None:
        """``with connection:`` of sqlite3, ``with session.begin():``."""
        transaction = here.read(node.item)
        loop = here.many(node) if _is_transaction(transaction, here.piece) else None
        if loop is None or here.is_conditional() or _keeps_apart(loop.code):
            return None
        sure = Statement("insert", "medium").confidence_in(loop, None)
        return Hit(node.item, confidence=sure, worth="high" if rounds_of(loop) == LONG else "low")


def _ends_in_commit(node: ast.AST, piece: Piece) -> bool:
    return isinstance(node, ast.With | ast.AsyncWith) and any(
        _is_transaction(one.context_expr, piece) for one in node.items
    )


def _is_transaction(expr: ast.expr, piece: Piece) -> bool:
    """Whether the end of ``with expr:`` commits, and what is used was there before it."""
    match expr:
        case ast.Name() | ast.Attribute():
            return any(map(_COMMITS.fullmatch, piece.origins(expr)))
        case ast.Call(func=ast.Attribute(value=session, attr="begin"), args=[]):
            return piece.kind(session) in ("session", "connection")
    return False


def _keeps_apart(loop: ast.AST) -> bool:
    """Whether the rounds are transactions of their own on purpose: one that fails is rolled back alone."""
    calls = [one.func for one in ast.walk(loop) if isinstance(one, ast.Call)]
    return any(
        isinstance(one, ast.Attribute) and one.attr in ("rollback", "begin_nested", "savepoint") for one in calls
    )


def _committed(call: ast.Call, piece: Piece) -> str | None:
    """How sure it is that `call` ends a transaction; None if it does not."""
    match call:
        case ast.Call(func=ast.Attribute(value=receiver, attr="commit"), args=[], keywords=[]):
            return receives_statements(receiver, piece)
    return None
