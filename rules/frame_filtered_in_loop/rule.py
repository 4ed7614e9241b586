"""A frame that is filtered anew for each value of one of its columns."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import shown
from greenprof.lint.tree import all_nodes
from greenprof.lint.uses import named_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_ANY_FRAME = re.compile(r"(?:^|_)df\d?$|dataframe|(?:^|_)frame$", re.IGNORECASE)
# Of other columns nothing tells how many values there are: mostly a handful of kinds.
_IS_OF_EACH = re.compile(
    r"(?:^|_|\b)(?:(?:uu)?id|user|customer|client|patient|order|account|product|station|ticker|sample|document)s?['`\"]?$",
    re.IGNORECASE,
)
_QUERY = re.compile(r"^\s*(?P<column>\w+|`[^`]+`)\s*==\s*@(?P<key>\w+)\s*$")


class FrameFilteredInLoop(Rule):
    """``groupby`` goes through the rows once, however many values there are."""

    name = "frame-filtered-in-loop"
    group = "dataframes"
    cost = "row"
    message = "compares a whole column in each round of this loop to find the rows of one value"
    hidden_loops = 1
    fix = "group the rows once before the loop: for value, part in frame.groupby(column)"
    screen = Screen(words=frozenset({"for"}), mentions=frozenset({"pandas", "geopandas"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it takes a part of a frame by a column of it."""
        named = named_once(piece.of(ast.Assign))
        return any(_filtered(one, named) is not None for one in (*piece.of(ast.Subscript), *piece.calls))

    def visit_Subscript(self, node: cst.Subscript, here: Place) -> Hit | None:
        """``frame[frame["city"] == city]``, ``frame.loc[frame.city == city, "price"]``."""
        return _judge(node, here.read(node), here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``frame.query("city == @city")``."""
        return _judge(node, here.read_call(node), here) if here.method(node) == "query" else None


def _judge(node: cst.BaseExpression, code: ast.expr, here: Place) -> Hit | None:
    found = _filtered(code, named_once(here.piece.of(ast.Assign)))
    loop = here.many(node) if found is not None else None
    if found is None or loop is None or loop.is_while or _is_written(node, here):
        return None
    frame, tests = found
    keys = {column: key for column, key in tests if loop.changes(key)}
    if len(keys) != 1 or loop.changes(frame) or _is_changed(frame, loop):
        return None
    column, key = next(iter(keys.items()))
    if loop.changes(ast.parse(column, mode="eval").body):
        return None
    every = isinstance(key, ast.Name) and _is_all_values(loop.iterable, ast.unparse(frame), column, here)
    confidence = _confidence(frame, every and _IS_OF_EACH.search(column) is not None, here)
    fix = f"group the rows once before the loop: {shown(frame)}.groupby({column}), and take the group of each value"
    return Hit(node, confidence=confidence, fix=fix, unless_many="medium" if every else "low", always=every)


def _filtered(code: ast.AST, named: Mapping[str, ast.expr]) -> tuple[ast.expr, list[tuple[str, ast.expr]]] | None:
    """The frame of which `code` takes rows, and which of its columns are to be equal to what; None if it does not.

    `named` are the masks that have a name.
    """
    match code:
        case ast.Call(
            func=ast.Attribute(value=frame, attr="query"), args=[ast.Constant(value=str() as words)], keywords=[]
        ):
            query = _QUERY.match(words)
            return (frame, [(repr(query["column"].strip("`")), ast.Name(query["key"], ast.Load()))]) if query else None
        case ast.Subscript(value=ast.Attribute(value=frame, attr="loc"), slice=ast.Tuple(elts=[mask, _])):
            pass
        case ast.Subscript(value=ast.Attribute(value=frame, attr="loc"), slice=mask):
            pass
        case ast.Subscript(value=frame, slice=mask):
            pass
        case _:
            return None
    mask = named.get(mask.id, mask) if isinstance(mask, ast.Name) else mask
    tests = _tests(mask, ast.unparse(frame)) if isinstance(mask, ast.Compare | ast.BinOp | ast.Call) else None
    return (frame, tests) if tests else None


def _tests(mask: ast.expr, frame: str) -> list[tuple[str, ast.expr]] | None:
    """The columns of `frame` that a mask compares, and with what; None if it asks for anything else."""
    match mask:
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            one, other = _tests(left, frame), _tests(right, frame)
            return one + other if one is not None and other is not None else None
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            for side, key in ((left, right), (right, left)):
                if (column := _column(side, frame)) is not None:
                    return [(column, key)]
        case ast.Call(func=ast.Attribute(value=left, attr="eq"), args=[key], keywords=[]):
            return [(column, key)] if (column := _column(left, frame)) is not None else None
    return None


def _column(expr: ast.expr, frame: str) -> str | None:
    """``'city'`` of ``frame["city"]`` and ``frame.city``, as code."""
    match expr:
        case ast.Subscript(value=value, slice=name) if ast.unparse(value) == frame:
            return ast.unparse(name)
        case ast.Attribute(value=value, attr=name) if ast.unparse(value) == frame:
            return repr(name)
    return None


def _is_written(node: cst.BaseExpression, here: Place) -> bool:
    """Whether the rows are given values: grouping them does not help there."""
    above = here.parent
    return type(above).__name__ in ("AssignTarget", "AugAssign") and getattr(above, "target", None) is node


def _is_changed(frame: ast.expr, loop: Loop) -> bool:
    """Whether the loop gives the frame another value, or changes its columns."""
    text = ast.unparse(frame)
    for one in all_nodes(loop.code):
        if isinstance(one, ast.Name | ast.Attribute | ast.Subscript) and not isinstance(one.ctx, ast.Load):
            inner: ast.expr = one
            while isinstance(inner, ast.Subscript | ast.Attribute) and ast.unparse(inner) != text:
                inner = inner.value
            if ast.unparse(inner) == text:
                return True
    return False


def _confidence(frame: ast.expr, many: bool, here: Place) -> str:
    """How sure it is that a frame is searched; and, by `many`, for all values of a column of many."""
    is_frame = here.kind(frame) == "dataframe"
    if not is_frame and not (isinstance(frame, ast.Name) and _ANY_FRAME.search(frame.id)):
        return "low"
    return "high" if many and is_frame else "medium"


def _is_all_values(iterable: ast.expr | None, frame: str, column: str, here: Place) -> bool:
    """Whether a loop goes through the values of the very column: ``frame["city"].unique()``, ``set(frame.city)``."""
    match iterable:
        case ast.Name(id=name):
            found = here.scope.find(name)
            value = found[0].value if len(found) == 1 and not found[0].element else None
            return value is not None and not isinstance(value, ast.Name) and _is_all_values(value, frame, column, here)
        case ast.Call(func=ast.Name(id="sorted" | "list" | "set" | "tqdm" | "enumerate"), args=[inner, *_]):
            return _column(inner, frame) == column or _is_all_values(inner, frame, column, here)
        case ast.Call(func=ast.Attribute(value=series, attr="unique" | "drop_duplicates" | "tolist" | "dropna")):
            return _column(series, frame) == column or _is_all_values(series, frame, column, here)
        case ast.Call(func=ast.Attribute(attr="unique"), args=[series]):
            return _column(series, frame) == column
    return False
