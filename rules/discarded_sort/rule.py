"""Sorting for something that does not look at the order."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import builtin, shown
from greenprof.lint.loops import is_few
from greenprof.lint.plain import ORDERED, plain_items

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_ORDERLESS = frozenset({"set", "frozenset", "len", "min", "max", "any", "all", "sorted"})


class DiscardedSort(Rule):
    """``set(sorted(items))`` has no order: the sorting was for nothing."""

    name = "discarded-sort"
    group = "data-structures"
    message = "sorts, and throws the order away"
    fix = "leave sorted(…) out"
    screen = Screen(words=frozenset({"sorted"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a sorted list goes into something without an order."""
        return any(_sorted_in(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``set(sorted(items))``, ``max(sorted(items))``, ``len(sorted(items))``."""
        if not node.args:
            return None
        call = here.read_call(node)
        inner = _sorted_in(call, here)
        if inner is None or is_few(inner.args[0], here):
            return None
        better = ast.Call(call.func, [inner.args[0], *call.args[1:]], call.keywords)
        return Hit(node, message=f"sorts, and {shown(call.func)} throws the order away", fix=f"{shown(better)}")

    def repair(self, site: Site) -> Repair | None:
        """Without sorting, which may be an error where items cannot be compared."""
        call = site.node
        inner = _sorted_in(call, site.piece) if isinstance(call, ast.Call) else None
        if inner is None or not isinstance(call, ast.Call):
            return None
        items, name = inner.args[0], builtin(call, site)
        if name == "len" and site.kind(items) not in ("list", "set", "dict"):
            return None
        keyed = any(word.arg != "reverse" or not isinstance(word.value, ast.Constant) for word in inner.keywords)
        safe = name is not None and not keyed and plain_items(items, site) in ORDERED
        return Repair((site.replace(inner, site.text(items)),), safe=safe)


def _sorted_in(call: ast.Call, known: Piece | Place) -> ast.Call | None:
    """The ``sorted(…)`` whose order `call` does not look at."""
    match call:
        case ast.Call(func=ast.Name(), args=[ast.Call(args=[ast.expr()]) as inner, *others]):
            pass
        case _:
            return None
    if builtin(inner, known) != "sorted" or (name := builtin(call, known)) not in (*_ORDERLESS, None):
        return None
    if name is None:
        return inner if known.origins(call.func) == {"collections.Counter"} and not others else None
    if name == "sorted":  # with a key, the first order stays among equals
        return None if any(word.arg == "key" for word in (*call.keywords, *inner.keywords)) else inner
    if name in ("min", "max"):  # with a key, the first of equals is taken
        return None if others or any(word.arg == "key" for word in (*call.keywords, *inner.keywords)) else inner
    return inner
