"""Arithmetic with the items of an array, one by one in Python."""

from __future__ import annotations

import ast
from dataclasses import dataclass
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


_STEPS = (ast.AugAssign, ast.Assign, ast.If, ast.Expr)


class ArrayItemByItem(Rule):
    """Each item that Python takes from an array becomes an object, and each sum of two another."""

    name = "array-item-by-item"
    group = "dataframes"
    message = "calculates with the items of an array one by one"
    fix = "calculate with whole arrays: a + b, a[mask], np.where, a.sum(), np.dot"
    needs_many = True
    screen = Screen(words=frozenset({"for"}), mentions=frozenset({"numpy", "pandas"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its loops only calculates with items of an array."""
        return any(_calculates(one, piece) for one in piece.of(ast.For)) or any(
            _is_calculated(one, piece) for one in piece.of(ast.ListComp, ast.GeneratorExp)
        )

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for i in range(len(a)): c[i] = a[i] + b[i]``; ``for x in a: total += x``."""
        if node.asynchronous is not None or node.orelse is not None:
            return None
        loop = here.read_statement(node)
        if not isinstance(loop, ast.For) or not _calculates(loop, here) or _is_compiled(here):
            return None
        return Hit(node)

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``[x * x for x in a]``."""
        return Hit(node, confidence="medium") if _is_calculated(here.read(node), here) else None

    def visit_GeneratorExp(self, node: cst.GeneratorExp, here: Place) -> Hit | None:
        """``sum(x * x for x in a)``."""
        return Hit(node, confidence="medium") if _is_calculated(here.read(node), here) else None


@dataclass(frozen=True, slots=True)
class _Round:
    """The variables of a loop that are items of arrays, those that are indices, and what is known of names."""

    items: frozenset[str]
    indices: frozenset[str]
    known: Piece | Place


def _calculates(loop: ast.For, known: Piece | Place) -> bool:
    """Whether all that the loop does is arithmetic with the items of arrays, each round by itself."""
    if not all(isinstance(one, _STEPS) for one in loop.body):
        return False
    it = _round(loop.target, loop.iter, known)
    if it is None:
        return False
    sums = {ast.unparse(one.target) for one in loop.body if isinstance(one, ast.AugAssign)}
    return (
        bool(loop.body)
        and all(_is_arithmetic(one, it) for one in loop.body)
        and not (sums and _reads_a_sum(loop, sums))
        and any(_is_item(one, it) for one in _values(loop))
    )


def _is_calculated(node: ast.AST, known: Piece | Place) -> bool:
    """Whether a comprehension calculates something with each item of an array."""
    match node:
        case ast.ListComp(elt=elt, generators=[part]) | ast.GeneratorExp(elt=elt, generators=[part]):
            pass
        case _:
            return False
    if not isinstance(elt, ast.BinOp) or part.is_async:
        return False
    it = _round(part.target, part.iter, known)
    if it is None or not all(_is_simple(one, it) for one in (elt, *part.ifs)):
        return False
    return any(_is_item(one, it) for one in ast.walk(elt))


def _round(target: ast.expr, iterable: ast.expr, known: Piece | Place) -> _Round | None:
    """What a loop's variables are; None if it goes through no array."""
    none: frozenset[str] = frozenset()
    match target, iterable:
        case ast.Name(id=item), ast.Attribute(value=array, attr="flat") if is_array(array, known):
            return _Round(frozenset({item}), none, known)
        case ast.Name(id=item), _ if is_array(iterable, known):
            return _Round(frozenset({item}), none, known)
        case ast.Name(id=index), _ if _is_range(iterable):
            return _Round(none, frozenset({index}), known)
        case (
            ast.Tuple(elts=[ast.Name(id=index), ast.Name(id=item)]),
            ast.Call(func=ast.Name(id="enumerate"), args=[array]),
        ):
            return _Round(frozenset({item}), frozenset({index}), known) if is_array(array, known) else None
        case ast.Tuple(elts=names), ast.Call(func=ast.Name(id="zip"), args=arrays, keywords=_):
            if all(isinstance(one, ast.Name) for one in names) and all(is_array(one, known) for one in arrays):
                return _Round(frozenset(one.id for one in names if isinstance(one, ast.Name)), none, known)
    return None


def _is_range(iterable: ast.expr) -> bool:
    """``range(…)`` up to what no one wrote down: a constant says how few there are."""
    match iterable:
        case (
            ast.Call(func=ast.Name(id="range"), args=[end], keywords=[])
            | ast.Call(func=ast.Name(id="range"), args=[_, end], keywords=[])
        ):
            return not isinstance(end, ast.Constant) or (isinstance(end.value, int) and end.value > 100)
    return False


def _is_arithmetic(statement: ast.stmt, it: _Round) -> bool:  # noqa: PLR0911  (one return per form)
    match statement:
        case ast.AugAssign(target=target, value=value):
            return _is_simple(value, it) and (isinstance(target, ast.Name) or _is_item(target, it))
        case ast.Assign(targets=[ast.Subscript() as target], value=value):
            return _is_item(target, it) and _is_simple(value, it)
        case ast.If(test=ast.Compare(left=left, comparators=[right]), body=[ast.Assign(targets=[best], value=value)]):
            sides = {ast.unparse(left), ast.unparse(right)}
            if sides == {ast.unparse(best), ast.unparse(value)} and not statement.orelse:
                return _is_item(value, it)  # ``if x > best: best = x``
            return _is_simple(statement.test, it) and all(
                _is_arithmetic(one, it) for one in (*statement.body, *statement.orelse)
            )
        case ast.If(test=test, body=body, orelse=orelse):
            return all(_is_arithmetic(one, it) for one in (*body, *orelse)) and _is_simple(test, it)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(), attr="append"), args=[ast.BinOp() as value])):
            return _is_simple(value, it)
    return False


def _is_simple(value: ast.expr, it: _Round) -> bool:
    """Numbers, names, items of this round, and arithmetic or mathematical functions of them."""
    for one in ast.walk(value):
        match one:
            case ast.Constant(value=str() | bytes()):
                return False
            case ast.Subscript():
                if not _is_item(one, it):
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


def _is_item(expr: ast.AST, it: _Round) -> bool:
    """``a[i]`` of an array, ``a[i, j]`` of one with several dimensions, or the loop's own item."""
    match expr:
        case ast.Subscript(value=array, slice=ast.Name(id=name)):
            return name in it.indices and is_array(array, it.known)
        case ast.Subscript(value=array, slice=ast.Tuple(elts=places)):
            named = [one.id for one in places if isinstance(one, ast.Name)]
            return len(named) == len(places) and not it.indices.isdisjoint(named) and is_array(array, it.known)
        case ast.Name(id=name):
            return name in it.items
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
