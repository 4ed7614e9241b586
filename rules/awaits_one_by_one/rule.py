"""Answers awaited one after the other that could be awaited together."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.requests import WAITING, calls_below, function_called, is_safe_request, request_sent
from greenprof.lint.steady import MUTATORS, path_of
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_PASSES_ON = frozenset({"wait_for", "shield", "create_task", "ensure_future"})
_THREADS = re.compile(r"asyncio\.to_thread|(?:.*\.)?run_in_executor|anyio\.to_thread\.run_sync")
_FETCHES = re.compile(
    r"^_*(?:async_)?(?:fetch|download|scrape|crawl|http_get|get_json|get_page|get_url)(?:_(?!.*db\b)|$)"
)
_LIMITS = re.compile(r"lock|sem(?:aphore)?\b|limit|throttl|sleep|rate", re.IGNORECASE)
# A session, stream or queue serves one task at a time, or in order.
_IN_ORDER = re.compile(
    r"(?:session|cursor|conn(?:ection)?|db|writer|reader|stream|queue|ws|websocket|page|lock)$", re.IGNORECASE
)


class AwaitsOneByOne(Rule):
    """While one answer is on its way, the next question could be too."""

    name = "awaits-one-by-one"
    group = "network"
    cost = "idle"
    surest = "medium"
    message = "each round of this loop waits for its answer before the next question is sent"
    fix = "await them together: asyncio.gather or a TaskGroup, with a semaphore that bounds how many run at once"
    screen = Screen(words=frozenset({"for"}), mentions=frozenset({"await"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something is awaited that could be awaited together."""
        awaited = [one.value for one in piece.of(ast.Await)]
        awaited += [one.items[0].context_expr for one in piece.of(ast.AsyncWith)]
        calls = [_call_behind(one) for one in awaited] if piece.scope.is_async else []
        return any(_certainty(one, piece) for one in calls if one is not None)

    def visit_Await(self, node: cst.Await, here: Place) -> Hit | None:
        """``await client.get(url)``."""
        return _judge(node, here.read(node.expression), here)

    def visit_WithItem(self, node: cst.WithItem, here: Place) -> Hit | None:
        """``async with session.get(url) as answer``."""
        parent: Any = here.parent
        if parent.asynchronous is None or parent.items[0] is not node:
            return None
        return _judge(node.item, here.read(node.item), here)


def _judge(node: cst.BaseExpression, awaited: ast.expr, here: Place) -> Hit | None:
    if any(type(one).__name__ == "Lambda" for one in here.trail):
        return None
    loop = next(iter(here.loops(node)), None)
    if loop is None or not loop.is_long or loop.is_while or getattr(loop.node, "asynchronous", None) is not None:
        return None
    call = _call_behind(awaited)
    sure = _certainty(call, here.piece) if call is not None else None
    if call is None or sure is None or not _is_first(call, loop) or not _is_independent(call, loop):
        return None
    return Hit(node, confidence=sure)


def _call_behind(awaited: ast.expr) -> ast.Call | None:
    """``f(x)`` of ``asyncio.wait_for(f(x), 5)``."""
    while isinstance(awaited, ast.Call):
        name = ast.unparse(awaited.func).rpartition(".")[2]
        if name not in _PASSES_ON or not awaited.args:
            return awaited
        awaited = awaited.args[0]
    return None


def _certainty(call: ast.Call, piece: Piece) -> str | None:
    """How sure it is that such calls may run side by side; None if they may not, or nothing is known of them."""
    if request_sent(call, piece) == WAITING:
        return "high" if is_safe_request(call, piece) else "medium"
    if any(_THREADS.fullmatch(one) for one in piece.origins(call.func)):
        # What a thread does on this machine is the same work side by side or not.
        return "medium" if any(_asks_another(one, piece) for one in call.args) else "low"
    found = function_called(call, piece.scope)
    if found is not None:
        function, inside = found
        return _of_function(function, inside)
    name = ast.unparse(call.func)
    if isinstance(call.func, ast.Attribute) and _IN_ORDER.search(ast.unparse(call.func.value)):
        return None
    return "medium" if _FETCHES.match(name.rpartition(".")[2]) else None


def _asks_another(given: ast.expr, piece: Piece) -> bool:
    """Whether what a thread is given to do, ``requests.get`` or a function of this file, sends a request."""
    call = ast.Call(given, [], [])
    if request_sent(call, piece) is not None:
        return True
    found = function_called(call, piece.scope)
    if found is None:
        return False
    function, inside = found
    return any(request_sent(one, inside) is not None for one in calls_below(function))


def _of_function(function: ast.FunctionDef | ast.AsyncFunctionDef, inside: Piece) -> str | None:
    """The same of a function of this file: all that it awaits must be requests."""
    if not isinstance(function, ast.AsyncFunctionDef):
        return None
    if any(_LIMITS.search(ast.unparse(one.func)) for one in calls_below(function)):
        return None
    sent = [one for one in calls_below(function) if request_sent(one, inside) == WAITING]
    if sent:
        return "high" if all(is_safe_request(one, inside) for one in sent) else "medium"
    return "medium" if _FETCHES.match(function.name) else None


def _is_first(call: ast.Call, loop: Loop) -> bool:
    """Whether `call` is the first thing awaited in the loop, so that a loop is told of once."""
    for one in _in_order(loop.code):
        if isinstance(one, ast.Await | ast.AsyncWith):
            first = one.value if isinstance(one, ast.Await) else one.items[0].context_expr
            behind = _call_behind(first)
            return behind is not None and ast.dump(behind) == ast.dump(call)
    return False


def _in_order(code: ast.AST) -> Iterator[ast.AST]:
    return iter(sorted(own_nodes(code), key=lambda one: (getattr(one, "lineno", 0), getattr(one, "col_offset", 0))))


def _is_independent(call: ast.Call, loop: Loop) -> bool:
    """Whether no round needs what an earlier one found out, none ends the loop, and each asks something else."""
    nodes = list(own_nodes(loop.code))
    if any(
        isinstance(one, ast.Break | ast.Return | ast.Yield | ast.YieldFrom | ast.Global | ast.Nonlocal) for one in nodes
    ):
        return False
    if any(_LIMITS.search(ast.unparse(one.func)) for one in nodes if isinstance(one, ast.Call)):
        return False
    if any(isinstance(one, ast.AsyncWith) and _LIMITS.search(ast.unparse(one.items[0])) for one in nodes):
        return False
    own = loop.own_names
    asked = {one.id for one in ast.walk(call) if isinstance(one, ast.Name)}
    derived = own | {name for name, read in _assigned(nodes) if not read.isdisjoint(own)}
    if asked.isdisjoint(derived):
        return False
    tests = {
        one.id
        for node in nodes
        if isinstance(node, ast.If | ast.IfExp | ast.While)
        for one in ast.walk(node.test)
        if isinstance(one, ast.Name)
    }
    return (asked | tests).isdisjoint(_carried(loop, nodes))


def _assigned(nodes: list[ast.AST]) -> Iterator[tuple[str, set[str]]]:
    """Each name that is assigned to in the loop, and the names in what it gets."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            read = {one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)}
            for target in node.targets:
                yield from ((one.id, read) for one in ast.walk(target) if isinstance(one, ast.Name))


def _carried(loop: Loop, nodes: list[ast.AST]) -> set[str]:
    """The names by which a round may learn of an earlier one: changed in the loop, or read before they are set."""
    found: set[str] = set()
    for node in nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in MUTATORS:
                found.add((path_of(value) or "").partition(".")[0])
            case ast.AugAssign(target=target) | ast.Assign(targets=[ast.Subscript() | ast.Attribute() as target]):
                found.add((path_of(target) or "").partition(".")[0])
    places: dict[str, tuple[int, int, str]] = {}
    for node in nodes:
        if isinstance(node, ast.Name):
            # What is assigned is read before its target is set, though it stands behind it.
            kind = "load" if isinstance(node.ctx, ast.Load) else "store"
            place = (node.lineno, 0 if kind == "load" else 1, kind)
            places[node.id] = min(places.get(node.id, place), place)
    stored = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    found |= {name for name in stored - loop.own_names if places[name][2] == "load"}
    return found - loop.own_names
