"""A Python function called for every row of a frame."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_ALONG_AXIS = frozenset({"numpy.apply_along_axis"})
_VECTORIZE = frozenset({"numpy.vectorize"})
# Of these both a frame and an array have a method of the name, which takes an axis.
_METHODS = frozenset({"min", "max", "sum", "any", "all", "mean", "std", "var", "median", "prod"})
_REDUCES = _METHODS | {
    "argmax",
    "argmin",
    "average",
    "percentile",
    "quantile",
    "ptp",
    "cumsum",
    "cumprod",
    "diff",
    "sort",
    "argsort",
    "count_nonzero",
    "nanmin",
    "nanmax",
    "nansum",
    "nanmean",
    "nanstd",
    "nanmedian",
    "nanargmax",
    "nanargmin",
}
_APPLIES = frozenset({"apply", "progress_apply", "parallel_apply"})


class ApplyPerRow(Rule):
    """``apply(…, axis=1)`` makes a Series of every row and calls a Python function with it."""

    name = "apply-per-row"
    group = "dataframes"
    cost = "row"
    message = "makes a Series of every row and calls a Python function with it"
    hidden_loops = 1
    fix = "work on whole columns: arithmetic, where, map, merge; zip the columns where a loop is needed"
    needs_many = True
    screen = Screen(words=_APPLIES | {"agg", "aggregate", "transform", "apply_along_axis", "vectorize"}, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls goes row by row."""
        return any(_certainty(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``df.apply(function, axis=1)``."""
        if here.method(node) not in self.screen.words and not node.args:
            return None
        call = here.read_call(node)
        given = [word.value for word in call.keywords if word.arg in ("func", "func1d")] or call.args
        sure = _certainty(call, here) if given else None
        if sure is None:
            return None
        along = called(call, here, _ALONG_AXIS)
        message = "calls a Python function for every row of an array" if along else None
        name = _with_an_axis(given[0], here) if not called(call, here, _VECTORIZE) else None
        if name is not None:
            fix = f"{name} takes an axis, and goes along it in compiled code"
            return Hit(node, message=message, fix=fix, items=here.receiver(node), always=True)
        if along:
            return Hit(node, confidence="medium", message=message, unless_many="low")
        if called(call, here, _VECTORIZE):
            words = "vectorize is a loop in Python: it calls the function for every item of the array"
            return Hit(node, confidence=sure, message=words, items=here.receiver(node), unless_many="low")
        by_columns = "medium" if _is_of_columns(given[0], here) else "low"
        return Hit(node, confidence=sure, items=here.receiver(node), unless_many=by_columns)


def _with_an_axis(function: ast.expr, known: Place) -> str | None:
    """``np.min`` of ``df.apply(np.min, axis=1)`` and ``lambda row: np.average(row, weights=w)``; None if unknown."""
    match function:
        case ast.Attribute(attr=name) if name in _REDUCES:
            return f"np.{name}" if known.origins(function) == {f"numpy.{name}"} else None
        case ast.Lambda(
            args=ast.arguments(args=[ast.arg(arg=row)]),
            body=ast.Call(func=ast.Attribute(attr=name) as called_, args=[ast.Name(id=given), *rest], keywords=words),
        ) if name in _REDUCES and given == row and known.origins(called_) == {f"numpy.{name}"}:
            others = [*rest, *(word.value for word in words)]
            return None if any(_mentions(row, one) for one in others) else f"np.{name}"
        case ast.Lambda(
            args=ast.arguments(args=[ast.arg(arg=row)]),
            body=ast.Call(func=ast.Attribute(value=ast.Name(id=given), attr=name), args=[]),
        ) if name in _METHODS and given == row:
            return f".{name}()"
    return None


def _is_of_columns(function: ast.expr, known: Place) -> bool:
    """``lambda row: row["a"] * row.b``, and ``sum``: what whole columns can do as well."""
    match function:
        case ast.Name(id="sum" | "min" | "max" | "any" | "all" as name):
            return known.origins(function) == {f"builtins.{name}"}
        case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=row)]), body=body):
            return _is_plain(body, row)
    return False


def _is_plain(expr: ast.expr, row: str) -> bool:  # noqa: PLR0911  (one return per form)
    """Arithmetic and comparisons of columns, numbers, texts and names from around."""
    match expr:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name != row
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant()) | ast.Attribute(value=ast.Name(id=name)):
            return name == row
        case ast.BinOp(left=left, right=right):
            return _is_plain(left, row) and _is_plain(right, row)
        case ast.UnaryOp(operand=operand):
            return _is_plain(operand, row)
        case ast.BoolOp(values=values):
            return all(_is_plain(one, row) for one in values)
        case ast.Compare(left=left, comparators=others):
            return all(_is_plain(one, row) for one in (left, *others))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return all(_is_plain(one, row) for one in (test, body, orelse))
    return False


def _mentions(name: str, expr: ast.expr) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(expr))


def _certainty(call: ast.Call, known: Piece | Place) -> str | None:  # noqa: PLR0911  (one return per form)
    """How sure it is that `call` runs a function row by row; None if it does not."""
    if called(call, known, _ALONG_AXIS):
        return "high"
    if called(call, known, _VECTORIZE):
        return "medium" if call.args else None
    func = call.func
    if not isinstance(func, ast.Attribute) or not call.args or not _is_by_row(call):
        return None
    if func.attr in ("agg", "aggregate", "transform"):
        named = isinstance(call.args[0], ast.Constant | ast.List | ast.Dict)  # pandas knows what is told by name
        return "high" if not named and known.kind(func.value) == "dataframe" else None
    if func.attr not in _APPLIES:
        return None
    if isinstance(func.value, ast.Attribute) and func.value.attr == "style":
        return None  # a Styler colours a table for people
    if any(word.arg == "raw" for word in call.keywords):
        return "low"
    return "high" if known.kind(func.value) == "dataframe" else "medium"


def _is_by_row(call: ast.Call) -> bool:
    axis = next(
        (word.value for word in call.keywords if word.arg == "axis"), call.args[1] if len(call.args) > 1 else None
    )
    return isinstance(axis, ast.Constant) and axis.value in (1, "columns") and axis.value is not True
