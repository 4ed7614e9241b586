"""Rows counted to see whether there are any."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.databases import (
    is_manager_query,
    is_model_query,
    is_session_query,
    receives_statements,
    sql_before,
    sql_of,
    uses_database,
)
from greenprof.lint.keys import has_one_row_in_sql, is_by_key
from greenprof.lint.queries import Query, query_behind
from greenprof.lint.row_numbers import is_of_one, is_one_value, is_small_table
from greenprof.lint.row_uses import is_gone_through_before, is_only_asked_for_none
from greenprof.lint.rows import ROW_MENTIONS, imports_django

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_SCALARS = frozenset({"scalar", "scalar_one"})
_FETCHED = frozenset({"fetchone", "fetchval"})
_TAKE_STATEMENTS = _SCALARS | {"fetchval"}
_COUNT = re.compile(r"\s*select\s+count\s*\([^)]*\)\s+from\b(?!.*\bgroup\s+by\b)", re.IGNORECASE | re.DOTALL)


class ExistenceByCount(Rule):
    """To count, the database reads all; to know that there is one, it stops at the first."""

    name = "existence-by-count"
    group = "database"
    cost = "row"
    surest = "medium"
    message = "counts all rows only to see whether there are any"
    hidden_loops = 1
    fix = "ask for that: .exists(), SELECT EXISTS (…), or LIMIT 1"
    screen = Screen(words=_SCALARS | _FETCHED | {"count"}, mentions=ROW_MENTIONS, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether the database counts something."""
        return any(_counts(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``if query.count():``, ``query.count() > 0``."""
        method = here.method(node)
        if method not in ("count", "fetchval", *_SCALARS) and not (method == "fetchone" and _is_unpacked(here)):
            return None
        if not is_only_asked_for_none(node, here):
            return None
        return _hit(node, here.read_call(node), here)

    def visit_Subscript(self, node: cst.Subscript, here: Place) -> Hit | None:
        """``cursor.execute("SELECT count(*) …").fetchone()[0] > 0``."""
        if not is_only_asked_for_none(node, here):
            return None
        match here.read(node):
            case ast.Subscript(value=ast.Call() as call, slice=ast.Constant(value=0)):
                return _hit(node, call, here)
        return None


def _hit(node: cst.BaseExpression, call: ast.Call, here: Place) -> Hit | None:
    confidence = _counts(call, here.piece)
    return Hit(node, confidence=confidence, worth=_worth(call, here.piece)) if confidence else None


def _worth(call: ast.Call, piece: Piece) -> str:
    """Of what has one value there are few to count; and ``order.lines`` may be any object that counts."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=attr) as counted, attr="count"), args=[]):
            if _is_small(query_behind(counted, piece.scope, piece.lines.stop)):
                return "low"
            known = is_manager_query(counted, piece) or piece.kind(counted) == "query"
            return "high" if known or attr.endswith("_set") or is_model_query(counted, piece) else "low"
        case ast.Call(func=ast.Attribute(value=query, attr="count"), args=[]):
            if is_gone_through_before(query, piece):  # Django has kept the rows, and counts these
                return "low"
            return _worth_of(query_behind(query, piece.scope, piece.lines.stop), piece)
    sent = _sent(call, piece)
    sql = sent.sql(piece) if sent is not None else None
    if sql is not None:
        return "low" if has_one_row_in_sql(sql) else "medium" if is_one_value(sql) else "high"
    return _worth_of(query_behind(sent.statement, piece.scope, piece.lines.stop), piece) if sent is not None else "high"


def _worth_of(query: Query, piece: Piece) -> str:
    if is_by_key(query, piece.scope) or _is_small(query):
        return "low"
    return "medium" if is_of_one(query) else "high"


def _is_small(query: Query) -> bool:
    return query.entity is not None and is_small_table(query.entity)


def _is_unpacked(here: Place) -> bool:
    """``(count,) = ….fetchone()``."""
    return type(here.parent).__name__ == "Assign"


def _counts(call: ast.Call, piece: Piece) -> str | None:
    """How sure it is that `call` has a database count rows; None if it does not."""
    match call:
        case ast.Call(func=ast.Attribute(value=query, attr="count"), args=[], keywords=[]):
            if is_manager_query(query, piece) or piece.kind(query) == "query":
                return "high"
            if piece.kind(query) is not None:
                return None
            named = is_session_query(query, piece) and uses_database(piece.scope)
            return "medium" if named or is_model_query(query, piece) or _may_be_related(query, piece) else None
    sent = _sent(call, piece)
    return receives_statements(sent.to, piece) if sent is not None and _is_count(sent, piece) else None


@dataclass(frozen=True, slots=True)
class _Sent:
    """A statement whose one value is taken, and what it is sent to; as code, or where that is not known as text."""

    to: ast.expr
    statement: ast.expr | None
    text: str | None = None

    def sql(self, piece: Piece) -> str | None:
        return self.text if self.statement is None else sql_of(self.statement, piece)


def _sent(call: ast.Call, piece: Piece) -> _Sent | None:
    """``session.scalar(statement)``, ``session.execute(statement).scalar()``, ``cursor.fetchone()``."""
    match call:
        case ast.Call(func=ast.Attribute(value=to, attr=attr), args=[statement, *_]) if attr in _TAKE_STATEMENTS:
            return _Sent(to, statement)
        case ast.Call(func=ast.Attribute(value=cursor, attr=attr), args=[]) if attr in (*_SCALARS, "fetchone"):
            result = cursor
            if isinstance(result, ast.Name):
                result = piece.scope.value(result.id, piece.lines.stop) or result
            result = result.value if isinstance(result, ast.Await) else result
            match result:
                case ast.Call(func=ast.Attribute(value=to, attr="execute"), args=[statement, *_]):
                    return _Sent(to, statement)
            sql = sql_before(cursor, piece) if attr == "fetchone" else None
            return _Sent(cursor, None, sql) if sql is not None else None
    return None


def _may_be_related(query: ast.expr, piece: Piece) -> bool:
    """``order.lines`` and ``order.lines.filter(…)``: with no argument, ``count`` is no list's or text's method."""
    return isinstance(query, ast.Attribute | ast.Call) and imports_django(piece.scope)


def _is_count(sent: _Sent, piece: Piece) -> bool:
    """``select(func.count())…`` and ``"SELECT count(*) …"``."""
    sql = sent.sql(piece)
    if sql is not None:
        return _COUNT.match(sql) is not None
    statement = sent.statement
    if isinstance(statement, ast.Name):
        statement = piece.scope.value(statement.id, piece.lines.stop) or statement
    methods = set()
    while isinstance(statement, ast.Call) and isinstance(statement.func, ast.Attribute):
        if statement.func.attr == "select":
            break
        methods.add(statement.func.attr)
        statement = statement.func.value
    if "group_by" in methods or not isinstance(statement, ast.Call) or len(statement.args) != 1:
        return False
    counted = statement.args[0]
    return isinstance(counted, ast.Call) and ast.unparse(counted.func).endswith("func.count")
