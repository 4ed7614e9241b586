"""A loop that sleeps and looks, where something could tell it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.requests import seconds_of, sleep_in
from greenprof.lint.tree import all_nodes, numbered
from greenprof.lint.waits import blocking_wait

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope
    from greenprof.lint.site import Site

# A shorter sleep is a busy wait; longer ones wake a processor too seldom to matter.
SHORTEST_S, LONGEST_S = 0.001, 0.5

# What is asked, and what waits for it: a word of the standard library's own classes, and where they come from.
_WAITS = {
    "is_set": ("Event.wait", re.compile(r"(?:threading|multiprocessing|asyncio)\.Event\(\)")),
    "is_alive": ("join", re.compile(r"(?:threading\.Thread|multiprocessing\.(?:context\.)?Process)\(\)")),
    "poll": ("wait", re.compile(r"subprocess\.Popen\(\)")),
    "done": ("result, or await", re.compile(r"(?:concurrent\.futures|asyncio)\..*\(\)")),
    "ready": ("wait", re.compile(r"multiprocessing\.(?:pool\.)?Pool\(\)\.(?:apply|map|starmap)_async\(\)")),
    "empty": ("get, which waits for the next item", re.compile(r"(?:queue|multiprocessing|asyncio)\.\w*Queue\(\)")),
}
_TELLS = "a threading.Event that is set where the flag is set, and its wait"


class SleepPoll(Rule):
    """What waits for an event sleeps until it happens; what looks wakes the processor, and is late."""

    name = "sleep-poll"
    group = "idle"
    cost = "idle"
    surest = "medium"
    message = "wakes up again and again to see whether something has happened that could wake it"
    fix = "wait for it: Event.wait, Thread.join, Popen.wait, Queue.get, Future.result, or await"
    screen = Screen(words=frozenset({"while"}), mentions=frozenset({"sleep"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its ``while`` loops only sleeps."""
        return any(_only_sleeps(one, piece) for one in piece.of(ast.While))

    def visit_While(self, node: cst.While, here: Place) -> Hit | None:
        """``while not done.is_set(): time.sleep(0.1)``."""
        loop = here.read_statement(node)
        found = _waited_for(_until(loop), here) if isinstance(loop, ast.While) else None
        if found is None or not _only_sleeps(loop, here.piece) or _is_to_be_interrupted(here):
            return None
        better, confidence = found
        return Hit(node.test, confidence=confidence, fix=f"wait for it: {better}", whole=node)

    def repair(self, site: Site) -> Repair | None:
        """``Event.wait``, ``Thread.join``, ``Popen.wait``: they return when the condition would have, or sooner."""
        loop = site.statement(site.node)
        if not isinstance(loop, ast.While) or len(loop.body) != 1 or _is_awaited(loop.body[0]):
            return None
        wait = blocking_wait(loop.test, site)
        return Repair(site.replace_block(loop, wait), safe=True) if wait is not None else None


def _is_to_be_interrupted(here: Place) -> bool:
    """``except KeyboardInterrupt``: on Windows, Ctrl-C does not end a wait, but it ends a sleep."""
    tried = [one for one, _ in here.piece.around() if isinstance(one, ast.Try)]
    caught = [handler.type for one in tried for handler in one.handlers if handler.type is not None]
    return any("KeyboardInterrupt" in ast.unparse(one) for one in caught)


def _only_sleeps(loop: ast.AST, piece: Piece) -> bool:
    """Whether each round sleeps for a short, fixed time, and does nothing else but see whether it took too long."""
    if not isinstance(loop, ast.While) or loop.orelse:
        return False
    slept = [one for one in loop.body if (length := _slept(one, piece)) is not None and _is_short(length, piece)]
    if len(slept) != 1:
        return False
    asks = _asked_inside(loop)
    return all(one in slept or one is asks or _gives_up(one) for one in loop.body)


def _asked_inside(loop: ast.While) -> ast.If | None:
    """``if done.is_set(): break`` at the head of a loop without an end of its own; None if there is none."""
    match loop:
        case ast.While(
            test=ast.Constant(value=True | 1), body=[ast.If(body=[ast.Break() | ast.Return()], orelse=[]) as asks, *_]
        ):
            return None if _gives_up(asks) else asks
    return None


def _until(loop: ast.While) -> ast.expr:
    """What such a loop waits to become false; a look at the clock beside it is left out."""
    asks = _asked_inside(loop)
    if asks is not None:
        return asks.test.operand if _is_not(asks.test) else ast.UnaryOp(ast.Not(), asks.test)  # type: ignore[attr-defined]
    match loop.test:
        case ast.BoolOp(op=ast.And(), values=[test, clock]) if _is_clock(clock):
            return test
        case ast.BoolOp(op=ast.And(), values=[clock, test]) if _is_clock(clock):
            return test
    return loop.test


def _is_not(test: ast.expr) -> bool:
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _slept(statement: ast.stmt, piece: Piece) -> ast.expr | None:
    match statement:
        case ast.Expr(value=ast.Await(value=call)) | ast.Expr(value=call):
            return sleep_in(call, piece)
    return None


def _is_short(length: ast.expr, piece: Piece) -> bool:
    seconds = seconds_of(length, piece.scope)
    return seconds is not None and SHORTEST_S < seconds <= LONGEST_S


def _is_awaited(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Await)


def _gives_up(statement: ast.stmt) -> bool:
    """``if time.monotonic() > end: raise TimeoutError``, which is what a wait's ``timeout`` is for."""
    match statement:
        case ast.If(test=test, body=[ast.Raise() | ast.Break() | ast.Return()], orelse=[]):
            return _is_clock(test)
    return False


def _is_clock(test: ast.expr) -> bool:
    """Whether a condition compares what a clock shows."""
    if not isinstance(test, ast.Compare):
        return False
    clocks = [ast.unparse(one.func) for one in ast.walk(test) if isinstance(one, ast.Call)]
    return bool(clocks) and all(re.search(r"(?:^|\.)(?:time|monotonic|perf_counter)$", one) for one in clocks)


def _waited_for(test: ast.expr, here: Place) -> tuple[str, str] | None:
    """What to wait with, and how sure it is that the file has what tells; None where nothing does."""
    asked, is_negated = test, False
    match test:
        case ast.UnaryOp(
            op=ast.Not(), operand=ast.Compare(left=ast.Call(func=ast.Attribute(attr="poll")) as poll, ops=[ast.IsNot()])
        ):
            asked, is_negated = poll, False
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            asked, is_negated = operand, True
        case ast.Compare(left=ast.Call(func=ast.Attribute(attr="poll")) as poll, ops=[ast.Is()]):
            asked = poll
        case ast.Call(func=ast.Name(id="any"), args=[ast.GeneratorExp(elt=ast.Call() as one)]):
            asked = one  # some of several
    match asked:
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=[], keywords=[]) if name in _WAITS:
            better, kinds = _WAITS[name]
            origins = here.origins(owner)
            if is_negated != (name in ("is_set", "done", "ready")):
                return None
            if here.scope.is_async and not all(one.startswith("asyncio.") for one in origins):
                return None  # what waits there would stop the event loop
            if origins and all(map(kinds.fullmatch, origins)):
                return better, "high"
            return (better, "medium") if name == "is_set" and all(one.startswith("?") for one in origins) else None
        case ast.Name() | ast.Attribute(value=ast.Name(id="self")):
            return (_TELLS, "medium") if _is_set_elsewhere(asked, value=is_negated, scope=here.scope) else None
    return None


def _is_set_elsewhere(flag: ast.Name | ast.Attribute, *, value: bool, scope: Scope) -> bool:
    """Whether another function of the file, or of the class, gives the flag the constant that ends the waiting."""
    owner = scope.method_of if isinstance(flag, ast.Attribute) else scope.module
    if owner is None or (
        isinstance(flag, ast.Name) and scope.node is not scope.module.node and flag.id in scope.bindings
    ):
        return False
    text, tree = ast.unparse(flag), numbered(scope.module.node)
    own = set(map(id, all_nodes(scope.node))) if scope.node is not scope.module.node else set()
    for one in all_nodes(owner.node):
        match one:
            case ast.Assign(targets=[target], value=ast.Constant(value=bool() as given)):
                is_flag = given is value and ast.unparse(target) == text and id(one) not in own
                if is_flag and tree.place(one) is not None and _is_in_function(one, scope):
                    return True
    return False


def _is_in_function(node: ast.AST, scope: Scope) -> bool:
    """Whether a statement runs later than the module or class is made, and not while an object is."""
    tree = numbered(scope.module.node)
    at = tree.place(node)
    while at:
        above = tree.parent(at)
        if isinstance(above, ast.FunctionDef | ast.AsyncFunctionDef):
            return above.name != "__init__"
        at = tree.parents[at]
    return False
