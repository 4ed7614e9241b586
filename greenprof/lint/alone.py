"""What is done once, or each time for itself, although it stands in a loop."""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from greenprof.lint.bindings import Function
from greenprof.lint.databases import imports_any

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

# What brings data into the form of another version: once for each data base.
_MIGRATES = re.compile(r"(?:^|[_.])(?:upgrade|downgrade|migrate|migrations?|forwards?|backwards?)(?:_|\d|$)")
_MIGRATION = re.compile(r"alembic(?:\.|$)")
_BY_ITSELF = re.compile(r"(?:^|\.)(?:atomic|begin_nested|savepoint|begin)$")


def is_migration(scope: Scope) -> bool:
    """Whether code is of a migration, by the names of its functions, its class or the library that runs it."""
    around: Scope | None = scope
    while around is not None:
        if isinstance(around.node, Function) and any(map(_MIGRATES.search, _names(around.node))):
            return True
        if isinstance(around.node, ast.ClassDef) and around.node.name == "Migration":
            return True
        around = around.parent
    return imports_any(_MIGRATION, scope) or _has_migration(scope)


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


def _names(function: Function) -> list[str]:
    """Its own, and those of what it is decorated with."""
    return [function.name, *(ast.unparse(getattr(one, "func", one)) for one in function.decorator_list)]


def _has_migration(scope: Scope) -> bool:
    return any(isinstance(one, ast.ClassDef) and one.name == "Migration" for one in scope.module.node.body)
