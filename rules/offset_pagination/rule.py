"""Page after page by OFFSET."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen, SqlHit
from greenprof.lint.calls import last_name
from greenprof.lint.databases import (
    EXECUTE,
    is_model_query,
    is_session_query,
    receives_statements,
    sql_of,
    uses_database,
)
from greenprof.lint.queries import query_behind
from greenprof.lint.rows import ROW_MENTIONS, rows_of
from greenprof.lint.steady import changed_by, paths_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_PLACE = r"(?:[?:%{]|\$\d|@)"
_OFFSET = re.compile(rf"\boffset\s+{_PLACE}|\blimit\s+{_PLACE}\w*\s*,", re.IGNORECASE)  # LIMIT start, size
_PAGES = frozenset({"page", "get_page", "paginate"})


_PAGINATOR = "django.core.paginator.Paginator()"


class OffsetPagination(Rule):
    """The database reads all rows before the page again, for every page."""

    name = "offset-pagination"
    group = "database"
    cost = "row"
    surest = "medium"
    message = "each page makes the database read, and drop, all the rows before it"
    hidden_loops = 1
    fix = "go on from the last key, WHERE id > :last ORDER BY id LIMIT :n, or read one query as a stream"
    screen = Screen(words=frozenset({"for", "while"}), mentions=ROW_MENTIONS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something in it may be a page."""
        if not piece.words.isdisjoint(_PAGES | {"offset", "slice"}):
            return True
        if any(_PAGINATOR in piece.origins(one.iter) for one in piece.of(ast.For)):
            return True
        return any(_skips(one, piece) or _is_slice(one, piece) for one in piece.of(ast.Call, ast.Subscript))

    def find_in_sql(self, statement: str) -> Iterator[SqlHit]:
        """``… LIMIT 100 OFFSET :start``; whether page after page is taken is not known here."""
        if match := _OFFSET.search(statement):
            yield SqlHit(match.start(), "low", self.message)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``….offset(start)``, ``cursor.execute("… OFFSET ?", (start,))``, ``paginator.page(number)``."""
        method = here.method(node)
        if method == "offset" and len(node.args) == 1:
            return self._offset(node, here)
        if method in ("page", "get_page") and len(node.args) == 1:
            return self._page(node, here)
        if method == "paginate" and node.args:
            query = here.receiver(node)
            known = query is not None and is_model_query(query, here.piece)
            return (
                Hit(node, confidence="medium") if known and _moves(here.read(node.args[0].value), node, here) else None
            )
        if method == "slice" and len(node.args) == 2:
            return self._offset(node, here)
        if method in EXECUTE and node.args:
            return self._execute(node, here)
        return None

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for page in paginator``."""
        return Hit(node.iter, worth="medium") if here.origin(node.iter) == _PAGINATOR else None

    def _page(self, node: cst.Call, here: Place) -> Hit | None:
        paginator = here.receiver(node)
        known = paginator is not None and here.origin(paginator) == _PAGINATOR
        moves = known and _moves(here.read(node.args[0].value), node, here)
        return Hit(node, worth="medium") if moves else None  # of what, and in how large pages, it seldom shows

    def _execute(self, node: cst.Call, here: Place) -> Hit | None:
        connection, call = here.receiver(node), here.read_call(node)
        if connection is None or not _skips(call, here.piece):
            return None
        if not any(_moves(one, node, here) for one in call.args[1:] or call.args):
            return None
        confidence = receives_statements(connection, here.piece)
        return Hit(node, confidence=confidence) if confidence else None

    def visit_Subscript(self, node: cst.Subscript, here: Place) -> Hit | None:
        """``books[start:start + 100]`` of a Django query."""
        code = here.read(node)
        if not isinstance(code, ast.Subscript) or not isinstance(code.slice, ast.Slice) or code.slice.lower is None:
            return None
        if not _moves(code.slice.lower, node, here):
            return None
        rows = rows_of(code.value, here.piece)
        return Hit(node, confidence=rows.confidence) if rows is not None and rows.lazy else None

    def _offset(self, node: cst.Call, here: Place) -> Hit | None:
        query = here.receiver(node)
        if query is None or not _moves(here.read(node.args[0].value), node, here):
            return None
        kind = here.kind(query)
        if kind not in ("query", None):
            return None
        origins = here.origins(query)
        if here.method(node) == "slice":
            known = kind == "query" or is_session_query(query, here.piece) or is_model_query(query, here.piece)
            return Hit(node, confidence="medium") if known else None
        if kind == "query" or any(re.match(r"(?:sqlalchemy|sqlmodel)\b.*select\(\)", one) for one in origins):
            return Hit(node)
        limited = "limit" in query_behind(query, here.scope, here.piece.lines.stop).methods
        limited = limited or getattr(getattr(here.parent, "attr", None), "value", None) == "limit"
        return Hit(node, confidence="medium") if limited and uses_database(here.scope) else None


def _skips(node: ast.AST, piece: Piece) -> bool:
    """``execute("… OFFSET ?", …)``."""
    if not isinstance(node, ast.Call) or last_name(node) not in EXECUTE or not node.args:
        return False
    sql = sql_of(node.args[0], piece)
    return sql is not None and _OFFSET.search(sql) is not None


def _is_slice(node: ast.AST, piece: Piece) -> bool:
    """``rows[start:end]``."""
    return (
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and rows_of(node.value, piece) is not None
    )


def _moves(offset: ast.expr, node: cst.CSTNode, here: Place) -> bool:
    """Whether a loop that takes page after page changes `offset`."""
    loops = [one for one in here.loops(node) if not (one.is_short or one.is_retry or one.is_polling)]
    return any(_changed(offset, loop) for loop in loops)


def _changed(offset: ast.expr, loop: Loop) -> bool:
    if loop.changes(offset):
        return True
    changed = {path for one in ast.walk(loop.code) for path in changed_by(one)}
    return loop.is_while and not changed.isdisjoint(paths_in(offset))
