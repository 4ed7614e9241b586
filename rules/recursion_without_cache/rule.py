"""A function that calls itself several times with arguments that come up again."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.branches import most_in_one_run
from greenprof.lint.calls import last_name
from greenprof.lint.imports import imported
from greenprof.lint.steady import path_of
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_REMEMBERS = re.compile(r"memo|cache|seen|visited|table|^dp$|known", re.IGNORECASE)
_PURE = frozenset({"abs", "all", "any", "bool", "float", "int", "len", "max", "min", "range", "reversed", "sum", "zip"})
_PURE |= {"enumerate", "pow", "round", "sorted", "tuple", "ord", "chr", "str"}
_STEPS = (ast.Add, ast.Sub, ast.FloorDiv, ast.BitOr, ast.LShift, ast.RShift)
_LASTING = frozenset({"staticmethod", "classmethod"})


class RecursionWithoutCache(Rule):
    """``f(n - 1) + f(n - 2)`` computes ``f(n - 2)`` twice, ``f(n - 3)`` three times, ``f(n - 4)`` five times …"""

    name = "recursion-without-cache"
    group = "loops"
    surest = "medium"
    message = "calls itself more than once, and the same arguments come up again and again"
    fix = "decorate the function with functools.cache, or fill a table from the smallest case up"
    screen = Screen(words=frozenset({"def"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it holds the first call of such a function to itself."""
        first = _first_call(piece)
        return first is not None and any(call is first for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """The first of the calls."""
        first = _first_call(here.piece)
        if first is None or here.method(node) != last_name(first):
            return None
        code = here.read_call(node)
        function = here.scope.node
        if ast.unparse(code) != ast.unparse(first) or not isinstance(function, ast.FunctionDef):
            return None
        return Hit(node, confidence=_confidence(function))

    def repair(self, site: Site) -> Repair | None:
        """``functools.cache``: it keeps all arguments, which must have a hash, so this is not safe."""
        function = site.function
        if site.scope.parent is None or isinstance(site.scope.parent.node, ast.ClassDef):
            return None  # the cache would keep the objects
        name, edits = imported(site, "functools", "cache")
        return Repair((*edits, site.put_before(function, f"@{name}")), safe=False)


def _first_call(piece: Piece) -> ast.Call | None:
    """The first self-call of the function that `piece` stands in, if that should have a cache."""
    function = piece.scope.node
    if not isinstance(function, ast.FunctionDef) or function.name not in piece.words:
        return None
    if not any(last_name(one) == function.name for one in piece.calls):
        return None
    parent = piece.scope.parent
    owner = parent.node.name if parent is not None and isinstance(parent.node, ast.ClassDef) else None
    calls = _overlapping_calls(function, owner)
    return calls[0] if calls else None


@lru_cache(maxsize=64)
def _overlapping_calls(function: ast.FunctionDef, owner: str | None) -> tuple[ast.Call, ...]:
    """The calls of a function to itself, in order; none if it is no pure recursion in which arguments come up again."""
    if any(ast.unparse(one) not in _LASTING for one in function.decorator_list):
        return ()
    nodes = all_nodes(function)
    calls = [one for one in nodes if isinstance(one, ast.Call) and _calls(one, function.name, owner)]
    if len(calls) < 2 and not any(isinstance(one, ast.For | ast.comprehension) for one in nodes):
        return ()
    if not calls or _has_effects(nodes) or any(_REMEMBERS.search(one.id) for one in nodes if isinstance(one, ast.Name)):
        return ()
    if most_in_one_run(function.body, lambda one: any(one is call for call in calls)) < 2:
        return ()
    parameters = {one.arg for one in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)}
    loops = [one for one in nodes if isinstance(one, ast.For | ast.comprehension)]
    counters = {name.id for one in loops for name in ast.walk(one.target) if isinstance(name, ast.Name)}
    items = {name for one in loops for name in _items(one.target, one.iter)}
    stored = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)} - counters
    known = (parameters - stored) | counters
    if (
        not all(_is_step(call, known, parameters, items) for call in calls)
        or function.args.vararg
        or function.args.kwarg
    ):
        return ()
    return tuple(sorted(calls, key=lambda one: (one.lineno, one.col_offset)))


def _items(target: ast.expr, iterable: ast.expr) -> set[str]:
    """The variables of a loop that hold items, not numbers that count."""
    counts = isinstance(iterable, ast.Call) and last_name(iterable)
    if counts == "range":
        return set()
    if counts == "enumerate" and isinstance(target, ast.Tuple):
        target = target.elts[1]
    return {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}


def _calls(call: ast.Call, name: str, owner: str | None) -> bool:
    if owner is None:
        return isinstance(call.func, ast.Name) and call.func.id == name
    match call.func:
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr):
            return attr == name
        case ast.Attribute(value=ast.Name(id=one), attr=attr):
            return attr == name and one == owner
    return False


def _has_effects(nodes: list[ast.AST]) -> bool:
    """Whether the function does anything but compute a value from its arguments."""
    for one in nodes:
        match one:
            case ast.Yield() | ast.YieldFrom() | ast.Await() | ast.Global() | ast.Nonlocal() | ast.With() | ast.Try():
                return True
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                return True
            case ast.Expr(value=value) if not isinstance(value, ast.Constant):
                return True
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name()]):
                return True
    return not any(isinstance(one, ast.Return) and one.value is not None for one in nodes)


def _is_step(call: ast.Call, known: set[str], parameters: set[str], items: set[str]) -> bool:
    """Whether the arguments are the function's own, or a step away from them, at least one of them the latter.

    Called for each item of a collection, a function walks through a tree: its branches do not overlap.
    """
    arguments = [*call.args, *(word.value for word in call.keywords)]
    if any(isinstance(one, ast.Name | ast.Subscript) and path_of(one) in items for one in arguments):
        return False
    if any(_is_branch(one, parameters) for one in arguments):
        return False
    if not arguments or not all(_is_simple(one, known) for one in arguments):
        return False
    return any(
        not (isinstance(one, ast.Constant) or (isinstance(one, ast.Name) and one.id in parameters)) for one in arguments
    )


def _is_branch(expr: ast.expr, parameters: set[str]) -> bool:
    """``node[0]`` of a tree of pairs: no other branch is the same."""
    match expr:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=int())):
            return name in parameters
    return False


def _is_simple(expr: ast.expr, known: set[str]) -> bool:  # noqa: PLR0911  (one return per form)
    match expr:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name in known or name.isupper()
        case ast.BinOp(left=left, op=op, right=right):
            return isinstance(op, _STEPS) and _is_simple(left, known) and _is_simple(right, known)
        case ast.Subscript(value=ast.Name() | ast.Attribute(value=ast.Name(id="self")), slice=ast.Slice() as part):
            return part.step is None and _is_one_off(part)
        case ast.Subscript(value=ast.Name() | ast.Attribute(value=ast.Name(id="self")), slice=index):
            return _is_simple(index, known)
        case ast.Attribute(value=ast.Name(id="self")):
            return True
        case ast.UnaryOp(operand=operand):
            return _is_simple(operand, known)
    return False


def _is_one_off(part: ast.Slice) -> bool:
    """``[1:]`` and ``[:-1]``: halves of a list, as in a merge sort, are never the same."""
    ends = [ast.unparse(one) for one in (part.lower, part.upper) if one is not None]
    return ends in (["1"], ["-1"])


def _confidence(function: ast.FunctionDef) -> str:
    """High where the file shows that the function calls nothing but itself and built-in functions."""
    names = {last_name(one) for one in ast.walk(function) if isinstance(one, ast.Call)}
    return "high" if names <= _PURE | {function.name} else "medium"
