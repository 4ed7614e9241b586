"""Taking one item after another out of the middle of a list."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.scans import scan_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


class ListRemoveInLoop(Rule):
    """``items.remove(item)`` searches the list, and moves all that stands behind the item."""

    name = "list-remove-in-loop"
    group = "data-structures"
    message = "searches the list, and moves its items up, in each round of this loop"
    fix = "keep what stays: a comprehension with a set of what goes, or a dict in place of the list"
    screen = Screen(words=frozenset({"remove"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something is removed."""
        return any(isinstance(one.func, ast.Attribute) and one.func.attr == "remove" for one in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``items.remove(item)``."""
        return scan_of(node, "remove", here)
