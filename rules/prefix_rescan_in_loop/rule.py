"""Going again through all that came before, for each item."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.arrays import is_array, is_column
from greenprof.lint.calls import builtin, last_name, shown
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.steady import MUTATORS, path_of, starts_in
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_TOTALS = frozenset({"sum", "min", "max", "any", "all", "set", "frozenset", "sorted"})
_WRAPPERS = frozenset({"set", "frozenset", "sorted"})
_METHODS = frozenset({"sum", "min", "max", "mean", "median", "std", "count", "index"})
_LIBRARY = frozenset(
    {"statistics.mean", "statistics.fmean", "numpy.sum", "numpy.mean", "numpy.max", "numpy.min", "math.fsum"}
)
_LIBRARY |= {"collections.Counter", "math.prod", "statistics.median", "numpy.median"}
_NAMES = _TOTALS | _METHODS | {one.rpartition(".")[2] for one in _LIBRARY} | {"len"}


class PrefixRescanInLoop(Rule):
    """``sum(values[:i])`` for each ``i``: a running total does the same with one addition."""

    name = "prefix-rescan-in-loop"
    group = "loops"
    message = "goes through all items up to this one again, in each round of this loop"
    hidden_loops = 1
    fix = "carry the result along: a running total, itertools.accumulate, or a set of what was seen"
    needs_many = True
    screen = Screen(words=frozenset({"for", "while", "map"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a total of, or a search in, a slice with an open end stands in it."""
        return any(_rescanned(one, piece) is not None for one in piece.of(ast.Call, ast.Compare)) or any(
            _of_grown(one, piece) is not None for one in (piece.calls if "append" in piece.words else ())
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sum(values[:i])``, ``max(values[i:])``."""
        if len(node.args) > 1 or here.method(node) not in _NAMES:
            return None
        call = here.read_call(node)
        return _hit(node, call, here) or _hit_of_grown(node, call, here)

    def visit_Comparison(self, node: cst.Comparison, here: Place) -> Hit | None:
        """``item in items[:i]``."""
        return _hit(node, here.read(node), here)


def _of_grown(node: ast.AST, known: Piece | Place) -> ast.Name | None:
    """``seen`` of ``sum(seen)``."""
    match node:
        case ast.Call(args=[ast.Name() as items], keywords=[]) if last_name(node) in _TOTALS | {"mean", "fmean"}:
            origins = known.origins(node.func)
            total = builtin(node, known) in ("sum", "min", "max") or (bool(origins) and origins <= _LIBRARY)
            return items if total else None
    return None


def _hit_of_grown(node: cst.Call, call: ast.Call, here: Place) -> Hit | None:
    """``sum(seen)`` in a loop that appends one item to ``seen`` in each round, and takes none away."""
    items = _of_grown(call, here)
    loop = here.many(node) if items is not None else None
    if items is None or loop is None or here.kind(items) != "list" or starts_in(items, loop):
        return None
    own = list(own_nodes(loop.code))
    named = [one for one in own if isinstance(one, ast.Attribute) and ast.unparse(one.value) == items.id]
    inner = {id(below) for one in own if isinstance(one, ast.For | ast.While) for below in ast.walk(one)}
    appends = [one for one in named if one.attr == "append" and id(one) not in inner]
    others = {one.attr for one in named} & (MUTATORS - {"append"})
    cut = any(
        isinstance(one, ast.Subscript | ast.Name) and not isinstance(one.ctx, ast.Load) and path_of(one) == items.id
        for one in own
    )
    if not appends or others or cut or here.is_conditional():
        return None
    words = f"{shown(call)} goes through the same items again in each round of this loop"
    return Hit(node, confidence="medium", message=words)


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
        case ast.Call(args=[ast.GeneratorExp(elt=elt, generators=[part]) | ast.ListComp(elt=elt, generators=[part])]):
            found = _open_slice(part.iter) or _counted_up_to(elt, part)
            return found if found is not None and builtin(node, known) in _TOTALS else None
        case ast.Call(func=ast.Attribute(value=ast.Subscript() as part, attr=attr)) if attr in _METHODS:
            return _open_slice(part) if attr in ("count", "index") or _is_of_arrays(part, known) else None
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


def _is_of_arrays(part: ast.Subscript, known: Piece | Place) -> bool:
    """Whether it is a slice of an array, or of ``iloc`` of a column."""
    items = part.value
    if isinstance(items, ast.Attribute) and items.attr == "iloc":
        return is_column(items.value, known) or known.kind(items.value) == "dataframe"
    return is_array(items, known) or is_column(items, known)


def _counted_up_to(elt: ast.expr, part: ast.comprehension) -> ast.Subscript | None:
    """``values[:i]`` of ``values[j] for j in range(i)``."""
    match elt, part:
        case (
            ast.Subscript(value=ast.Name() | ast.Attribute() as items, slice=ast.Name(id=index)),
            ast.comprehension(
                target=ast.Name(id=counter), iter=ast.Call(func=ast.Name(id="range"), args=[end]), ifs=[], is_async=0
            ),
        ) if index == counter and not isinstance(end, ast.Constant | ast.Call):
            return ast.Subscript(items, ast.Slice(None, end, None), ast.Load())
    return None


def _open_slice(expr: ast.expr) -> ast.Subscript | None:
    match expr:
        case ast.Subscript(
            value=ast.Name() | ast.Attribute() | ast.Subscript(), slice=ast.Slice(lower=lower, upper=upper, step=None)
        ):
            start = lower is None or (isinstance(lower, ast.Constant) and lower.value == 0)
            return expr if start != (upper is None) else None
    return None


def _moves_with(bound: ast.expr, loop: Loop) -> bool:
    """Whether the end of the slice is counted by the loop."""
    names = {one.id for one in ast.walk(bound) if isinstance(one, ast.Name)}
    if loop.iterable is not None:
        counted = isinstance(loop.iterable, ast.Call) and ast.unparse(loop.iterable.func) in ("range", "enumerate")
        if counted and not names.isdisjoint(loop.own_names):
            return True
    return any(isinstance(one, ast.AugAssign) and path_of(one.target) in names for one in ast.walk(loop.code))
