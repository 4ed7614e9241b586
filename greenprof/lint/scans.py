"""Methods of a list that go through it from its front: ``index``, ``count`` and ``remove``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from greenprof.lint.applied import applied_in
from greenprof.lint.calls import last_name
from greenprof.lint.length import LONG, SHORT, length_of, rounds_of
from greenprof.lint.rule import Hit
from greenprof.lint.steady import steadiness
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from libcst import Attribute, Call

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_SCANNED = ("list", "tuple", None)  # the kinds of what is gone through, or may be
_COPIES = frozenset({"list", "set", "sorted", "reversed", "enumerate", "tuple", "iter", "copy"})


def scan_of(node: Call, method: str, here: Place) -> Hit | None:
    """A hit if `node` calls `method` of a list for another item in each round of a long loop.

    The list must have been made before the loop; it may change in it.
    """
    asked = _asked(node, method, here)
    if asked is None:
        return None
    items, item = asked
    loop = here.many(node)
    if loop is None or ast.unparse(items) == "self" or _is_bound_in(items, loop) or steadiness(item, loop) is not None:
        return None
    if method == "remove" and _is_extreme(items, loop):
        return None  # that is list-as-priority-queue
    own = _goes_over(items, loop)
    kind = here.kind(items)
    if kind not in _SCANNED or (kind is None and not (own and _is_item(item, loop))):
        return None
    lengths = {length_of(items, here), rounds_of(loop)}
    if SHORT in lengths:
        outer = [
            one for one in here.loops(node) if one.is_long and rounds_of(one) != SHORT and one.node is not loop.node
        ]
        again = any(steadiness(items, one) is not None for one in outer)
        return Hit(node, confidence="medium" if again and kind == "list" else "low", loop=loop, searched=items)
    if own and kind == "list" and _is_item(item, loop):
        sure = "medium" if here.is_conditional() and lengths != {LONG} else "high"
    else:
        sure = "high" if lengths == {LONG} and not here.is_conditional() else "medium"
    return Hit(node, confidence=sure, loop=loop, searched=items)


def may_be_scanned(method: str, piece: Piece) -> bool:
    """A quick look by ``ast``: whether `scan_of` or `handed_over` may hit something. False is a promise."""
    return any(_may_scan(call, method, piece) for call in piece.calls)


def _may_scan(call: ast.Call, method: str, piece: Piece) -> bool:
    match call:
        case ast.Call(func=ast.Attribute(value=items, attr=attr), args=[_], keywords=[]) if attr == method:
            kind = piece.kind(items)
            return kind in _SCANNED and (kind is not None or _may_go_over(items, piece))
    given = (*call.args, *(word.value for word in call.keywords))
    handed = any(isinstance(one, ast.Attribute) and one.attr == method for one in given)
    return handed or last_name(call) == f"{method}Of"


def _may_go_over(items: ast.expr, piece: Piece) -> bool:
    """Whether some loop of the piece may go over `items` itself, which shows that they are a list."""
    if any(applied_in(call) is not None for call in piece.calls):
        return True
    text = ast.unparse(items)
    loops: tuple[Any, ...] = (*piece.of(ast.For), *piece.of(ast.AsyncFor), *piece.of(ast.comprehension))
    return any(text in ast.unparse(one.iter) for one in loops)


def handed_over(node: Attribute, method: str, here: Place) -> Hit | None:
    """A hit if `node` is ``items.method`` of a list, given to ``map`` or as a ``key`` to be called for each item."""
    if node.attr.value != method:
        return None
    code, over = here.read(node), here.applied_to(node)
    if over is None or not isinstance(code, ast.Attribute) or here.kind(code.value) not in ("list", "tuple"):
        return None
    if SHORT in (length_of(code.value, here), length_of(over, here)):
        return Hit(node, confidence="low")
    return Hit(node, confidence="medium")


def _asked(node: Call, method: str, here: Place) -> tuple[ast.expr, ast.expr] | None:
    """``items`` and ``item`` of ``items.method(item)``, and of the function of ``operator`` that does the same."""
    call = here.read_call(node) if here.method(node) in (method, f"{method}Of") else None
    if call is None or call.keywords or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    match call:
        case ast.Call(func=ast.Attribute(value=items, attr=attr), args=[item]) if attr == method:
            return items, item
        case ast.Call(args=[items, item]) if here.origins(call.func) == {f"operator.{method}Of"}:
            return items, item
    return None


def _is_extreme(items: ast.expr, loop: Loop) -> bool:
    """Whether the loop takes the smallest or largest item of the list."""
    calls = [one for one in all_nodes(loop.code) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)]
    return any(
        ast.unparse(call.func) in ("min", "max") and ast.unparse(call.args[0]) == ast.unparse(items)
        for call in calls
        if call.args
    )


def _goes_over(items: ast.expr, loop: Loop) -> bool:
    """Whether the loop goes over `items`, a copy of them, or a set of them."""
    iterable = loop.iterable
    while iterable is not None and ast.unparse(iterable) != ast.unparse(items):
        match iterable:
            case ast.Call(func=ast.Name(id=name), args=[inner]) if name in _COPIES:
                iterable = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="copy")) | ast.Subscript(value=inner, slice=ast.Slice()):
                iterable = inner
            case _:
                return False
    return iterable is not None


def _is_item(item: ast.expr, loop: Loop) -> bool:
    return isinstance(item, ast.Name) and item.id in loop.own_names


def _is_bound_in(items: ast.expr, loop: Loop) -> bool:
    """Whether the list itself, not what it holds, is another one in each round."""
    path = ast.unparse(items)
    for node in all_nodes(loop.code):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node) == path:
            return True
    root = path.partition(".")[0].partition("[")[0]
    names = [one for one in all_nodes(loop.code) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    inside = {one.id for one in names} if loop.whole is loop.node else set()
    return root in inside | loop.own_names
