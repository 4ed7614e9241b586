"""Looking for the smallest item of a collection each time, and taking it out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import builtin, last_name
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.uses import assigned_name

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_TAKES = frozenset({"remove", "discard", "pop"})


class ListAsPriorityQueue(Rule):
    """``min(items)`` and ``items.remove(…)`` in a loop: a heap finds the smallest without looking at all."""

    name = "list-as-priority-queue"
    group = "data-structures"
    message = "goes through all that is left to find the next one, in each round of this loop"
    hidden_loops = 1
    fix = "a heap: heapq.heappush and heapq.heappop"
    needs_many = True
    screen = Screen(words=frozenset({"min", "max", "sort", "sorted"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it looks for an extreme, and takes something out."""
        return not piece.words.isdisjoint(_TAKES | {"del"}) and any(
            builtin(call, piece) in ("min", "max") or (piece.of(ast.While) and last_name(call) in ("sort", "sorted"))
            for call in piece.calls
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``next_one = min(waiting, key=…); waiting.remove(next_one)``."""
        if here.method(node) in ("sort", "sorted"):
            return _sorted_again(node, here)
        if here.method(node) not in ("min", "max"):
            return None
        call = here.read_call(node)
        if builtin(call, here) not in ("min", "max") or len(call.args) != 1:
            return None
        items = _items(call.args[0])
        loop = here.many(node) if items is not None else None
        if items is None or loop is None or not _is_kept_in_order(items, call, loop):
            return None
        if length_of(items, here) == SHORT:
            return Hit(node, confidence="low")
        plain = isinstance(call.args[0], ast.Name | ast.Attribute)
        known = loop.is_while or here.kind(items) in ("list", "set", "dict")
        return Hit(node, confidence="high" if plain and known else "medium", items=items)


def _sorted_again(node: cst.Call, here: Place) -> Hit | None:
    """``queue.sort()`` or ``queue = sorted(queue)`` in a ``while`` that takes one from an end and puts others in."""
    match here.read_call(node):
        case ast.Call(func=ast.Attribute(value=items, attr="sort"), args=[]):
            pass
        case ast.Call(func=ast.Name(id="sorted"), args=[ast.Name() as items, *_]) if assigned_name(
            node, here
        ) == ast.unparse(items):
            pass
        case _:
            return None
    loop, name = here.many(node), ast.unparse(items)
    if loop is None or not loop.is_while:
        return None
    called = {ast.unparse(one.func) for one in ast.walk(loop.code) if isinstance(one, ast.Call)}
    taken = f"{name}.pop" in called
    grown = any(isinstance(one, ast.AugAssign) and ast.unparse(one.target) == name for one in ast.walk(loop.code))
    if not taken or not (grown or f"{name}.append" in called):
        return None
    return Hit(
        node, confidence="medium", message="sorts all that is left to take the next one, in each round of this loop"
    )


def _items(argument: ast.expr) -> ast.expr | None:
    match argument:
        case ast.Name() | ast.Attribute():
            return argument
        case (
            ast.GeneratorExp(generators=[ast.comprehension(iter=iterable)])
            | ast.ListComp(generators=[ast.comprehension(iter=iterable)])
        ):
            return _items(iterable)
        case ast.Call(func=ast.Attribute(value=value, attr="keys" | "items" | "values"), args=[]):
            return _items(value)
        case ast.Call(func=ast.Name(id="enumerate"), args=[inner]):
            return _items(inner)
        case ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[inner])]):
            return _items(inner)
    return None


def _is_kept_in_order(items: ast.expr, call: ast.Call, loop: Loop) -> bool:
    """Whether the loop takes the items of one collection in one order, as a heap does."""
    return _is_taken_from(items, loop) and not _is_made_in(items, loop) and not _is_ordered_anew(call, loop)


def _is_taken_from(items: ast.expr, loop: Loop) -> bool:
    """Whether the loop takes an item out of the collection, other than at its end."""
    name = ast.unparse(items)
    for node in ast.walk(loop.code):
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=attr), args=[ast.expr() as what, *_]):
                if attr in _TAKES and ast.unparse(owner) == name and not isinstance(what, ast.Constant | ast.UnaryOp):
                    return True
            case ast.Delete(targets=[ast.Subscript(value=owner, slice=index)]):
                if ast.unparse(owner) == name and not isinstance(index, ast.Constant | ast.UnaryOp):
                    return True
    return False


def _is_made_in(items: ast.expr, loop: Loop) -> bool:
    name = ast.unparse(items)
    grown = {id(one.target) for one in ast.walk(loop.code) if isinstance(one, ast.AugAssign)}
    stores = [one for one in ast.walk(loop.code) if isinstance(one, ast.Name | ast.Attribute) and id(one) not in grown]
    return any(isinstance(one.ctx, ast.Store) and ast.unparse(one) == name for one in stores)


def _is_ordered_anew(call: ast.Call, loop: Loop) -> bool:
    """Whether ``key`` looks at what the loop sets: no heap keeps an order that differs from round to round."""
    set_here = {one.id for one in ast.walk(loop.code) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    orders = [word.value for word in call.keywords if word.arg == "key" and isinstance(word.value, ast.Lambda)]
    own = {parameter.arg for order in orders for parameter in order.args.args}
    read = {one.id for order in orders for one in ast.walk(order.body) if isinstance(one, ast.Name)}
    return not set_here.isdisjoint(read - own)
