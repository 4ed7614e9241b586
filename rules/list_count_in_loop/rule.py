"""Counting one item of a list after another."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.hoist import start_of, stays_the_same
from greenprof.lint.imports import imported
from greenprof.lint.plain import is_hashable, plain_items
from greenprof.lint.scans import handed_over, may_be_scanned, scan_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


class ListCountInLoop(Rule):
    """``items.count(item)`` goes through the whole list for one number."""

    name = "list-count-in-loop"
    group = "data-structures"
    message = "goes through the whole list to count one item in each round of this loop"
    hidden_loops = 1
    fix = "count all items at once before the loop: collections.Counter(items)"
    needs_many = True
    screen = Screen(words=frozenset({"count", "countOf"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something may be counted in a list."""
        return may_be_scanned("count", piece)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``items.count(item)``."""
        return scan_of(node, "count", here)

    def visit_Attribute(self, node: cst.Attribute, here: Place) -> Hit | None:
        """``map(items.count, others)``."""
        return handed_over(node, "count", here)

    def repair(self, site: Site) -> Repair | None:
        """A ``Counter`` of the list before the loop, if the list surely stays the same in it."""
        match site.node:
            case ast.Call(func=ast.Attribute(value=items), args=[item]):
                pass
            case _:
                return None
        target = start_of(site, items)
        if not stays_the_same(site, items, target):
            return None
        counter, edits = imported(site, "collections", "Counter")
        counts = site.fresh("counts")
        made = site.put_before(target, f"{counts} = {counter}({site.text(items)})")
        safe = plain_items(items, site) is not None and is_hashable(item, site)
        return Repair((*edits, made, site.replace(site.node, f"{counts}[{site.text(item)}]")), safe=safe)
