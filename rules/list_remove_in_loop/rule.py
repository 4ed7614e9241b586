"""Taking one item after another out of the middle of a list."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.length import SHORT, length_of, rounds_of
from greenprof.lint.scans import may_be_scanned, scan_of
from greenprof.lint.steady import starts_in, steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


class ListRemoveInLoop(Rule):
    """``items.remove(item)`` searches the list, and moves all that stands behind the item."""

    name = "list-remove-in-loop"
    group = "data-structures"
    surest = "medium"
    message = "searches the list, and moves its items up, in each round of this loop"
    hidden_loops = 1
    fix = "keep what stays: a comprehension with a set of what goes, or a dict in place of the list"
    needs_many = True
    screen = Screen(words=frozenset({"remove", "index"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something may be removed from a list."""
        if may_be_scanned("remove", piece):
            return True
        taken = map(_place_taken, piece.of(ast.Call, ast.Delete)) if "index" in piece.words else ()
        return any(piece.kind(one[0]) == "list" for one in taken if one is not None)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``items.remove(item)``, ``items.pop(items.index(item))``."""
        if here.method(node) == "pop":
            return _by_index(node, here)
        return scan_of(node, "remove", here)

    def visit_Del(self, node: cst.Del, here: Place) -> Hit | None:
        """``del items[items.index(item)]``."""
        return _by_index(node, here)


def _by_index(node: cst.Call | cst.Del, here: Place) -> Hit | None:
    """A hit if an item is taken out at the place where ``index`` finds it, also by way of a name."""
    code: ast.AST = here.read_call(node) if type(node).__name__ == "Call" else here.read_statement(node)
    taken, loop = _place_taken(code), here.many(node)
    if taken is None or loop is None:
        return None
    items, place = taken
    if isinstance(place, ast.Name):
        found = [one for one in here.scope.find(place.id) if one.line in here.piece.lines]
        place = found[0].value if len(found) == 1 and found[0].value is not None else place
    match place:
        case ast.Call(func=ast.Attribute(value=owner, attr="index"), args=[item]):
            same = ast.unparse(owner) == ast.unparse(items)
            if same and here.kind(items) == "list" and steadiness(item, loop) is None and not starts_in(items, loop):
                few = SHORT in (length_of(items, here), rounds_of(loop))
                return Hit(node, confidence="low" if few else "medium", loop=loop, searched=items)
    return None


def _place_taken(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """``items`` and ``place`` of ``items.pop(place)`` and ``del items[place]``."""
    match node:
        case ast.Call(func=ast.Attribute(value=items, attr="pop"), args=[ast.Name() | ast.Call() as place]):
            return items, place
        case ast.Delete(targets=[ast.Subscript(value=items, slice=ast.Name() | ast.Call() as place)]):
            return items, place
    return None
