"""Asking a list where an item is, again and again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.hoist import stays_the_same
from greenprof.lint.local import is_inside, uses_of
from greenprof.lint.scans import handed_over, may_be_scanned, scan_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


class ListIndexInLoop(Rule):
    """``items.index(item)`` walks through the list from its front."""

    name = "list-index-in-loop"
    group = "data-structures"
    message = "walks through the list to find the place of one item in each round of this loop"
    hidden_loops = 1
    fix = "count along with enumerate, or make a dict of places before the loop"
    needs_many = True
    screen = Screen(words=frozenset({"index", "indexOf"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a list may be asked for an index."""
        return may_be_scanned("index", piece)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``items.index(item)``."""
        return scan_of(node, "index", here)

    def visit_Attribute(self, node: cst.Attribute, here: Place) -> Hit | None:
        """``map(items.index, others)``."""
        return handed_over(node, "index", here)

    def repair(self, site: Site) -> Repair | None:
        """``enumerate``, if the loop goes over the list itself; an item may be there twice, so this is not safe."""
        match site.node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as items), args=[ast.Name(id=item)]):
                pass
            case _:
                return None
        for loop in site.loops:
            part = loop.generators[0] if isinstance(loop, COMPREHENSIONS) else loop
            match part:
                case ast.For(target=target, iter=over) | ast.comprehension(target=target, iter=over):
                    if (
                        ast.unparse(over) == name
                        and ast.unparse(target) == item
                        and _is_steady(items, target, loop, site)
                    ):
                        place = site.fresh("position")
                        counted = site.rewrite(site.code.span(target), f"{place}, {item}", inside=target)
                        edits = (counted, site.replace(over, f"enumerate({name})"), site.replace(site.node, place))
                        return Repair(edits, safe=False)
        return None


def _is_steady(items: ast.expr, target: ast.expr, loop: ast.AST, site: Site) -> bool:
    """Whether neither the list nor the loop's variable changes in the loop."""
    if not isinstance(target, ast.Name) or site.scope.find("enumerate"):
        return False
    uses = uses_of(target.id, site.scope, site.code) or []
    stores = [use for use in uses if use.how in ("stored", "grown") and is_inside(use.name, loop, site.code)]
    return len(stores) == 1 and stays_the_same(site, items, site.statement(loop))
