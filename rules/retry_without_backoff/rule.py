"""Trying again at once."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.requests import calls_below, function_called, request_sent, seconds_of
from greenprof.lint.steady import path_of
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_STATUS = frozenset({"status_code", "status", "ok", "is_success", "is_error"})
FEW = 5  # so many tries at once do little harm
_WAITS = re.compile(
    r"(?:^|\.|_)(?:sleep|wait|backoff|delay|join|select|poll|acquire|throttle|prompt|input|ask|confirm|getpass)(?:$|\.|_)|timer",
    re.IGNORECASE,
)
_IS_SERVER = re.compile(
    r"(?:^|_)(?:node|host|server|url|uri|address|endpoint|mirror|proxy|replica|peer)s?$", re.IGNORECASE
)
_RETRIES = re.compile(r"tenacity\.(?:retry|AsyncRetrying|Retrying)")
_ADAPTER = re.compile(r"(?:requests\.packages\.)?urllib3\.(?:util\.(?:retry\.)?)?Retry|requests\.adapters\.Retry")
_LIBRARIES = frozenset({"retry", "Retrying", "AsyncRetrying", "Retry"})


class RetryWithoutBackoff(Rule):
    """A service that is down is not up again a millisecond later."""

    name = "retry-without-backoff"
    group = "network"
    cost = "request"
    surest = "medium"
    message = "tries again at once after a failure"
    fix = "wait before each further try, twice as long each time and a little at random; give up after some tries"
    screen = Screen(words=_LIBRARIES | {"while", "for"}, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something is tried in a loop, or by a library's retry."""
        loops = piece.of(ast.For, ast.While)
        return not piece.words.isdisjoint(_LIBRARIES) or any(_certainty(one, piece) for one in loops)

    def visit_While(self, node: cst.While, here: Place) -> Hit | None:
        """``while True: try: … except OSError: pass``."""
        loop = here.read_statement(node)
        confidence = _certainty(loop, here.piece) if isinstance(loop, ast.While) else None
        return Hit(node.test, confidence=confidence, whole=node) if confidence else None

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for attempt in range(100): try: … except OSError: continue``."""
        loop = here.read_statement(node)
        if not isinstance(loop, ast.For) or not _is_counted(loop):
            return None
        confidence = _certainty(loop, here.piece)
        return Hit(node.iter, confidence=confidence, whole=node) if confidence else None

    def visit_Decorator(self, node: cst.Decorator, here: Place) -> Hit | None:
        """``@retry`` of tenacity, which does not wait unless it is told to."""
        expr = here.read(node.decorator)
        func = expr.func if isinstance(expr, ast.Call) else expr
        if not any(map(_RETRIES.fullmatch, here.origins(func))):
            return None
        waits = isinstance(expr, ast.Call) and any(one.arg in ("wait", "sleep", None) for one in expr.keywords)
        return (
            None if waits else Hit(node.decorator, confidence="medium", fix="add wait=wait_random_exponential(max=60)")
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``Retry(total=5)`` of urllib3, which does not wait unless it is told to."""
        if here.method(node) != "Retry" or not any(map(_ADAPTER.fullmatch, here.origins(node.func))):
            return None
        named = [one.keyword.value for one in node.args if one.keyword is not None]
        starred = any(one.star for one in node.args)
        if starred or "backoff_factor" in named or "total" not in named:
            return None
        return Hit(node, confidence="medium", fix="add backoff_factor=0.5")


def _is_counted(loop: ast.For) -> bool:
    """``for _ in range(n)``: the same thing each time."""
    match loop.iter:
        case ast.Call(func=ast.Name(id="range")) | ast.Call(func=ast.Attribute(attr="count")):
            pass
        case _:
            return False
    names = {one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
    tried = [one for node in loop.body if isinstance(node, ast.Try) for stmt in node.body for one in ast.walk(stmt)]
    return not any(isinstance(one, ast.Name) and one.id in names for one in tried)


def _certainty(loop: ast.For | ast.While, piece: Piece) -> str | None:  # noqa: PLR0911  (one return per form)
    """How sure it is that `loop` sends a request again and again while it fails; None if it does not, or waits."""
    tries = [one for one in loop.body if isinstance(one, ast.Try)]
    failed = [one for one in tries if one.handlers and all(_goes_on(handler.body) for handler in one.handlers)]
    asks = _asks_until_status(loop, piece)
    if not (asks or failed) or _waits([one for one in (loop, *own_nodes(loop)) if isinstance(one, ast.Call)]):
        return None
    if asks:
        return "medium"
    if not _ends_when_done(loop, failed):
        return None
    calls = [one for node in failed for stmt in node.body for one in ast.walk(stmt) if isinstance(one, ast.Call)]
    if not any(_sends(one, piece) for one in calls):
        return None
    if any(_asks_another(one) for one in failed):
        return "low"
    if isinstance(loop, ast.While):
        return "high"
    match loop.iter:
        case ast.Call(args=[times]):
            count = seconds_of(times, piece.scope)
            return "medium" if count is None else "low" if count <= FEW else "high"
    return "medium"


def _asks_another(tried: ast.Try) -> bool:
    """Whether a failure gives another value to what is asked with: another server need not be waited for."""
    used = {one.id for stmt in tried.body for one in ast.walk(stmt) if isinstance(one, ast.Name)}
    changed = {
        one.id
        for handler in tried.handlers
        for one in ast.walk(handler)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and _IS_SERVER.search(one.id)
    }
    return not used.isdisjoint(changed)


def _sends(call: ast.Call, piece: Piece) -> bool:
    """Whether `call` sends a request, or a function of the file does when it is called."""
    if request_sent(call, piece):
        return True
    found = function_called(call, piece.scope)
    if found is None:
        return False
    function, inside = found
    return not _waits(calls_below(function)) and any(request_sent(one, inside) for one in calls_below(function))


def _waits(calls: Sequence[ast.Call]) -> bool:
    return any(_WAITS.search(ast.unparse(one.func)) for one in calls)


def _asks_until_status(loop: ast.For | ast.While, piece: Piece) -> bool:
    """``while answer.status_code == 503: answer = requests.get(url)``."""
    match loop:
        case ast.While(test=test, body=[ast.Assign(targets=[ast.Name(id=name)], value=value)]):
            call = value.value if isinstance(value, ast.Await) else value
            asked = [one for one in ast.walk(test) if isinstance(one, ast.Attribute) and one.attr in _STATUS]
            named = any(isinstance(one.value, ast.Name) and one.value.id == name for one in asked)
            return named and request_sent(call, piece) is not None
    return False


def _goes_on(body: Sequence[ast.stmt]) -> bool:
    """Whether a handler lets the loop go on: nothing in it leaves the loop."""
    return not any(
        isinstance(one, ast.Break | ast.Return | ast.Raise) for stmt in body for one in (stmt, *own_nodes(stmt))
    )


def _ends_when_done(loop: ast.For | ast.While, tries: list[ast.Try]) -> bool:
    """Whether success ends the loop, so that it is a retry and not one request after the other."""
    after = [one for node in tries for stmt in (*node.body, *node.orelse) for one in (stmt, *own_nodes(stmt))]
    if any(isinstance(one, ast.Break | ast.Return) for one in after):
        return True
    behind = loop.body[loop.body.index(tries[-1]) + 1 :]
    if any(isinstance(one, ast.Break | ast.Return) for one in behind):
        return True
    if isinstance(loop, ast.While):
        asked = {path for one in ast.walk(loop.test) if (path := path_of(one)) is not None}
        places = [one for one in after if isinstance(one, ast.Name | ast.Attribute) and isinstance(one.ctx, ast.Store)]
        stored = {path_of(one) for one in places}
        return not asked.isdisjoint(stored)
    return False
