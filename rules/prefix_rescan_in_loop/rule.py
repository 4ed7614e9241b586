"""Going again through all that came before, for each item."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import builtin, shown
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.steady import path_of, starts_in

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_TOTALS = frozenset({"sum", "min", "max", "any", "all", "set", "frozenset", "sorted"})
_WRAPPERS = frozenset({"set", "frozenset", "sorted"})
_LIBRARY = frozenset(
    {"statistics.mean", "statistics.fmean", "numpy.sum", "numpy.mean", "numpy.max", "numpy.min", "math.fsum"}
)
_LIBRARY |= {"collections.Counter", "math.prod"}


class PrefixRescanInLoop(Rule):
    """``sum(values[:i])`` for each ``i``: a running total does the same with one addition."""

    name = "prefix-rescan-in-loop"
    group = "loops"
    message = "goes through all items up to this one again, in each round of this loop"
    fix = "carry the result along: a running total, itertools.accumulate, or a set of what was seen"
    screen = Screen(words=frozenset({"for", "while"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a total of, or a search in, a slice with an open end stands in it."""
        return any(_rescanned(one, piece) is not None for one in piece.of(ast.Call, ast.Compare))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sum(values[:i])``, ``max(values[i:])``."""
        return _hit(node, here.read_call(node), here) if len(node.args) == 1 else None

    def visit_Comparison(self, node: cst.Comparison, here: Place) -> Hit | None:
        """``item in items[:i]``."""
        return _hit(node, here.read(node), here)


def _hit(node: cst.BaseExpression, code: ast.expr, here: Place) -> Hit | None:
    part = _rescanned(code, here)
    loop = here.many(node) if part is not None else None
    if part is None or loop is None or starts_in(part.value, loop) or not isinstance(part.slice, ast.Slice):
        return None
    bound = part.slice.upper or part.slice.lower
    if bound is None or not _moves_with(bound, loop) or here.kind(part.value) == "str":
        return None
    sure = "low" if length_of(part.value, here) == SHORT else "high"
    parent: Any = here.parent
    if type(parent).__name__ == "Arg" and isinstance(code, ast.Call) and builtin(code, here) in _WRAPPERS:
        return None  # what goes through the set is pointed at
    return Hit(
        node, confidence=sure, message=f"{shown(code)} goes through the same items again in each round of this loop"
    )


def _rescanned(node: ast.AST, known: Piece | Place) -> ast.Subscript | None:
    """``values[:i]`` of ``sum(values[:i])``, ``len(set(values[:i]))`` and ``x in values[:i]``."""
    match node:
        case ast.Call(args=[ast.Call(args=[argument]) as inner], keywords=[]) if (
            part := _open_slice(argument)
        ) is not None:
            wrapped = builtin(inner, known) in _WRAPPERS and builtin(node, known) in _TOTALS | {"len"}
            return part if wrapped else None
        case ast.Call(args=[argument], keywords=[]) as call if (part := _open_slice(argument)) is not None:
            origins = known.origins(call.func)
            return part if builtin(call, known) in _TOTALS or (origins and origins <= _LIBRARY) else None
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[items]):
            return _open_slice(items)
    return None


def _open_slice(expr: ast.expr) -> ast.Subscript | None:
    match expr:
        case ast.Subscript(value=ast.Name() | ast.Attribute(), slice=ast.Slice(lower=lower, upper=upper, step=None)):
            start = lower is None or (isinstance(lower, ast.Constant) and lower.value == 0)
            return expr if start != (upper is None) else None
    return None


def _moves_with(bound: ast.expr, loop: Loop) -> bool:
    """Whether the end of the slice is counted by the loop."""
    names = {one.id for one in ast.walk(bound) if isinstance(one, ast.Name)}
    if loop.iterable is not None:
        counted = isinstance(loop.iterable, ast.Call) and ast.unparse(loop.iterable.func) in ("range", "enumerate")
        return counted and not names.isdisjoint(loop.own_names)
    return any(isinstance(one, ast.AugAssign) and path_of(one.target) in names for one in ast.walk(loop.code))
