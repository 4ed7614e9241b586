"""How many items a collection has at most, whatever the data are: as many as somebody wrote down."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint.tree import all_nodes, own_nodes

if TYPE_CHECKING:
    from greenprof.lint.bindings import Binding
    from greenprof.lint.place import Place

FEW = 20  # a loop over so many constants, written out, is not what a data set makes long

SAME_LENGTH = frozenset({"enumerate", "reversed", "sorted", "list", "tuple", "set", "iter", "tqdm", "zip"})
_VIEWS = frozenset({"items", "keys", "values"})
_GROWS = frozenset({"append", "extend", "insert", "add", "update", "setdefault"})
_DEEPEST = 5


def is_few(items: ast.expr, place: Place) -> bool:
    """Whether `items` are at most `FEW`."""
    most = most_items(items, place)
    return most is not None and most <= FEW


def most_items(items: ast.expr, place: Place, depth: int = 0) -> int | None:  # noqa: PLR0911  (one return per form)
    """The greatest number of items that `items` may have; None where the data decide."""
    if depth > _DEEPEST:
        return None
    match items:
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="split"), args=[]):
            return len(text.split())
        case ast.List(elts=each) | ast.Tuple(elts=each) | ast.Set(elts=each):
            return None if any(isinstance(one, ast.Starred) for one in each) else len(each)
        case ast.Dict(keys=keys):
            return None if None in keys else len(keys)
        case ast.Constant(value=str() | bytes() as text):
            return len(text)
        case ast.BinOp(left=left, right=right):
            both = most_items(left, place, depth + 1), most_items(right, place, depth + 1)
            return None if both[0] is None or both[1] is None else both[0] + both[1]
        case ast.Call(func=ast.Name(id="range"), args=given):
            return _most_of_range(given)
        case ast.Call(func=ast.Name(id=name), args=[first, *others]) if name in SAME_LENGTH:
            several = [first, *others] if name == "zip" else [first]
            known = [most for one in several if (most := most_items(one, place, depth + 1)) is not None]
            return min(known, default=None)
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[]) if attr in _VIEWS:
            return most_items(value, place, depth + 1)
        case ast.Name(id=name):
            return _most_of_name(place.scope.find(name), name, place, depth)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr) if place.scope.method_of is not None:
            return _most_of_name(place.scope.method_of.attributes.get(attr, []), attr, place, depth, of_object=True)
    return None


def _most_of_range(given: list[ast.expr]) -> int | None:
    """Of ``range`` up to a number that is written out; it may start anywhere above 0."""
    numbers = [whole_number(one) for one in given]
    match numbers:
        case [int() as end]:
            return max(end, 0)
        case [first, int() as end]:
            return max(end - (first or 0), 0)
    return None


def whole_number(expr: ast.expr) -> int | None:
    """The number that is written out, with its sign; None for anything else."""
    match expr:
        case ast.Constant(value=int() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
    return None


def _most_of_name(bindings: list[Binding], name: str, place: Place, depth: int, of_object: bool = False) -> int | None:
    """Of a name, or an attribute of an object, that only ever stands for constants that nothing is added to."""
    most = []
    for one in bindings:
        empty = isinstance(one.value, ast.List | ast.Dict) and not ast.unparse(one.value).strip("[]{}")
        if one.value is None or one.element or one.instance or empty:
            return None
        most.append(most_items(one.value, place, depth + 1))
    known = [one for one in most if one is not None]
    if not most or len(known) < len(most):
        return None
    scopes = (
        [place.scope.method_of.node] if of_object and place.scope.method_of else [one.scope.node for one in bindings]
    )
    nodes = (node for scope in scopes for node in (all_nodes(scope) if of_object else own_nodes(scope)))
    return None if any(_grows(name, node) for node in nodes) else max(known)


def _grows(name: str, node: ast.AST) -> bool:
    """``name.append(…)``, ``self.name.append(…)`` and ``name += …``."""
    match node:
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attr):
            return owner == name and attr in _GROWS
        case ast.AugAssign(target=ast.Name(id=target) | ast.Attribute(attr=target)):
            return target == name
        case ast.Subscript(value=ast.Name(id=owner), ctx=ast.Store()):
            return owner == name
    return False
