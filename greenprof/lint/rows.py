"""The rows of a query, where a program takes all of them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from greenprof.lint.calls import last_name
from greenprof.lint.databases import (
    LAZY,
    is_manager_query,
    is_model_query,
    is_session_query,
    receives_statements,
    sql_before,
    sql_of,
    uses_database,
)
from greenprof.lint.kinds import words
from greenprof.lint.queries import Query, query_behind
from greenprof.lint.tree import numbered

if TYPE_CHECKING:
    from greenprof.lint.pieces import Piece
    from greenprof.lint.scope import Scope

# Words of which a file must hold one to fetch rows that these rules know of.
ROW_MENTIONS = words(
    "django objects _default_manager _base_manager query select scalars fetchall execute fetch fetchval"
)
# The last method of what may be rows.
ROW_ENDS = words("all fetchall fetch scalars execute unique mappings query") | words("where select") | LAZY
_SHORTENS = words("limit slice fetch paginate first one one_or_none none in_bulk get yield_per partitions iterator")
PARTS_OF_ROWS = words("values values_list only defer dates datetimes with_entities load_only column mappings group_by")
_SENDS = words("execute scalars exec stream_scalars")
_PASSES_ON = frozenset({"list", "tuple", "iter"})
_QUERYSET = re.compile(rf"\.(?:{'|'.join(sorted((LAZY | {'all'}) - {'query'}))})\(\)$")
_CHOOSES = words("where filter filter_by exclude having join outerjoin group_by distinct")
_WHERE = re.compile(r"\b(?:where|having|join|group\s+by|distinct)\b", re.IGNORECASE)
_ENTITY = re.compile(r"(?:\w+\.)*[A-Z]\w*")
_DJANGO = re.compile(r"django(?:\.|_\w+|$)|rest_framework(?:\.|$)")
_CURSOR = re.compile(r"(?:^|_)cur(?:s|sor)?$", re.IGNORECASE)
_ORDER_BY = re.compile(r"\border\s+by\b", re.IGNORECASE)
_SELECT = re.compile(r"\s*select\b", re.IGNORECASE)
_LIMITED = re.compile(r"\b(?:limit|top|fetch\s+(?:first|next)|pragma)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a query, as a list or as what yields them one by one.

    ``entity`` is the name of the model whose objects they are, None for rows of columns. ``sql`` is the
    statement where it is written as SQL. ``listed`` rows have a length and a truth. ``lazy`` rows are a Django
    query: fetched where they are read, and a slice of them becomes a LIMIT.
    """

    query: Query
    confidence: str
    entity: str | None = None
    sql: str | None = None
    listed: bool = False
    lazy: bool = False

    @property
    def few(self) -> bool:
        """Whether the query itself keeps them few, or hands them out piece by piece."""
        return bool(self.query.methods & _SHORTENS or (self.sql is not None and _LIMITED.search(self.sql)))

    @property
    def chosen(self) -> bool:
        """Whether the query has a condition; without one it is the rule ``unbounded-fetch`` that speaks of a list."""
        return bool(self.query.methods & _CHOOSES or (self.sql is not None and _WHERE.search(self.sql)))

    @property
    def sorted(self) -> bool:
        """Whether the query says in which order they come."""
        return "order_by" in self.query.methods or (self.sql is not None and _ORDER_BY.search(self.sql) is not None)


def rows_of(expr: ast.expr, piece: Piece) -> Rows | None:
    """The rows that `expr` evaluates to; None if they are few, or the file does not show that a database gives them."""
    whole, expr = expr, bare(expr)
    if not may_be_rows(expr, piece.scope):
        return None
    query = query_behind(expr, piece.scope, piece.lines.stop)
    rows = _managed(expr, query, piece) or _selected(expr, query, piece) or _fetched(expr, piece)
    if rows is None or rows.few:
        return None
    made = _made_by(whole, piece)
    return replace(
        rows,
        listed=rows.listed or made in ("list", "tuple", "all", "fetchall", "fetch"),
        lazy=rows.lazy and made != "list",
    )


def may_be_rows(expr: ast.expr, scope: Scope) -> bool:
    """A quick look at the form of `expr`; False is a promise that `rows_of` knows no rows of it."""
    expr = bare(expr)
    if isinstance(expr, ast.Name):
        values = [one.value for one in scope.find(expr.id) if not one.element]
        if any(value is not None and _ends_as_rows(value) for value in values):
            return True
    return _ends_as_rows(expr) or _may_be_cursor(expr, scope)


def _may_be_cursor(expr: ast.expr, scope: Scope) -> bool:
    """Whether it may be a cursor, which gives the rows of its last statement, by its name or the call that made it."""
    if not isinstance(expr, ast.Name):
        return False
    made = [one.value for one in scope.find(expr.id) if not one.element and one.value is not None]
    return bool(_CURSOR.search(expr.id)) or any(
        isinstance(one, ast.Call) and last_name(one) == "cursor" for one in made
    )


@lru_cache(maxsize=1)
def row_names(tree: ast.AST) -> frozenset[str]:
    """The names of a file to which something is assigned that may be rows."""
    nodes = numbered(tree)
    assigned = [(one.targets[0], one.value) for one in nodes.of(ast.Assign) if len(one.targets) == 1]
    assigned += [(one.target, one.value) for one in nodes.of(ast.AnnAssign) if one.value is not None]
    assigned += [(one.target, one.value) for one in nodes.of(ast.NamedExpr)]
    return frozenset(to.id for to, value in assigned if isinstance(to, ast.Name) and _ends_as_rows(value))


def bare(expr: ast.expr) -> ast.expr:
    """`expr` without ``await``, ``list(…)`` and the like around it."""
    while True:
        match expr:
            case ast.Await(value=inner) | ast.NamedExpr(value=inner):
                expr = inner
            case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _PASSES_ON:
                expr = inner
            case _:
                return expr


def _made_by(expr: ast.expr, piece: Piece) -> str:
    """The name of the call that `expr`, or what was assigned to it, ends in."""
    if isinstance(expr, ast.Name):
        expr = piece.scope.value(expr.id, piece.lines.stop) or expr
    while isinstance(expr, ast.Await | ast.NamedExpr):
        expr = expr.value
    return last_name(expr) if isinstance(expr, ast.Call) else ""


def _ends_as_rows(expr: ast.expr) -> bool:
    expr = bare(expr)
    return isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute) and expr.func.attr in ROW_ENDS


def _managed(expr: ast.expr, query: Query, piece: Piece) -> Rows | None:
    """Django's ``Model.objects.filter(…)``, and ``order.lines.filter(paid=True)``, which no prefetch serves."""
    origins = piece.origins(expr)
    if not origins or not all(map(_QUERYSET.search, origins)):
        return None
    if is_manager_query(expr, piece):
        entity = None if query.methods & PARTS_OF_ROWS else query.entity
        return Rows(query, "high", entity=entity, listed=True, lazy=True)
    if query.entity is None and any(map(_has_conditions, query.calls)) and imports_django(piece.scope):
        entity = None if query.methods & PARTS_OF_ROWS else ""
        return Rows(query, "medium", entity=entity, listed=True, lazy=True)
    return None


def imports_django(scope: Scope) -> bool:
    """Whether the file imports Django."""
    bindings = [one for several in scope.module.bindings.values() for one in several]
    return any(one.origin is not None and _DJANGO.match(one.origin) for one in bindings)


def _has_conditions(call: ast.Call) -> bool:
    """``.filter(paid=True)``."""
    chosen = isinstance(call.func, ast.Attribute) and call.func.attr in ("filter", "exclude")
    return chosen and not call.args and any(one.arg is not None for one in call.keywords)


def _selected(expr: ast.expr, query: Query, piece: Piece) -> Rows | None:
    """SQLAlchemy's ``session.scalars(select(Model)).all()`` and ``session.query(Model)``."""
    receiver = expr
    match expr:
        case ast.Call(func=ast.Attribute(value=value, attr="all" | "fetchall"), args=[]):
            receiver = value
    kind = piece.kind(receiver)
    if kind not in ("query", "result", None) or query.entity is None:
        return None
    sent_to = [
        call.func.value for call in query.calls if isinstance(call.func, ast.Attribute) and call.func.attr in _SENDS
    ]
    if kind is None and not is_model_query(receiver, piece):
        known = sent_to or is_session_query(receiver, piece)
        if not known or not uses_database(piece.scope):
            return None
    objects = bool(_ENTITY.fullmatch(query.entity)) and not query.several and not query.methods & PARTS_OF_ROWS
    if sent_to and not query.methods & {"scalars", "stream_scalars", "exec"}:
        objects = False  # rows that hold one object each
    confidence = "high" if kind is not None else "medium"
    return Rows(query, confidence, entity=query.entity.rpartition(".")[2] if objects else None)


def _of_cursor(cursor: ast.expr, piece: Piece) -> Rows | None:
    """``for row in cursor`` after ``cursor.execute(sql)``."""
    sql = sql_before(cursor, piece)
    if sql is None or _SELECT.match(sql) is None or receives_statements(cursor, piece) is None:
        return None
    known = receives_statements(cursor, piece) == "high"
    return Rows(Query(None, (), None, piece.lines.stop), "high" if known else "medium", sql=sql)


def _fetched(expr: ast.expr, piece: Piece) -> Rows | None:
    """``cursor.fetchall()``, and what ``connection.execute(sql)`` gives to a loop."""
    before = piece.lines.stop
    if _may_be_cursor(expr, piece.scope) and (found := _of_cursor(expr, piece)) is not None:
        return found
    if isinstance(expr, ast.Name):
        value = piece.scope.value(expr.id, before)
        if value is None or len(piece.scope.find(expr.id)) > 1:
            return None
        expr, before = bare(value), value.lineno
    match expr:
        case ast.Call(func=ast.Attribute(value=receiver, attr="fetchall"), args=[]):
            query = query_behind(receiver, piece.scope, before)
            sql = sql_of(query.sql, piece, query.before) if query.sql is not None else sql_before(receiver, piece)
        case ast.Call(func=ast.Attribute(value=receiver, attr="execute"), args=[statement, *_]):
            query = Query(None, (expr,), statement, before)
            sql = sql_of(statement, piece, before)
        case ast.Call(func=ast.Attribute(value=receiver, attr="fetch"), args=[statement, *_]):  # asyncpg's
            query = Query(None, (), statement, before)
            sql = sql_of(statement, piece, before)
        case _:
            return None
    if sql is None or _SELECT.match(sql) is None:
        return None
    known = receives_statements(receiver, piece) == "high"
    return Rows(query, "high" if known else "medium", sql=sql)  # SQL is known by its words
