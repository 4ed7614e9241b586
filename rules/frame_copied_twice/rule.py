"""A copy of a frame right before, or right behind, what makes a new one anyway."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

# Their result shares nothing with the frame, and no version of pandas warns when something is assigned to it.
_NEW = frozenset(
    {"merge", "join", "melt", "pivot_table", "sort_values", "fillna", "astype", "assign", "replace", "round", "copy"}
    | {"reset_index", "groupby", "agg", "stack", "unstack", "explode", "sort_index", "cumsum", "shift", "to_frame"}
)
_ANY_FRAME = re.compile(r"(?:^|_)df\d?$|dataframe|(?:^|_)frame$", re.IGNORECASE)


class FrameCopiedTwice(Rule):
    """One copy is enough: the other is made only to be thrown away."""

    name = "frame-copied-twice"
    group = "dataframes"
    cost = "row"
    message = "copies the whole frame beside a call that makes a new one anyway"
    hidden_loops = 1
    fix = "leave .copy() out"
    screen = Screen(words=frozenset({"copy"}), mentions=frozenset({"pandas"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it copies beside such a call."""
        return any(
            isinstance(one, ast.Attribute)
            and isinstance(one.value, ast.Call)
            and {one.attr, _method(one.value)} <= _NEW
            for one in piece.nodes
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``frame.merge(other).copy()``, ``frame.copy().sort_values("a")``."""
        if here.method(node) != "copy" or node.args:
            return None
        receiver = here.receiver(node)
        if receiver is None or not (_is_new(receiver, here) or (_is_frame(receiver, here) and _goes_on(here))):
            return None
        return Hit(node)

    def repair(self, site: Site) -> Repair | None:
        """Another object, with the same content."""
        match site.node:
            case ast.Call(func=ast.Attribute(value=value)) as call:
                return Repair((site.replace_end(value, call, ""),), safe=False)
        return None


def _is_new(receiver: ast.expr, here: Place) -> bool:
    """Whether it is the result of a call that makes a new frame."""
    match receiver:
        case ast.Call(func=ast.Attribute(value=value, attr=name), keywords=words) if name in _NEW:
            return not any(word.arg in ("inplace", "copy") for word in words) and _is_frame(value, here)
    return False


def _goes_on(here: Place) -> bool:
    """Whether a method that makes a new frame is called on the copy."""
    trail: list[Any] = here.trail[-2:]
    if len(trail) < 2 or type(trail[1]).__name__ != "Attribute" or type(trail[0]).__name__ != "Call":
        return False
    words = [one.keyword.value for one in trail[0].args if one.keyword is not None]
    return trail[1].attr.value in _NEW and "inplace" not in words


def _is_frame(expr: ast.expr, here: Place) -> bool:
    return here.kind(expr) == "dataframe" or (isinstance(expr, ast.Name) and _ANY_FRAME.search(expr.id) is not None)


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
