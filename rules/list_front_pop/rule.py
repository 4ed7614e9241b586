"""A list used as a queue."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.queues import as_deque

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

# The words of a command line or of one line of text: too short for it to matter.
_SHORT = re.compile(r"(?:arg|argv|args|arguments|params|parts|words|tokens|fields|bits|path)s?$", re.IGNORECASE)


class ListFrontPop(Rule):
    """Taking from, or putting at, the front of a list moves all its other items."""

    name = "list-front-pop"
    group = "data-structures"
    message = "moves every item of the list in each round of this loop"
    hidden_loops = 1
    fix = "use collections.deque with popleft and appendleft"
    needs_many = True
    screen = Screen(words=frozenset({"pop", "insert", "del"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something is taken from, or put at, a front."""
        return any(_moves_all(one) for one in piece.nodes)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``items.pop(0)`` and ``items.insert(0, item)``."""
        if here.method(node) not in ("pop", "insert"):
            return None
        return self._hit(node, _moves_all(here.read_call(node)), here)

    def visit_Del(self, node: cst.Del, here: Place) -> Hit | None:
        """``del items[0]``."""
        return self._hit(node, _moves_all(here.read_statement(node)), here)

    def _hit(self, node: cst.CSTNode, items: ast.expr | None, here: Place) -> Hit | None:
        kind = here.kind(items) if items is not None else None
        loop = here.many(node) if kind in ("list", None) else None
        if items is None or loop is None:
            return None
        name = ast.unparse(items)
        if kind is None or _SHORT.search(name) or length_of(items, here) == SHORT:
            return Hit(node, confidence="low")
        if here.method(node) == "insert":
            return Hit(node, confidence="low" if here.is_conditional() or loop.is_while else "medium")
        is_queue = loop.is_while and any(
            ast.unparse(call.func) in (f"{name}.append", f"{name}.extend") for call in here.piece.calls
        )
        return Hit(node, confidence="high" if is_queue else "medium", searched=items)

    def repair(self, site: Site) -> Repair | None:
        """The list becomes a deque, if the function keeps it to itself and uses it as a queue."""
        items = _moves_all(site.node) if isinstance(site.node, ast.Call) else None
        return Repair(as_deque(items.id, site), safe=True) if isinstance(items, ast.Name) else None


def _moves_all(node: ast.AST) -> ast.expr | None:
    """``items`` of ``items.pop(0)``, ``items.insert(0, x)`` and ``del items[0]``."""
    match node:
        case ast.Delete(targets=[ast.Subscript(value=items, slice=ast.Constant(value=0))]):
            return items
        case ast.Call(func=ast.Attribute(value=items, attr="pop"), args=[ast.Constant(value=0)]):
            return items
        case ast.Call(func=ast.Attribute(value=items, attr="insert"), args=[ast.Constant(value=0), _]):
            return items
    return None
