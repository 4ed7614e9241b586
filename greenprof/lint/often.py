"""Which functions run again and again, as far as their file shows."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from greenprof.lint.applied import applied_in
from greenprof.lint.bindings import COMPREHENSIONS, Function
from greenprof.lint.loops import RETRY, CalledInLoop
from greenprof.lint.request_code import is_handler
from greenprof.lint.tree import NEW_SCOPE, Numbered, numbered

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

# What a worker, a bot or an event starts again and again.
_STARTED = re.compile(
    r"(?:^|\.)(?:task|shared_task|actor|on_event|message|event)\(|^(?:bot|client)\.(?:command|slash_command|tree\.command)\(|"
    r"(?:^|\.)(?:task|shared_task|actor|message_handler|event|command)$"
)
_NOT_ROUTES = re.compile(
    r"(?:^|\.)(?:cache|cached|lru_cache|cached_property|singleton|fixture|group)\b|^(?!bot\b|client\b).*\bcommand\b"
)
_ONCE = re.compile(
    r"^_*(?:main|run|start\w*|setup\w*|set_up\w*|init\w*|create_app|make_app|on_start\w*|lifespan|bootstrap|configure\w*"
    r"|test_\w*|migrate|upgrade|downgrade|connect|open|close|__init__|__enter__|__aenter__|__new__|__post_init__|setUp\w*)$"
)
_MAPS = frozenset({"map", "starmap", "imap", "imap_unordered", "map_async"})
# They take a function and run it later: a loop around them runs it for each item.
_STARTS = frozenset({"submit", "run_in_executor", "to_thread", "create_task", "start_soon", "apply_async", "delay"})


def reason_to_run_often(scope: Scope) -> str | None:
    """Why the function of `scope` runs again and again: it answers requests, or its file calls it in a loop.

    None if the file does not show it, and for functions that are cached or named as run once.
    """
    node = scope.node
    if not isinstance(node, Function) or _ONCE.match(node.name):
        return None
    decorators = [ast.unparse(one) for one in node.decorator_list]
    if any(_NOT_ROUTES.search(one) for one in decorators):
        return None
    if any(_STARTED.search(one) for one in decorators) or is_handler(scope):
        return "answers requests"
    line = _called_in_loops(scope.module.node).get(node.name)
    return f"is called in the loop of line {line}" if line is not None else None


def is_called_in_loop(scope: Scope) -> bool:
    """Whether the file shows a loop, or a call for each item, that runs the function of `scope`."""
    node = scope.node
    if not isinstance(node, Function) or _ONCE.match(node.name) or node.name not in _called_in_loops(scope.module.node):
        return False
    return not any(_NOT_ROUTES.search(ast.unparse(one)) for one in node.decorator_list)


def is_made_in_loop(name: str, scope: Scope) -> bool:
    """Whether the file calls what it has under `name`, as a class, in a loop."""
    nodes = numbered(scope.module.node)
    calls = [one for one in nodes.of(ast.Call) if isinstance(one.func, ast.Name) and one.func.id == name]
    return any(_loop_around(one, nodes) is not None for one in calls)


def loop_or_calls(node: CSTNode, place: Place) -> Loop | None:
    """As ``place.many``; or the function around `node`, if its file calls that in a loop: its rounds are the calls."""
    loop = place.many(node)
    if loop is not None:
        return loop
    function = place.scope.node
    if not isinstance(function, Function) or not is_called_in_loop(place.scope):
        return None
    given = function.args
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    target = ", ".join(name for name in names if name not in ("self", "cls"))
    return CalledInLoop(node, node, target, None, None, place, left_after=False)


@lru_cache(maxsize=1)
def _called_in_loops(tree: ast.AST) -> dict[str, int]:
    """The names of the functions and own methods that a file calls in a loop, or for each item, and the loop's line."""
    nodes = numbered(tree)
    defined = {one.name for one in nodes.functions}
    found: dict[str, int] = {}
    for node in nodes.of(ast.Call):
        name = _name_of(node.func)
        if name in defined and _is_own(node.func) and (loop := _loop_around(node, nodes)) is not None:
            found.setdefault(name, loop)
        applied = applied_in(node)
        first = applied[0] if applied is not None else node.args[0] if name in _MAPS and node.args else None
        if first is not None:
            found.setdefault(_name_of(first), node.lineno)
        if name in _STARTS and (loop := _loop_around(node, nodes)) is not None:
            for given in node.args[:2]:
                found.setdefault(_name_of(given), loop)
    return found


def _is_own(func: ast.expr) -> bool:
    """``f`` and ``self.f``, but not ``other.f``."""
    match func:
        case ast.Name() | ast.Attribute(value=ast.Name(id="self" | "cls")):
            return True
    return False


def _name_of(expr: ast.expr) -> str:
    return expr.id if isinstance(expr, ast.Name) else expr.attr if isinstance(expr, ast.Attribute) else ""


def _loop_around(node: ast.AST, nodes: Numbered) -> int | None:
    """The line of the innermost loop that runs `node` in each round, in the same function; a retry is none."""
    below, at = node, nodes.place(node)
    while at and not isinstance(parent := nodes.parent(at), NEW_SCOPE):
        if isinstance(parent, ast.For | ast.AsyncFor) and below in parent.body and not _is_short(parent.iter):
            return parent.lineno
        if isinstance(parent, ast.While) and below in parent.body and not isinstance(parent.test, ast.Constant):
            return parent.lineno
        if isinstance(parent, COMPREHENSIONS) and not (
            isinstance(below, ast.comprehension) and below is parent.generators[0]
        ):
            return parent.lineno
        below, at = parent, nodes.parents[at]
    return None


def _is_short(iterable: ast.expr) -> bool:
    match iterable:
        case ast.List() | ast.Tuple() | ast.Set():
            return True
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int() as end)]):
            return end <= 20
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.isupper()
        case ast.Call(func=ast.Name(id="range"), args=[ast.Name(id=name) | ast.Attribute(attr=name)]):
            return RETRY.search(name) is not None
    return False
