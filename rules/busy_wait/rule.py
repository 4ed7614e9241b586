"""A loop that does nothing but ask whether it may go on."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.waits import blocking_wait

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

SHORTEST_SLEEP_S = 0.001

# Calls that answer at once and change nothing: asking again is all that the loop does.
_ASKS = re.compile(
    r"(?:^|\.)(?:is_set|done|is_alive|poll|empty|full|ready|is_running|running|locked|cancelled|closed|is_closed|"
    r"exists|is_file|is_dir|isfile|isdir|time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns|now|utcnow|"
    r"is_connected|is_ready|is_done|finished|is_finished|is_complete|qsize|active_count|returncode|len)$"
)
_YIELDS = re.compile(r"(?:^|\.)(?:sleep|sched_yield)$")


class BusyWait(Rule):
    """Waiting by asking keeps a processor at full power for nothing."""

    name = "busy-wait"
    group = "idle"
    cost = "idle"
    message = "this loop keeps a processor busy while it waits"
    fix = "block until it happens: Event.wait, Condition, Queue.get, join, select, or await"
    screen = Screen(words=frozenset({"while"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its ``while`` loops only waits."""
        return any(isinstance(one, ast.While) and _certainty(one) for one in ast.walk(piece.node))

    def visit_While(self, node: cst.While, here: Place) -> Hit | None:
        """The hit stands on the condition; the whole loop burns the joules."""
        loop = here.read_statement(node)
        confidence = _certainty(loop) if isinstance(loop, ast.While) else None
        return Hit(node.test, confidence=confidence, whole=node) if confidence else None

    def repair(self, site: Site) -> Repair | None:
        """``Event.wait``, ``Thread.join``, ``Popen.wait``: they return when the condition would have."""
        loop = site.statement(site.node)
        if not isinstance(loop, ast.While) or not all(_only_passes_time(one) for one in loop.body):
            return None
        wait = blocking_wait(loop.test, site)
        return Repair(site.replace_block(loop, wait), safe=True) if wait is not None else None


def _certainty(loop: ast.While) -> str | None:
    """How sure it is that `loop` only waits; None if it does something, or blocks."""
    leaves = any(isinstance(one, ast.Break | ast.Return) for one in loop.body)
    if leaves or loop.orelse or _drains(loop) or not all(_does_nothing(one) for one in loop.body):
        return None
    asked = [loop.test, *(one.test for one in loop.body if isinstance(one, ast.If))]
    if isinstance(loop.test, ast.Constant) and not loop.test.value:
        return None
    if any(isinstance(one, ast.NamedExpr) for test in asked for one in ast.walk(test)):
        return None
    calls = [call for test in asked for call in _calls(test)]
    tried = [one.operand for test in asked for one in ast.walk(test) if isinstance(one, ast.UnaryOp)]
    if not all(_asks_only(call) or (call in tried and _tries_to_acquire(call)) for call in calls):
        return None
    endless = isinstance(loop.test, ast.Constant)
    if endless and not any(isinstance(one, ast.If | ast.Try) for one in loop.body):
        return "high" if not _sleeps(loop) else "medium"
    told = calls or any(isinstance(one, ast.Attribute | ast.Subscript) for test in asked for one in ast.walk(test))
    is_sure = told or any(isinstance(one, ast.Try) for one in loop.body)
    return "high" if is_sure and not _pauses(loop) else "medium"


def _drains(loop: ast.While) -> bool:
    """``while not queue.empty(): queue.get_nowait()``: each round takes something, until there is nothing left."""
    if any(_gets_at_once(one) for one in _calls(loop.test)):
        return True
    asked = {ast.unparse(one.func.value) for one in _calls(loop.test) if isinstance(one.func, ast.Attribute)}
    tried = [call for one in loop.body for call in _calls(one)]
    return any(_gets_at_once(one) and ast.unparse(one.func.value) in asked for one in tried)  # type: ignore[attr-defined]


def _does_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Break() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=None | ast.Constant() | ast.Name()):
            return True
        case ast.Expr(value=ast.Await(value=ast.Call() as call)) | ast.Expr(value=ast.Call() as call):
            return _is_short_sleep(call)
        case ast.If(body=body, orelse=orelse):
            return all(_does_nothing(one) for one in (*body, *orelse))
        case ast.Try(
            body=[
                ast.Assign(value=ast.Call() as call)
                | ast.Expr(value=ast.Call() as call)
                | ast.Return(value=ast.Call() as call),
                *rest,
            ]
        ):
            tries = _gets_at_once(call)
            after = [*rest, *statement.orelse, *statement.finalbody]
            caught = [one for handler in statement.handlers for one in handler.body]
            gives_up = any(isinstance(one, ast.Break | ast.Return) for one in caught)
            return tries and not gives_up and bool(caught) and all(_does_nothing(one) for one in (*after, *caught))
    return False


def _calls(node: ast.AST) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def _asks_only(call: ast.Call) -> bool:
    if _gets_at_once(call):
        return True
    if any(word.arg in ("timeout", "block") for word in call.keywords):
        return False
    if (
        isinstance(call.func, ast.Name)
        and call.func.id in ("any", "all")
        and call.args
        and isinstance(call.args[0], ast.GeneratorExp)
    ):
        return True  # the calls inside are looked at too
    return _ASKS.search(ast.unparse(call.func)) is not None


def _gets_at_once(call: ast.Call) -> bool:
    """``queue.get_nowait()``, ``queue.get(block=False)``."""
    match call:
        case ast.Call(func=ast.Attribute(attr="get_nowait" | "put_nowait")):
            return True
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=False)], keywords=[]):
            return True
        case ast.Call(func=ast.Attribute(attr="get"), args=[], keywords=[word]):
            return word.arg == "block" and isinstance(word.value, ast.Constant) and word.value.value is False
    return False


def _tries_to_acquire(call: ast.Call) -> bool:
    """``not lock.acquire(False)``; without ``not`` the loop takes what there is and ends."""
    values = [*call.args, *(word.value for word in call.keywords if word.arg == "blocking")]
    return ast.unparse(call.func).endswith(".acquire") and any(
        isinstance(one, ast.Constant) and one.value is False for one in values
    )


def _is_short_sleep(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if _YIELDS.search(name) is None:
        return False
    length = next(iter((*call.args, *(word.value for word in call.keywords))), None)  # asyncio.sleep(delay=1)
    return length is None or (
        isinstance(length, ast.Constant) and isinstance(length.value, int | float) and length.value <= SHORTEST_SLEEP_S
    )


def _sleeps(loop: ast.While) -> bool:
    return any(_YIELDS.search(ast.unparse(call.func)) for one in loop.body for call in _calls(one))


def _pauses(loop: ast.While) -> bool:
    """Whether each round sleeps, if only for a millisecond: that takes a few percent of a processor."""
    slept = [call for one in loop.body for call in _calls(one) if _is_short_sleep(call)]
    given = [one for call in slept for one in (*call.args, *(word.value for word in call.keywords))]
    return any(isinstance(one, ast.Constant) and one.value for one in given)


def _only_passes_time(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Continue() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call() as call):
            return _is_short_sleep(call)
    return False
