"""Arithmetic with the items of an array, one by one in Python."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.arrays import is_array
from greenprof.lint.kinds import words

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_COMPILERS = words("numba numexpr cython pythran taichi")
_CALLS = words("abs min max int float round sqrt exp log sin cos tan fabs floor ceil pow")


class ArrayItemByItem(Rule):
    """Each item that Python takes from an array becomes an object, and each sum of two another."""

    name = "array-item-by-item"
    group = "dataframes"
    message = "calculates with the items of an array one by one"
    fix = "calculate with whole arrays: a + b, a[mask], np.where, a.sum(), np.dot"
    screen = Screen(words=frozenset({"for"}), mentions=frozenset({"numpy", "pandas"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its loops only calculates with items of an array."""
        return any(_calculates(one, piece) for one in piece.of(ast.For))

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for i in range(len(a)): c[i] = a[i] + b[i]``; ``for x in a: total += x``."""
        if node.asynchronous is not None or node.orelse is not None:
            return None
        loop = here.read_statement(node)
        if not isinstance(loop, ast.For) or not _calculates(loop, here) or _is_compiled(here):
            return None
        return Hit(node)


def _calculates(loop: ast.For, known: Piece | Place) -> bool:
    """Whether all that the loop does is arithmetic with the items of arrays, each round by itself."""
    match loop.target:
        case ast.Name(id=item) if is_array(loop.iter, known):
            index = None
        case ast.Name(id=item) if _is_range(loop.iter):
            index = item
        case _:
            return False
    sums = {ast.unparse(one.target) for one in loop.body if isinstance(one, ast.AugAssign)}
    return (
        bool(loop.body)
        and all(_is_arithmetic(one, item, index, known) for one in loop.body)
        and not (sums and _reads_a_sum(loop, sums))
        and any(_is_item(one, item, index, known) for one in _values(loop))
    )


def _is_range(iterable: ast.expr) -> bool:
    """``range(…)`` up to what no one wrote down: a constant says how few there are."""
    match iterable:
        case (
            ast.Call(func=ast.Name(id="range"), args=[end], keywords=[])
            | ast.Call(func=ast.Name(id="range"), args=[_, end], keywords=[])
        ):
            return not isinstance(end, ast.Constant) or (isinstance(end.value, int) and end.value > 100)
    return False


def _is_arithmetic(statement: ast.stmt, item: str, index: str | None, known: Piece | Place) -> bool:
    match statement:
        case ast.AugAssign(target=target, value=value):
            return _is_simple(value, item, index, known) and (
                isinstance(target, ast.Name) or _is_item(target, item, index, known)
            )
        case ast.Assign(targets=[ast.Subscript() as target], value=value):
            return _is_item(target, item, index, known) and _is_simple(value, item, index, known)
        case ast.If(test=test, body=body, orelse=orelse):
            inside = all(_is_arithmetic(one, item, index, known) for one in (*body, *orelse))
            return inside and _is_simple(test, item, index, known)
    return False


def _is_simple(value: ast.expr, item: str, index: str | None, known: Piece | Place) -> bool:
    """Numbers, names, items of this round, and arithmetic or mathematical functions of them."""
    for one in ast.walk(value):
        match one:
            case ast.Subscript():
                if not _is_item(one, item, index, known):
                    return False
            case ast.Call(
                func=ast.Name(id=name) | ast.Attribute(value=ast.Name(id="math" | "np" | "numpy"), attr=name)
            ):
                if name not in _CALLS:
                    return False
            case ast.Call() | ast.Lambda() | ast.JoinedStr() | ast.Await() | ast.NamedExpr():
                return False
            case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.GeneratorExp():
                return False
    return True


def _is_item(expr: ast.AST, item: str, index: str | None, known: Piece | Place) -> bool:
    """``a[i]`` of an array, or the loop's own item."""
    match expr:
        case ast.Subscript(value=array, slice=ast.Name(id=name)):
            return index == name and is_array(array, known)
        case ast.Name(id=name):
            return index is None and name == item
    return False


def _values(loop: ast.For) -> list[ast.AST]:
    return [one for statement in loop.body for one in ast.walk(statement)]


def _reads_a_sum(loop: ast.For, sums: set[str]) -> bool:
    """Whether what is summed up is read in the loop as well: then a round needs the one before."""
    reads = [one for one in _values(loop) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
    return any(one.id in sums for one in reads)


def _is_compiled(here: Place) -> bool:
    """Whether the function is given to a compiler, for which such a loop is just right."""
    scope = here.scope
    decorators = [ast.unparse(one) for one in getattr(scope.node, "decorator_list", [])]
    return any("jit" in one or one.split(".")[0] in _COMPILERS or "vectorize" in one for one in decorators)
