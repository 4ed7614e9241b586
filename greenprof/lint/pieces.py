"""Which pieces of a file are worth giving to libcst, which is about ten times slower than ``ast``.

A **piece** is an outermost loop, or else the smallest statement around a word that some rule looks
for. It lies in one scope, and all the loops around any of its nodes lie in it, so a rule that sees
the piece sees all that it may ask about. Code of a function or class defined inside a piece is not
part of it: it makes pieces of its own.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from greenprof.lint.bindings import COMPREHENSIONS, NEW_SCOPE, Function, own_nodes
from greenprof.lint.rule import Rule
from greenprof.lint.scope import Scope

LOOPS = (ast.For, ast.AsyncFor, ast.While)
DEEPEST = 400

# "for x in" is one token, so that "in" is only ever the operator.
_TOKEN = re.compile(rb"\bfor\s+[\w\s,.()*\[\]]+?\s+in\b|\w+|\+=?")
_RENAMED = re.compile(rb"(\w+)\s+as\s+(\w+)")


@dataclass(frozen=True)
class Piece:
    """A statement to be read by libcst, and the scope that it stands in."""

    node: ast.stmt
    scope: Scope

    @cached_property
    def lines(self) -> range:
        """Line numbers of the piece, decorators included."""
        return range(_start(self.node)[0], (self.node.end_lineno or self.node.lineno) + 1)

    @cached_property
    def words(self) -> frozenset[str]:
        """What its code uses: attributes, names that are called, and ``in``, ``+=``, ``+``, ``while``, ``loop``."""
        return frozenset(word for one in (self.node, *_below(self.node)) for word in _words_of(one))

    @cached_property
    def calls(self) -> list[ast.Call]:
        """The calls in its code."""
        return [one for one in (self.node, *_below(self.node)) if isinstance(one, ast.Call)]

    def origins(self, expr: ast.expr) -> frozenset[str]:
        """Where the value of `expr` may come from; see `greenprof.lint.scope`."""
        return self.scope.origins(expr, self.lines)

    def kind(self, expr: ast.expr) -> str | None:
        """The kind of value, a word of `greenprof.lint.kinds`; None if it is unknown or may be several."""
        return self.scope.kind(expr, self.lines)

    @cached_property
    def is_too_deep(self) -> bool:
        """Whether its expressions are nested so deeply that libcst's recursion could end the process."""
        level: list[ast.AST] = [self.node]
        for _ in range(DEEPEST):
            level = [child for one in level for child in ast.iter_child_nodes(one)]
        return bool(level)

    def text(self, source: bytes) -> tuple[str, int]:
        """Code that libcst can parse, each column where it was, and the file's line of its first line.

        What stands before the statement on its first line is blanked out, and an indented statement
        is put under an ``if``.
        """
        line, column = _start(self.node)
        lines = source.split(b"\n")[line - 1 : self.node.end_lineno]
        lines[-1] = lines[-1][: self.node.end_col_offset]
        before = lines[0][:column]
        if before.strip():
            before = b" " * len(before.decode())
        lines[0] = before + lines[0][column:]
        text = b"\n".join(lines).decode() + "\n"
        return ("if 1:\n" + text, line - 1) if before else (text, line)


def pieces_for(rules: Sequence[Rule], tree: ast.Module, source: bytes) -> Iterator[tuple[Piece, list[Rule]]]:
    """The pieces that could hold a hit of some of the rules, with those rules. ``source`` is UTF-8."""
    words = _words_by_rule(rules, tree, source)
    places = _places_of_words(words, source)
    if not places:
        return
    module = Scope(tree)
    found: dict[int, Piece] = {}
    interested: dict[int, set[Rule]] = {}
    for (line, column), hopeful in places.items():
        piece = _piece_at((line, column), tree.body, module)
        if piece is not None:
            found.setdefault(id(piece.node), piece)
            interested.setdefault(id(piece.node), set()).update(hopeful)
    for key, piece in found.items():
        worth = [rule for rule in rules if rule in interested[key] and _is_worth_reading(rule, words[rule], piece)]
        if worth:
            yield piece, worth


def all_pieces(tree: ast.Module) -> Iterator[Piece]:
    """Everything, in the largest pieces there are: what a run without screening reads."""
    waiting: list[tuple[list[ast.stmt], Scope]] = [(tree.body, Scope(tree))]
    while waiting:
        body, scope = waiting.pop()
        for statement in body:
            yield Piece(statement, scope)
            for one in (statement, *_below(statement)):
                if isinstance(one, ast.ClassDef | Function):
                    waiting.append((one.body, scope.child(one)))


def _is_worth_reading(rule: Rule, words: frozenset[str], piece: Piece) -> bool:
    if rule.screen.loop and "loop" not in piece.words:
        return False
    return not piece.words.isdisjoint(words) and rule.worth_reading(piece)


def _words_of(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            yield node.func.id
    elif isinstance(node, ast.Compare):
        if any(isinstance(operator, ast.In | ast.NotIn) for operator in node.ops):
            yield "in"
    elif isinstance(node, ast.AugAssign):
        yield "+="
    elif isinstance(node, ast.Assign):
        if isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Add):
            yield "+"
    elif isinstance(node, ast.While):
        yield from ("while", "loop")
    elif isinstance(node, LOOPS + COMPREHENSIONS):
        yield "loop"


def _words_by_rule(rules: Sequence[Rule], tree: ast.Module, source: bytes) -> dict[Rule, frozenset[str]]:
    """What to look for in this file: each rule's words, and the other names that ``import … as …`` gives them."""
    present = {token.decode() for token in _TOKEN.findall(source)}
    renamed = [(old.decode(), new.decode()) for old, new in _RENAMED.findall(source)]
    found: dict[Rule, frozenset[str]] = {}
    for rule in rules:
        if not rule.screen.mentions or not present.isdisjoint(rule.screen.mentions):
            words = rule.words_of(tree)
            found[rule] = (words | {new for old, new in renamed if old in words}) & present
    return found


def _places_of_words(words: Mapping[Rule, frozenset[str]], source: bytes) -> dict[tuple[int, int], list[Rule]]:
    """Line and byte column of every word that some rule looks for in this file, and those rules."""
    wanted: dict[bytes, list[Rule]] = {}
    for rule, ones in words.items():
        for word in ones:
            wanted.setdefault(word.encode(), []).append(rule)
    if not wanted:
        return {}
    starts = [0] + [end + 1 for end in _line_ends(source)]
    places: dict[tuple[int, int], list[Rule]] = {}
    for token in _TOKEN.finditer(source):
        if token[0] in wanted:
            line = bisect_right(starts, token.start())
            places[line, token.start() - starts[line - 1]] = wanted[token[0]]
    return places


def _line_ends(source: bytes) -> Iterator[int]:
    end = source.find(b"\n")
    while end >= 0:
        yield end
        end = source.find(b"\n", end + 1)


def _piece_at(place: tuple[int, int], body: list[ast.stmt], scope: Scope) -> Piece | None:
    """The piece around a place, None between statements. A line may hold several statements."""
    enclosing: ast.stmt | None = None
    while True:
        at = bisect_right(body, place, key=_start) - 1
        statement = body[at] if at >= 0 else None
        if statement is None or place >= (statement.end_lineno or 0, statement.end_col_offset or 0):
            return None if enclosing is None else Piece(enclosing, scope)
        if isinstance(statement, LOOPS):
            return Piece(statement, scope)
        if enclosing is None or not _is_elif(statement, enclosing):
            enclosing = statement
        inner = _block_at(place, statement)
        if inner is None:
            return Piece(enclosing, scope)
        body = inner
        if isinstance(statement, ast.ClassDef | Function):
            scope, enclosing = scope.child(statement), None


def _is_elif(statement: ast.stmt, enclosing: ast.stmt) -> bool:
    """Whether `statement` is an ``elif`` of `enclosing`: no statement by itself to a parser."""
    return (
        isinstance(statement, ast.If)
        and isinstance(enclosing, ast.If)
        and statement.col_offset == enclosing.col_offset
        and statement.lineno != enclosing.lineno
    )


def _block_at(place: tuple[int, int], statement: ast.stmt) -> list[ast.stmt] | None:
    """The block of a compound statement that `place` lies in; None in its header, or in a simple statement."""
    found = None
    for block in _blocks(statement):
        if block and _start(block[0]) <= place:
            found = block
    return found


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a statement in the order of the source."""
    if isinstance(statement, ast.Match):
        for case in statement.cases:
            yield case.body
        return
    yield getattr(statement, "body", [])
    for handler in getattr(statement, "handlers", []):
        yield handler.body
    yield getattr(statement, "orelse", [])
    yield getattr(statement, "finalbody", [])


def _start(statement: ast.stmt) -> tuple[int, int]:
    decorators = getattr(statement, "decorator_list", None)
    if decorators:
        return decorators[0].lineno, statement.col_offset
    return statement.lineno, statement.col_offset


def _below(statement: ast.stmt) -> Iterator[ast.AST]:
    return iter(()) if isinstance(statement, NEW_SCOPE) else own_nodes(statement)
