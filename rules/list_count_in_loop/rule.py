"""Counting one item of a list after another."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.scans import scan_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


class ListCountInLoop(Rule):
    """``items.count(item)`` goes through the whole list for one number."""

    name = "list-count-in-loop"
    group = "data-structures"
    message = "goes through the whole list to count one item in each round of this loop"
    fix = "count all items at once before the loop: collections.Counter(items)"
    screen = Screen(words=frozenset({"count"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something is counted."""
        return any(isinstance(one.func, ast.Attribute) and one.func.attr == "count" for one in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``items.count(item)``."""
        return scan_of(node, "count", here)
