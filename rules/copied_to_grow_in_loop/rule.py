"""A collection that grows by being copied."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.length import SHORT, rounds_of
from greenprof.lint.steady import starts_in

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_FIXES = {
    "list": "append or extend changes the list in place",
    "tuple": "append to a list, and make a tuple of it after the loop",
    "dict": "assign the key, or update the dict in place",
    "set": "add or update changes the set in place",
}
_KINDS = {"builtins.list()": "list", "builtins.tuple()": "tuple", "builtins.dict()": "dict", "builtins.set()": "set"}


class CopiedToGrowInLoop(Rule):
    """``items = items + [item]`` copies all items to add one."""

    name = "copied-to-grow-in-loop"
    group = "data-structures"
    message = "copies the whole collection to add to it, in each round of this loop"
    fix = "change it in place: append, extend, update"
    screen = Screen(words=frozenset({"for", "while"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether some name gets a grown copy of itself."""
        return any(
            _grown(one.target, ast.BinOp(one.target, one.op, one.value), piece) is not None
            if isinstance(one, ast.AugAssign)
            else len(one.targets) == 1 and _grown(one.targets[0], one.value, piece) is not None
            for one in piece.nodes
            if isinstance(one, ast.Assign | ast.AugAssign)
        )

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``items = items + [item]``, ``items = [*items, item]``, ``table = {**table, key: value}``."""
        if len(node.targets) != 1:
            return None
        return _hit(node, here.read(node.targets[0].target), here.read(node.value), here)

    def visit_AugAssign(self, node: cst.AugAssign, here: Place) -> Hit | None:
        """``items += (item,)`` of a tuple, which cannot grow in place as a list does."""
        if type(node.operator).__name__ != "AddAssign":
            return None
        target = here.read(node.target)
        value = ast.BinOp(target, ast.Add(), here.read(node.value))
        return _hit(node, target, value, here) if _grown(target, value, here) == "tuple" else None


def _hit(node: cst.CSTNode, target: ast.expr, value: ast.expr, here: Place) -> Hit | None:
    kind = _grown(target, value, here)
    loop = here.many(node) if kind is not None else None
    if kind is None or loop is None or starts_in(target, loop):
        return None
    on_purpose = kind == "tuple" and not isinstance(target, ast.Name)  # an attribute that nobody may change in place
    if rounds_of(loop) == SHORT or on_purpose:
        return Hit(node, confidence="low", fix=_FIXES[kind])
    sure = "medium" if loop.is_while or here.is_conditional() or isinstance(target, ast.Subscript) else "high"
    return Hit(node, confidence=sure, fix=_FIXES[kind])


def _grown(target: ast.expr, value: ast.expr, known: Piece | Place) -> str | None:  # noqa: PLR0911  (one return per form)
    """The kind of collection, if `value` is that of `target` with more in it; None if it is anything else."""
    name = ast.unparse(target) if isinstance(target, ast.Name | ast.Attribute | ast.Subscript) else None
    match value:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            terms = [*_terms(left), right]
            if name not in map(ast.unparse, terms):
                return None
            kinds = {_kind(one, known) for one in terms} - {None}
            return kinds.pop() if len(kinds) == 1 and kinds <= {"list", "tuple"} else None
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            kinds = {_kind(left, known), _kind(right, known)} - {None}
            known_kind = kinds.pop() if len(kinds) == 1 else None
            return known_kind if ast.unparse(left) == name and known_kind in ("dict", "set") else None
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
            starred = [ast.unparse(one.value) for one in items if isinstance(one, ast.Starred)]
            return type(value).__name__.lower() if name in starred and len(items) > 1 else None
        case ast.Dict(keys=keys, values=values):
            spread = [ast.unparse(one) for key, one in zip(keys, values, strict=True) if key is None]
            return "dict" if name in spread and len(keys) > 1 else None
        case ast.Call(func=ast.Name(id="dict"), args=[first], keywords=[_, *_]):
            return "dict" if ast.unparse(first) == name else None
        case ast.Call(func=ast.Attribute(value=owner, attr="union"), args=[_, *_]):
            return "set" if ast.unparse(owner) == name and _kind(owner, known) == "set" else None
    return None


def _terms(value: ast.expr) -> list[ast.expr]:
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return [*_terms(value.left), value.right]
    return [value]


def _kind(expr: ast.expr, known: Piece | Place) -> str | None:
    if isinstance(expr, ast.Subscript) and isinstance(expr.slice, ast.Slice):
        return None
    kinds = {_KINDS.get(origin.removesuffix(".union()")) for origin in known.origins(expr)}
    return kinds.pop() if len(kinds) == 1 else None
