"""Every row of a table, all in memory at once."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.databases import (
    LAZY,
    MENTIONS,
    is_manager_query,
    is_model_query,
    is_session_query,
    receives_statements,
    sql_before,
    sql_of,
)
from greenprof.lint.kinds import words
from greenprof.lint.often import reason_to_run_often
from greenprof.lint.queries import Query, query_behind

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

# Methods of a query that keep the answer small, or hand it out piece by piece.
_BOUNDS = words(
    """
    limit slice fetch first one one_or_none get filter filter_by where having group_by distinct count exists
    aggregate yield_per partitions iterator execution_options paginate none in_bulk exclude
    """
)
_BOUNDED_SQL = re.compile(
    r"\b(?:where|limit|top|fetch\s+(?:first|next)|group\s+by|having|count|sum|min|max|avg|distinct|pragma|"
    r"information_schema|sqlite_\w+|pg_\w+|alembic_version|unnest|generate_series)\b",
    re.IGNORECASE,
)
_SELECT_FROM = re.compile(r"\s*select\b.*\bfrom\b", re.IGNORECASE | re.DOTALL)
_SENDS = frozenset({"execute", "scalars"})
_ENTITY = re.compile(r"(?:\w+\.)*[A-Z]\w*")


class UnboundedFetch(Rule):
    """A query without WHERE or LIMIT whose rows are all fetched at once."""

    name = "unbounded-fetch"
    group = "database"
    cost = "row"
    message = "fetches every row of a table at once"
    hidden_loops = 1
    fix = "limit the query, or read the rows as a stream: iterate the cursor, yield_per, iterator()"
    screen = Screen(words=frozenset({"all", "fetchall", "fetch", "list", "sorted"}), mentions=MENTIONS, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls fetches all."""
        return any(_fetches_all(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``cursor.fetchall()``, ``….all()`` of SQLAlchemy, ``list(Model.objects.all())`` of Django."""
        if here.method(node) in self.screen.words and _fetches_all(here.read_call(node), here.piece):
            return Hit(node, confidence="medium", worth="medium" if reason_to_run_often(here.scope) else "low")
        return None


def _fetches_all(call: ast.Call, piece: Piece) -> bool:  # noqa: PLR0911  (one return per form)
    match call:
        case ast.Call(func=ast.Attribute(value=receiver, attr="fetchall"), args=[]):
            query = query_behind(receiver, piece.scope, piece.lines.stop)
            return _is_table(query) if query.entity is not None else _is_table_sql(query, receiver, piece)
        case ast.Call(func=ast.Attribute(value=receiver, attr="all"), args=[]):
            query = query_behind(receiver, piece.scope, piece.lines.stop)
            if query.sql is not None and query.entity is None:
                return _is_table_sql(query, receiver, piece)
            sent = bool(query.methods & _SENDS) or is_session_query(receiver, piece) or is_model_query(receiver, piece)
            return _is_table(query) and sent
        case ast.Call(func=ast.Attribute(value=receiver, attr="fetch"), args=[statement]):  # asyncpg's
            query = Query(None, (), statement, piece.lines.stop)
            return receives_statements(receiver, piece) is not None and _is_table_sql(query, receiver, piece)
        case ast.Call(func=ast.Name(id="list" | "sorted"), args=[rows]):
            query = query_behind(rows, piece.scope, piece.lines.stop)
            if not _is_table(query):
                return False
            if is_manager_query(rows, piece):
                return _is_all(query)
            return is_model_query(rows, piece) or bool(query.methods & {"scalars"})
    return False


def _is_table(query: Query) -> bool:
    """Whether whole entities are asked for, and nothing bounds how many."""
    return query.entity is not None and bool(_ENTITY.fullmatch(query.entity)) and not query.methods & _BOUNDS


def _is_all(query: Query) -> bool:
    """Whether it is ``all()``, ``values(…)``, sorted or joined at most: other methods may choose among the rows."""
    return bool(query.methods) and query.methods <= LAZY | {"all"}


def _is_table_sql(query: Query, receiver: ast.expr, piece: Piece) -> bool:
    """The same of a query in SQL."""
    sql = sql_of(query.sql, piece, query.before) if query.sql is not None else sql_before(receiver, piece)
    return sql is not None and bool(_SELECT_FROM.match(sql)) and not _BOUNDED_SQL.search(sql)
