"""What is done once, or each time for itself, although it stands in a loop."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place

_BY_ITSELF = re.compile(r"(?:^|\.)(?:atomic|begin_nested|savepoint|begin)$")


def is_in_one_round(node: CSTNode, place: Place, loop: Loop) -> bool:
    """Whether `node` is done when a counter has one value only: ``for i, row in enumerate(rows): if i == 0: …``."""
    match loop.iterable:
        case ast.Call(func=ast.Name(id="range" | "enumerate")):
            pass
        case _:
            return False
    for above, below in pairwise(_inside(node, place, loop)):
        if type(above).__name__ == "If" and below is above.body:
            match place.read(above.test):
                case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq()], comparators=[ast.Constant(value=int())]):
                    if name in loop.own_names:
                        return True
    return False


def stands_alone(node: CSTNode, place: Place, loop: Loop) -> bool:
    """Whether a round may fail by itself: `node` is in a ``try``, or a transaction, of its own."""
    for above, below in pairwise(_inside(node, place, loop)):
        kind = type(above).__name__
        if kind in ("Try", "TryStar") and below is above.body and above.handlers:
            return True
        if kind == "With" and below is above.body:
            entered = [place.read(one.item) for one in above.items]
            if any(isinstance(one, ast.Call) and _BY_ITSELF.search(ast.unparse(one.func)) for one in entered):
                return True
    return False


def _inside(node: CSTNode, place: Place, loop: Loop) -> list[Any]:
    """What stands between a loop and `node`, with both."""
    path: list[Any] = [*place.trail, node]
    start = next((at for at, one in enumerate(path) if one is loop.node), 0)
    return path[start:]
