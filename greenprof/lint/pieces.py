"""The pieces that a file is cut into: what libcst, which is about ten times slower than ``ast``, reads at once.

A **piece** is an outermost loop, a simple statement, or an expression in the head of an ``if``,
``with``, ``match`` or ``except``; the heads of ``def`` and ``class`` are pieces too. Pieces share no
code. A piece lies in one scope, and all the loops around any of its nodes lie in it, so a rule that
sees the piece sees all that it may ask about. The body of a function or class defined inside a loop
is no part of that piece: it makes pieces of its own.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from greenprof.lint.applied import applied_in
from greenprof.lint.bindings import COMPREHENSIONS, Function
from greenprof.lint.kinds import kind_of
from greenprof.lint.scope import Scope
from greenprof.lint.tree import NEW_SCOPE, Kind, all_nodes, numbered, own_nodes

LOOPS = (ast.For, ast.AsyncFor, ast.While)
_NAMED = (ast.Name, ast.Attribute)
_WORDY = {ast.Attribute, ast.Call, ast.Compare, ast.AugAssign, ast.Assign, ast.If, ast.IfExp, ast.Delete}
_WORDY.update((*LOOPS, *COMPREHENSIONS, ast.FunctionDef, ast.AsyncFunctionDef))
DEEPEST = 400

# The words of a piece that no name says, and the nodes that they stand for.
OPERATIONS: dict[type[ast.AST], frozenset[str]] = {
    ast.Compare: frozenset({"in"}),
    ast.AugAssign: frozenset({"+="}),
    ast.Assign: frozenset({"+"}),
    ast.Delete: frozenset({"del"}),
}


@dataclass(frozen=True)
class Piece:
    """A statement or expression to be read by libcst, and the scope that it stands in."""

    node: ast.stmt | ast.expr
    scope: Scope

    @cached_property
    def lines(self) -> range:
        """Line numbers of the piece, decorators included."""
        return range(_start(self.node)[0], (self.node.end_lineno or self.node.lineno) + 1)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All of its code, lambdas too, but not that of inner functions and classes."""
        nodes = [self.node, *_below(self.node)]
        if ast.Lambda in {one.__class__ for one in nodes}:
            for one in nodes:  # grows meanwhile: one may stand in another
                if one.__class__ is ast.Lambda:
                    nodes.extend(own_nodes(one))
        return nodes

    def around(self) -> Iterator[tuple[ast.AST, ast.AST]]:
        """What it stands in, innermost first, up to its function or module; each with the part that leads here."""
        tree = numbered(self.scope.module.node)
        at: int = self.node.greenprof_at  # type: ignore[union-attr]
        while tree.order[at] is not self.scope.node:
            above = tree.parents[at]
            yield tree.order[above], tree.order[at]
            at = above

    @cached_property
    def words(self) -> frozenset[str]:
        """What it uses: attributes, names called or tested, and the further words of `greenprof.lint.rule.Screen`."""
        tested = _tested(self.node) if isinstance(self.node, ast.expr) else ()
        return frozenset(_words_of(self.nodes).union(tested))

    @cached_property
    def calls(self) -> list[ast.Call]:
        """The calls in its code."""
        return self.of(ast.Call)

    def of(self, *kinds: type[Kind]) -> list[Kind]:
        """The nodes of its code that are of these classes themselves, not of a class below them."""
        if len(kinds) == 1:
            return self._by_kind.get(kinds[0], [])
        return [node for kind in kinds for node in self._by_kind.get(kind, ())]

    @cached_property
    def _by_kind(self) -> dict[type[ast.AST], list[Any]]:
        found: dict[type[ast.AST], list[Any]] = {}
        for node in self.nodes:
            found.setdefault(node.__class__, []).append(node)
        return found

    @cached_property
    def loops(self) -> list[tuple[frozenset[str], list[ast.AST]]]:
        """Each loop in its code: the names that it binds in each round, and the nodes of its own code."""
        found = []
        for one in self.of(*LOOPS):
            inside = list(own_nodes(one))
            names = [node for node in inside if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
            found.append((frozenset(node.id for node in names), inside))
        for function in self.of(ast.Lambda):
            found.append((frozenset(each.arg for each in function.args.args), list(own_nodes(function))))
        for made in self.nodes:
            if isinstance(made, COMPREHENSIONS):
                names = [node for node in all_nodes(made.generators[-1].target) if isinstance(node, ast.Name)]
                found.append((frozenset(node.id for node in names), list(own_nodes(made))))
        return found

    def origins(self, expr: ast.expr) -> frozenset[str]:
        """Where the value of `expr` may come from; see `greenprof.lint.scope`."""
        known = self._origins.get(id(expr))
        if known is None:
            known = self._origins[id(expr)] = (expr, self.scope.origins(expr, self.lines))
        return known[1]

    @cached_property
    def _origins(self) -> dict[int, tuple[ast.expr, frozenset[str]]]:
        """What was asked before, with the node itself, whose number is its own as long as it is kept."""
        return {}

    def kind(self, expr: ast.expr) -> str | None:
        """The kind of value, a word of `greenprof.lint.kinds`; None if it is unknown or may be several."""
        return kind_of(self.origins(expr))

    @cached_property
    def is_too_deep(self) -> bool:
        """Whether its expressions are nested so deeply that libcst's recursion could end the process."""
        if len(all_nodes(self.node)) < DEEPEST:
            return False
        level: list[ast.AST] = [self.node]
        for _ in range(DEEPEST):
            level = [child for one in level for child in ast.iter_child_nodes(one)]
        return bool(level)

    def text(self, source: Sequence[bytes]) -> tuple[str, int]:
        """Code that libcst can parse, each column where it was, and the file's line of its first line; given its lines.

        What stands before the piece on its first line is blanked out, and what is indented is put
        under an ``if``. An expression gets parentheses, since it may go over several lines; there
        is always room for one before it, because a keyword stands there.
        """
        line, column = _start(self.node)
        lines = [*source[line - 1 : self.node.end_lineno]]
        lines[-1] = lines[-1][: self.node.end_col_offset]
        before = lines[0][:column]
        if before.strip():
            before = b" " * len(before.decode())
        if isinstance(self.node, ast.expr):
            before = before[:-1] + b"("
            lines[-1] += b")"
        lines[0] = before + lines[0][column:]
        text = b"\n".join(lines).decode() + "\n"
        return ("if 1:\n" + text, line - 1) if text[0] in " \t" else (text, line)


def all_pieces(module: Scope) -> Iterator[Piece]:
    """Every piece of a file: what a run without screening reads."""
    return pieces_at(range(len(numbered(module.node).order)), module)


def pieces_at(places: Sequence[int], module: Scope) -> Iterator[Piece]:
    """The pieces that hold one of the nodes in these places, which are in order; see `greenprof.lint.tree`."""
    ends = numbered(module.node).ends

    def holds_one(node: Any) -> bool:
        first = bisect_left(places, node.greenprof_at)
        return first < len(places) and places[first] < ends[node.greenprof_at]

    waiting: list[tuple[list[ast.stmt], Scope]] = [(module.node.body, module)]
    while waiting:
        body, scope = waiting.pop()
        for statement in filter(holds_one, body):
            if isinstance(statement, ast.ClassDef | Function):
                yield Piece(statement, scope)
                waiting.append((statement.body, scope.child(statement)))
            elif isinstance(statement, LOOPS):
                yield Piece(statement, scope)
                inner = [one for one in own_nodes(statement) if isinstance(one, ast.ClassDef | Function)]
                waiting.extend((one.body, scope.child(one)) for one in inner)
            elif blocks := [block for block in _blocks(statement) if block]:
                yield from (Piece(expr, scope) for expr in _head(statement) if holds_one(expr))
                waiting.extend((block, scope) for block in blocks)
            else:
                yield Piece(statement, scope)


def _words_of(nodes: Iterable[ast.AST]) -> set[str]:  # noqa: PLR0912  (one branch per form)
    """The words that nodes use: this goes through all the code of a file, so it is laid out for speed."""
    found: set[str] = set()
    add = found.add
    for node in nodes:
        if node.__class__ not in _WORDY:
            continue
        if isinstance(node, ast.Attribute):
            add(node.attr)
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                add(node.func.id)
            if applied_in(node) is not None:
                add("loop")
        elif isinstance(node, ast.Compare):
            if is_search(node):
                add("in")
        elif isinstance(node, ast.AugAssign):
            add("+=")
        elif isinstance(node, ast.Assign):
            if isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add):
                add("+")
        elif isinstance(node, ast.If | ast.IfExp):
            found.update(_tested(node.test))
        elif isinstance(node, ast.While):
            found.update(("while", "loop", *_tested(node.test)))
        elif isinstance(node, LOOPS + COMPREHENSIONS):
            found.update(("for", "loop"))
        elif isinstance(node, ast.Delete):
            add("del")
        elif isinstance(node, Function):
            names = [one for decorator in node.decorator_list for one in all_nodes(decorator)]
            found.update(one.id if isinstance(one, ast.Name) else one.attr for one in names if isinstance(one, _NAMED))
    return found


def is_search(comparison: ast.Compare) -> bool:
    """``item in items``."""
    return any(isinstance(operator, ast.In | ast.NotIn) for operator in comparison.ops)


def _tested(test: ast.expr) -> Iterator[str]:
    """The names whose truth is asked for: ``if rows``, ``while not rows``."""
    if isinstance(test, ast.Name):
        yield test.id
    elif isinstance(test, ast.UnaryOp):
        yield from _tested(test.operand)
    elif isinstance(test, ast.BoolOp):
        for one in test.values:
            yield from _tested(one)


def _head(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions in the head, or heads, of a compound statement that is no loop."""
    match statement:
        case ast.If(test=test):
            yield test
        case ast.With(items=items) | ast.AsyncWith(items=items):
            yield from (item.context_expr for item in items)
        case ast.Match(subject=subject, cases=cases):
            yield subject
            yield from (case.guard for case in cases if case.guard is not None)
        case ast.Try(handlers=handlers) | ast.TryStar(handlers=handlers):
            yield from (handler.type for handler in handlers if handler.type is not None)


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a compound statement in the order of the source."""
    if isinstance(statement, ast.Match):
        yield from (case.body for case in statement.cases)
        return
    yield getattr(statement, "body", [])
    yield from (handler.body for handler in getattr(statement, "handlers", []))
    yield getattr(statement, "orelse", [])
    yield getattr(statement, "finalbody", [])


def _start(statement: ast.stmt | ast.expr) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", None)
    if decorators:
        return decorators[0].lineno, statement.col_offset
    return statement.lineno, statement.col_offset


def _below(statement: ast.stmt | ast.expr) -> Iterator[ast.AST]:
    return iter(()) if isinstance(statement, NEW_SCOPE) else own_nodes(statement)
