"""Asking a list where an item is, again and again."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.scans import scan_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


class ListIndexInLoop(Rule):
    """``items.index(item)`` walks through the list from its front."""

    name = "list-index-in-loop"
    group = "data-structures"
    message = "walks through the list to find the place of one item in each round of this loop"
    fix = "count along with enumerate, or make a dict of places before the loop"
    screen = Screen(words=frozenset({"index"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something is asked for an index."""
        return any(isinstance(one.func, ast.Attribute) and one.func.attr == "index" for one in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``items.index(item)``."""
        return scan_of(node, "index", here)
