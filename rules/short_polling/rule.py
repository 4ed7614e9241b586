"""Asking a server again and again, at short intervals."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.databases import statement_sent, weakest
from greenprof.lint.requests import function_called, request_sent, seconds_of, sleep_in
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

LONGEST_S = 0.5  # an interval from which on asking is no longer called short
_ASKS = re.compile(r"(?:^|_)(?:status|state|progress|poll|job|task)(?:_|$)|^(?:check|poll|refresh|retrieve)(?:_|$)")
_HERE = re.compile(r"\blocalhost\b|\b127\.0\.0\.1\b|\[::1\]")
_SERVICE = re.compile(r"(?:client|api|session|http|service|server|jobs|runs|batches)$", re.IGNORECASE)


class ShortPolling(Rule):
    """Each question costs both sides a request; most of the answers are "not yet"."""

    name = "short-polling"
    group = "network"
    cost = "request"
    surest = "medium"
    message = "asks again and again, at short intervals"
    fix = "double the interval after each answer, or let the server tell: long polling, a webhook, LISTEN"
    screen = Screen(words=frozenset({"while"}), mentions=frozenset({"sleep"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its ``while`` loops asks and sleeps."""
        return any(isinstance(one, ast.While) and _certainty(one, piece) for one in ast.walk(piece.node))

    def visit_While(self, node: cst.While, here: Place) -> Hit | None:
        """``while not done: done = requests.get(url).json()["done"]; time.sleep(0.1)``."""
        loop = here.read_statement(node)
        confidence = _certainty(loop, here.piece) if isinstance(loop, ast.While) else None
        return Hit(node.test, confidence=confidence, whole=node) if confidence else None


def _certainty(loop: ast.While, piece: Piece) -> str | None:
    """How sure it is that `loop` asks a server at a fixed, short interval; None if it does not."""
    lengths = [length for one in _each_round(loop) if (length := _slept(one, piece)) is not None]
    seconds = [seconds_of(one, piece.scope) for one in lengths]
    if not seconds or any(one is None or not 0 < one <= LONGEST_S for one in seconds) or _grows(loop, lengths):
        return None
    calls = [one for one in own_nodes(loop) if isinstance(one, ast.Call)]
    if any(isinstance(one.func, ast.Attribute) and one.func.attr == "poll" for one in calls):
        return None  # it waits for a process of its own to be ready
    found = [sure for one in calls if (sure := _asks(one, piece)) is not None]
    sure = next((one for one in ("high", "medium", "low") if one in found), None)
    return weakest(sure, "medium") if sure is not None and _waits_for_start(loop, piece) else sure


def _waits_for_start(loop: ast.While, piece: Piece) -> bool:
    """Whether it may only ask until the other side is there at all: a failure is passed over."""
    return any(
        isinstance(call, ast.Call) and _asks(call, piece) is not None
        for one in own_nodes(loop)
        if isinstance(one, ast.Try) and one.handlers
        for statement in one.body
        for call in ast.walk(statement)
    )


def _each_round(loop: ast.While) -> Iterator[ast.stmt]:
    """The statements of a round, those too that are for when there is nothing to do yet."""
    for statement in loop.body:
        yield statement
        match statement:
            case ast.If(test=test, body=body, orelse=orelse) if _is_plain_test(test):
                yield from (*body, *orelse)


def _is_plain_test(test: ast.expr) -> bool:
    """``job``, ``not job``, ``job is None``."""
    match test:
        case ast.Name() | ast.UnaryOp(op=ast.Not(), operand=ast.Name()):
            return True
        case ast.Compare(left=ast.Name(), ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
    return False


def _slept(statement: ast.stmt, piece: Piece) -> ast.expr | None:
    match statement:
        case ast.Expr(value=ast.Await(value=call)) | ast.Expr(value=call):
            return sleep_in(call, piece)
    return None


def _grows(loop: ast.While, lengths: list[ast.expr]) -> bool:
    names = {one.id for length in lengths for one in ast.walk(length) if isinstance(one, ast.Name)}
    return any(
        isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store) and one.id in names for one in ast.walk(loop)
    )


def _is_on_this_machine(code: ast.AST) -> bool:
    """Whether what is asked is a server of this machine, which may not be there yet: nobody could tell."""
    for one in ast.walk(code):
        match one:
            case ast.Attribute(attr="AF_UNIX"):
                return True
            case ast.Constant(value=str() as text) if _HERE.search(text):
                return True
    return False


def _asks(call: ast.Call, piece: Piece) -> str | None:
    """How sure it is that `call` asks a server for news; None if it does not."""
    if request_sent(call, piece) is not None:
        return "low" if _is_on_this_machine(call) else "high"
    statement = statement_sent(call, piece)
    if statement is not None and statement.reads and not statement.lazy:
        return weakest(statement.confidence, "medium")  # it may as well go through pages
    found = function_called(call, piece.scope)
    if found is not None:
        function, inside = found
        if not any(request_sent(one, inside) for one in inside_calls(function)):
            return None
        return "low" if _is_on_this_machine(function) else "high"
    if isinstance(call.func, ast.Attribute) and _SERVICE.search(ast.unparse(call.func.value)):
        return "medium" if _ASKS.search(call.func.attr) else None
    return None


def inside_calls(function: ast.AST) -> list[ast.Call]:
    """The calls that a function makes itself."""
    return [one for one in own_nodes(function) if isinstance(one, ast.Call)]
