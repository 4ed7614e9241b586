"""Loops: which run a node, and which of them run it often."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from greenprof.lint.applied import applied_in
from greenprof.lint.bounds import SAME_LENGTH, is_few
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from libcst import BaseExpression, CSTNode

    from greenprof.lint.place import Place

_BATCH = re.compile(r"batch|chunk", re.IGNORECASE)
_BATCHES = re.compile(r"batch|chunk|paginat|fetchmany", re.IGNORECASE)
RETRY = re.compile(r"retr(?:y|ies)|attempt|(?<![a-z])tries", re.IGNORECASE)  # not "entries"
_WAITS = re.compile(r"(?:^|\.|_)(?:sleep|wait)$")
_BOUNDARIES = ("Lambda", "FunctionDef", "ClassDef")
_LEAVES = ("Return", "Raise", "Break")
_BLOCKS = ("IndentedBlock", "SimpleStatementLine", "SimpleStatementSuite")
COMPREHENSIONS = ("ListComp", "SetComp", "GeneratorExp", "DictComp")


@dataclass(frozen=True)
class Loop:
    """A ``for``, ``while``, comprehension or lambda that is called for each item, and the node inside.

    ``iterable`` is None for ``while``. ``whole`` is the statement, comprehension or lambda that ``node`` is, or is a
    clause of.
    """

    node: CSTNode
    whole: CSTNode
    target: str
    iterable: ast.expr | None
    test: ast.expr | None
    place: Place
    left_after: bool

    @property
    def is_while(self) -> bool:
        """Whether it is a ``while``."""
        return self.iterable is None

    @property
    def is_endless(self) -> bool:
        """``while True``: a server, a poll, a retry or a loop with its end inside."""
        return isinstance(self.test, ast.Constant) and bool(self.test.value)

    @cached_property
    def code(self) -> ast.AST:
        """All of the loop's code: a statement, or the comprehension that it is a clause of."""
        if type(self.whole).__name__ in (*COMPREHENSIONS, "Lambda"):
            return self.place.read(cast("BaseExpression", self.whole))
        return self.place.read_statement(self.whole)

    @cached_property
    def own_names(self) -> frozenset[str]:
        """The variables that it, and the further clauses of its comprehension, go through."""
        names = set(re.findall(r"\w+", self.target))
        clause = getattr(self.node, "inner_for_in", None)
        while clause is not None:
            names.update(re.findall(r"\w+", ast.unparse(self.place.read(clause.target))))
            clause = clause.inner_for_in
        return frozenset(names)

    @cached_property
    def is_long(self) -> bool:
        """Whether the number of rounds grows with the data."""
        return not (self.left_after or self.is_short or self.is_batched or self.is_retry or self.is_polling)

    @cached_property
    def is_short(self) -> bool:
        """Whether it runs over a few constants: a literal, a short ``range``, or a name bound to a literal."""
        return self.iterable is not None and is_few(self.iterable, self.place)

    def changes(self, expr: ast.expr) -> bool:
        """Whether `expr` mentions the variable of a ``for``."""
        names = {one.id for one in all_nodes(expr) if isinstance(one, ast.Name)}
        return not names.isdisjoint(re.findall(r"\w+", self.target))

    @cached_property
    def is_batched(self) -> bool:
        """Whether each round takes many items: ``range`` with a step, ``batched``, ``fetchmany``, a chunk's name."""
        if self.iterable is None:
            return self.test is not None and _BATCHES.search(ast.unparse(self.test)) is not None
        return _is_batched(self.iterable) or _BATCH.search(self.target) is not None

    @cached_property
    def is_polling(self) -> bool:
        """Whether it is a ``while``, or counts to a number, and sleeps in each round: by the clock, not by data."""
        counts = self.iterable is not None and re.fullmatch(r"range\(\d+\)", ast.unparse(self.iterable))
        if not (self.is_while or counts):
            return False
        calls = [one for one in all_nodes(self.place.piece.node) if isinstance(one, ast.Call)]
        return any(_WAITS.search(ast.unparse(call.func)) for call in calls)

    @cached_property
    def is_retry(self) -> bool:
        """Whether it is named as one that tries the same thing again: ``for attempt in range(retries)``."""
        words = self.target if self.iterable is None else f"{self.target} {ast.unparse(self.iterable)}"
        return RETRY.search(words) is not None


@dataclass(frozen=True)
class CalledInLoop(Loop):
    """A function that its file calls in a loop, or for each item: a round is a call."""

    @cached_property
    def code(self) -> ast.AST:
        """The whole function."""
        return self.place.scope.node

    @cached_property
    def is_long(self) -> bool:
        """Loops over a few constants are left out when the calls are looked for."""
        return True


def loops_around(place: Place, node: CSTNode) -> list[Loop]:
    """The loops that run `node` once per round, innermost first."""
    found: list[Loop] = []
    path: list[Any] = [*place.trail, node]
    jump: str | None = None  # the statement that surely follows and ends the round or the loop
    for depth in range(len(path) - 2, -1, -1):
        here, below = path[depth], path[depth + 1]
        kind = type(here).__name__
        if kind == "Lambda" and (loop := _of_lambda(path[: depth + 1], place)) is not None:
            found.append(loop)
            jump = None
        elif kind in _BOUNDARIES:
            break
        elif kind in _BLOCKS:
            jump = jump or _jump_after(below, here.body)
        elif kind == "Try" and below is here.body and here.orelse is not None:
            jump = jump or _jump_after(None, here.orelse.body.body)
        elif kind == "For" and below is here.body:
            found.append(_for_loop(here, here, place, jump))
        elif kind == "While" and (below is here.body or below is here.test):
            found.append(Loop(here, here, "", None, place.read(here.test), place, jump in _LEAVES))
        elif kind in COMPREHENSIONS and below is not here.for_in:
            clauses = [here.for_in]
            while clauses[-1].inner_for_in is not None:
                clauses.append(clauses[-1].inner_for_in)
            found.extend(_for_loop(clause, here, place, None) for clause in reversed(clauses))
        elif kind == "CompFor" and below is not here.iter and below is not here.target:
            whole = next(one for one in reversed(path[:depth]) if type(one).__name__ in COMPREHENSIONS)
            found.append(_for_loop(here, whole, place, None))
        if kind in ("For", "While") and jump != "Return":
            jump = None
    return found


def _jump_after(node: CSTNode | None, block: Sequence[CSTNode]) -> str | None:
    """The first jump among the statements of `block` from `node` on (None: all), not looking into ``if``."""
    reached = node is None
    for statement in block:
        reached = reached or statement is node
        if reached:
            for small in getattr(statement, "body", ()) if type(statement).__name__ in _BLOCKS else (statement,):
                if type(small).__name__ in (*_LEAVES, "Continue"):
                    return type(small).__name__
    return None


def _for_loop(node: Any, whole: CSTNode, place: Place, jump: str | None) -> Loop:
    target = ast.unparse(place.read(node.target))
    return Loop(node, whole, target, place.read(node.iter), None, place, jump in _LEAVES)


def _of_lambda(path: list[Any], place: Place) -> Loop | None:
    """The lambda at the end of `path` as a loop, if the call that it is given to calls it for each item."""
    call, node = path[-3] if len(path) > 2 else None, path[-1]
    if type(call).__name__ != "Call" or call is None:
        return None
    applied = applied_in(place.read_call(call))
    if applied is None or ast.unparse(applied[0]) != ast.unparse(place.read(node)):
        return None
    target = ", ".join(one.name.value for one in node.params.params)
    return Loop(node, node, target, applied[1], None, place, left_after=False)


def _is_batched(iterable: ast.expr) -> bool:
    if not isinstance(iterable, ast.Call):
        return False
    name = ast.unparse(iterable.func)
    if name in SAME_LENGTH and iterable.args and name != "iter":
        return _is_batched(iterable.args[0])
    if name == "range" and len(iterable.args) == 3:
        return ast.unparse(iterable.args[2]) not in ("1", "-1")
    return (name == "iter" and len(iterable.args) == 2) or _BATCHES.search(name.rpartition(".")[2]) is not None
