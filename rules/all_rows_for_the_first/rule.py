"""All rows fetched for the first few."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.databases import weakest
from greenprof.lint.row_numbers import may_be_many
from greenprof.lint.row_uses import columns_confidence, columns_read, is_test, is_used_once, parents
from greenprof.lint.rows import ROW_MENTIONS, Rows, may_be_rows, rows_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_SUMMED = re.compile(r"\s*select\s+(?:count|sum|min|max|avg)\s*\((?!.*\bgroup\s+by\b)", re.IGNORECASE | re.DOTALL)
MOST = 1000  # more rows than that are no longer few


class AllRowsForTheFirst(Rule):
    """The database sorts, and sends the few rows that are wanted."""

    name = "all-rows-for-the-first"
    group = "database"
    cost = "row"
    message = "fetches all rows, and uses the first or the last of them in some order"
    hidden_loops = 1
    fix = "let the database sort and stop: ORDER BY … LIMIT, .order_by(…).limit(…), .order_by(…).first()"
    needs_many = True
    screen = Screen(
        words=frozenset({"all", "fetchall", "fetch", "list", "sorted", "min", "max", "nlargest", "nsmallest"}),
        mentions=ROW_MENTIONS,
        loop=False,
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a part is taken of something that may be rows."""
        return any(
            (isinstance(one, ast.Assign) and may_be_rows(one.value, piece.scope) and rows_of(one.value, piece))
            or ((found := _cut(one)) is not None and rows_of(found[0], piece))
            for one in piece.nodes
        )

    def visit_Subscript(self, node: cst.Subscript, here: Place) -> Hit | None:
        """``query.all()[0]``, ``sorted(rows, key=…)[:10]``."""
        return _judge(node, here.read(node), here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``max(rows, key=…)``, ``nlargest(10, rows, key=…)``; and ``rows = query.all()`` before ``rows[0]``."""
        method = here.method(node)
        if method in ("min", "max", "nlargest", "nsmallest"):
            return _judge(node, here.read_call(node), here)
        if method not in ("all", "fetchall", "fetch", "list"):
            return None
        if not _is_cut_by_name(node, here):
            return None
        return _as_they_come(node, rows_of(here.read_call(node), here.piece))


def _judge(node: cst.BaseExpression, code: ast.expr, here: Place) -> Hit | None:
    found = _cut(code)
    rows = rows_of(found[0], here.piece) if found is not None else None
    if found is None or rows is None or not is_used_once(found[0], here.piece):
        return None
    columns = found[1]
    if columns is None:
        is_slice = isinstance(code, ast.Subscript) and isinstance(code.slice, ast.Slice)
        return None if is_slice else _as_they_come(node, rows)  # a slice is a page: unbounded-fetch tells of it
    sure = columns_confidence(columns, rows, here.piece)
    return Hit(node, confidence=weakest(rows.confidence, sure), worth=_how_many(rows)) if sure is not None else None


def _as_they_come(node: cst.BaseExpression, rows: Rows | None) -> Hit | None:
    """The first of rows in the query's own order; a slice of a Django query is a LIMIT."""
    if rows is None or rows.lazy or not (rows.chosen or rows.sorted):
        return None
    return Hit(node, confidence=rows.confidence, worth=_how_many(rows))


def _how_many(rows: Rows) -> str:
    """By a key there is one row at most, and what sums up a table is one row."""
    summed = rows.sql is not None and _SUMMED.match(rows.sql) is not None
    return "high" if may_be_many(rows) and not summed else "low"


def _is_cut_by_name(node: cst.Call, here: Place) -> bool:
    """Whether the rows get a name of which only the first or last are used, as in ``first, *_ = rows`` too."""
    trail: list[Any] = [*here.trail]
    while trail and type(trail[-1]).__name__ == "Await":
        trail.pop()
    if not trail or type(trail[-1]).__name__ != "Assign" or len(trail[-1].targets) != 1:
        return False
    match here.read(trail[-1].targets[0].target):
        case ast.Name(id=name):
            return _is_only_cut(name, here)
        case ast.Tuple(elts=[ast.Name(), ast.Starred(value=ast.Name(id=rest))]):
            return not _loads(rest, here)
    return False


def _loads(name: str, here: Place) -> list[ast.Name]:
    nodes = parents(here.scope.node)
    return [one for one in nodes if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)]


def _is_only_cut(name: str, here: Place) -> bool:
    """Whether the first or the last of `name` are used, and else it is only tested or sorted."""
    above = parents(here.scope.node)
    cut = 0
    for load in _loads(name, here):
        match above[load]:
            case ast.Subscript(value=ast.Name(id=of), slice=part) if of == name and _is_short(part):
                cut += 1
            case ast.Call(func=ast.Name(id="iter")) as call:
                if ast.unparse(getattr(above[call], "func", call)) != "next":
                    return False
                cut += 1
            case ast.Attribute(attr="sort"):
                pass
            case _:
                if not is_test(load, above):
                    return False
    return cut == 1


def _cut(code: ast.AST) -> tuple[ast.expr, frozenset[str] | None] | None:  # noqa: PLR0911  (one return per form)
    """The rows of which `code` takes a few, and the columns by which they are sorted (None: they are not)."""
    match code:
        case ast.Subscript(value=ast.Call(func=ast.Name(id="sorted"), args=[rows]) as call, slice=part):
            return _keyed(rows, call) if _is_short(part) else None
        case ast.Subscript(value=ast.Call(func=ast.Attribute(attr="all" | "fetchall"), args=[]) as rows, slice=part):
            return (rows, None) if _is_short(part) else None
        case ast.Subscript(
            value=ast.Await(value=ast.Call(func=ast.Attribute(attr="fetch" | "fetchall"))) as rows, slice=part
        ):
            return (rows, None) if _is_short(part) else None
        case ast.Subscript(value=ast.Call(func=ast.Name(id="list"), args=[ast.Call()]) as rows, slice=part):
            return (rows, None) if _is_short(part) else None
        case ast.Call(func=ast.Name(id="min" | "max"), args=[rows], keywords=[_, *_]):
            return _keyed(rows, code)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[_, rows, *_]):
            return _keyed(rows, code) if name in ("nlargest", "nsmallest") else None
    return None


def _keyed(rows: ast.expr, call: ast.Call) -> tuple[ast.expr, frozenset[str]] | None:
    """The rows, and the columns that ``key=lambda row: …`` reads; None if it does something else with the row."""
    key = next((one.value for one in call.keywords if one.arg == "key"), call.args[2] if len(call.args) > 2 else None)
    match key:
        case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=row)]), body=body):
            if any(isinstance(one, ast.Call) for one in ast.walk(body)):
                return None
            columns = columns_read(row, [body])
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[*given]) if name in (
            "attrgetter",
            "itemgetter",
        ):
            columns = frozenset(str(one.value) for one in given if isinstance(one, ast.Constant))
        case _:
            return None
    return (rows, columns) if columns else None


def _is_short(part: ast.expr) -> bool:
    """``[0]``, ``[-1]``, ``[:10]``."""
    match part:
        case ast.Constant(value=int()) | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())):
            return True
        case ast.Slice(lower=None, upper=ast.Constant(value=int() as end), step=None):
            return 0 < end <= MOST
        case ast.Slice(lower=None, upper=ast.Name() | ast.Attribute(), step=None):
            return True
    return False
