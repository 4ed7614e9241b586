"""Which pieces of a file are worth giving to libcst, which is about ten times slower than ``ast``.

A **piece** is an outermost loop, a simple statement, or an expression in the head of an ``if``,
``with``, ``match`` or ``except``; the heads of ``def`` and ``class`` are pieces too. Pieces share no
code. A piece lies in one scope, and all the loops around any of its nodes lie in it, so a rule that
sees the piece sees all that it may ask about. The body of a function or class defined inside a loop
is no part of that piece: it makes pieces of its own.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from greenprof.lint.bindings import COMPREHENSIONS, NEW_SCOPE, Function, own_nodes
from greenprof.lint.rule import Rule
from greenprof.lint.scope import Scope

LOOPS = (ast.For, ast.AsyncFor, ast.While)
_NAMED = (ast.Name, ast.Attribute)
DEEPEST = 400

# "for x in" is one token, if on one line and not in a string, so that "in" is mostly the operator.
# It stands for the word "for".
_TOKEN = re.compile(rb"\bfor[ \t]+[\w \t,.()*\[\]]+?[ \t]+in\b|\w+|\+=?")
_FOR = (b"for ", b"for\t")
_DEFINED = re.compile(rb"\bdef[ \t]+(\w+)")
_RENAMED = re.compile(rb"(\w+)\s+as\s+(\w+)")


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
        """All of its code but what belongs to another scope: inner functions, lambdas and classes are not entered."""
        return [self.node, *_below(self.node)]

    @cached_property
    def words(self) -> frozenset[str]:
        """What it uses: attributes, names called or tested, and the further words of `greenprof.lint.rule.Screen`."""
        tested = _tested(self.node) if isinstance(self.node, ast.expr) else ()
        return frozenset(word for one in self.nodes for word in _words_of(one)) | frozenset(tested)

    @cached_property
    def calls(self) -> list[ast.Call]:
        """The calls in its code."""
        return [one for one in self.nodes if isinstance(one, ast.Call)]

    @cached_property
    def loops(self) -> list[tuple[frozenset[str], list[ast.AST]]]:
        """Each loop in its code: the names that it binds in each round, and the nodes of its own code."""
        found = []
        for one in self.nodes:
            if isinstance(one, LOOPS):
                inside = list(own_nodes(one))
                names = [node for node in inside if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)]
            elif isinstance(one, COMPREHENSIONS):
                inside = list(own_nodes(one))
                names = [node for node in ast.walk(one.generators[-1].target) if isinstance(node, ast.Name)]
            else:
                continue
            found.append((frozenset(node.id for node in names), inside))
        return found

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

        What stands before the piece on its first line is blanked out, and what is indented is put
        under an ``if``. An expression gets parentheses, since it may go over several lines; there
        is always room for one before it, because a keyword stands there.
        """
        line, column = _start(self.node)
        lines = source.split(b"\n")[line - 1 : self.node.end_lineno]
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
    """Every piece of a file: what a run without screening reads."""
    waiting: list[tuple[list[ast.stmt], Scope]] = [(tree.body, Scope(tree))]
    while waiting:
        body, scope = waiting.pop()
        for statement in body:
            if isinstance(statement, ast.ClassDef | Function):
                yield Piece(statement, scope)
                waiting.append((statement.body, scope.child(statement)))
            elif isinstance(statement, LOOPS):
                yield Piece(statement, scope)
                inner = [one for one in own_nodes(statement) if isinstance(one, ast.ClassDef | Function)]
                waiting.extend((one.body, scope.child(one)) for one in inner)
            elif blocks := [block for block in _blocks(statement) if block]:
                yield from (Piece(expr, scope) for expr in _head(statement))
                waiting.extend((block, scope) for block in blocks)
            else:
                yield Piece(statement, scope)


def _is_worth_reading(rule: Rule, words: frozenset[str], piece: Piece) -> bool:
    if rule.screen.loop and "loop" not in piece.words:
        return False
    return not piece.words.isdisjoint(words) and rule.worth_reading(piece)


def _words_of(node: ast.AST) -> Iterator[str]:  # noqa: PLR0912  (one branch per form)
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
    elif isinstance(node, ast.If | ast.IfExp):
        yield from _tested(node.test)
    elif isinstance(node, ast.While):
        yield from ("while", "loop", *_tested(node.test))
    elif isinstance(node, LOOPS + COMPREHENSIONS):
        yield from ("for", "loop")
    elif isinstance(node, ast.Delete):
        yield "del"
    elif isinstance(node, Function):
        names = [one for decorator in node.decorator_list for one in ast.walk(decorator)]
        yield from (one.id if isinstance(one, ast.Name) else one.attr for one in names if isinstance(one, _NAMED))


def _tested(test: ast.expr) -> Iterator[str]:
    """The names whose truth is asked for: ``if rows``, ``while not rows``."""
    if isinstance(test, ast.Name):
        yield test.id
    elif isinstance(test, ast.UnaryOp):
        yield from _tested(test.operand)
    elif isinstance(test, ast.BoolOp):
        for one in test.values:
            yield from _tested(one)


def _words_by_rule(rules: Sequence[Rule], tree: ast.Module, source: bytes) -> dict[Rule, frozenset[str]]:
    """What to look for in this file: each rule's words, and the other names that ``import … as …`` gives them."""
    tokens = _TOKEN.findall(source)
    present = {token.decode() for token in set(tokens)} | {"for"}
    renamed = [(old.decode(), new.decode()) for old, new in _RENAMED.findall(source)]
    found: dict[Rule, frozenset[str]] = {}
    for rule in rules:
        if not rule.screen.mentions or not present.isdisjoint(rule.screen.mentions):
            words = rule.words_of(tree)
            if "def" in words:
                words |= _used_again(source, tokens)
            found[rule] = (words | {new for old, new in renamed if old in words}) & present
    return found


def _used_again(source: bytes, tokens: Sequence[bytes]) -> frozenset[str]:
    """The functions of a file whose names occur again in it, as those do that call themselves."""
    defined = set(_DEFINED.findall(source))
    uses = Counter(token for token in tokens if token in defined)
    return frozenset(name.decode() for name, count in uses.items() if count > 1)


def _places_of_words(words: Mapping[Rule, frozenset[str]], source: bytes) -> dict[tuple[int, int], list[Rule]]:
    """Line and byte column of every word that some rule looks for in this file, and those rules."""
    wanted: dict[bytes, list[Rule]] = {}
    for rule, ones in words.items():
        for word in ones:
            wanted.setdefault(word.encode(), []).append(rule)
    if not wanted:
        return {}
    starts = [0] + [end + 1 for end in _line_ends(source)]
    loops = wanted.get(b"for")
    places: dict[tuple[int, int], list[Rule]] = {}
    for token in _TOKEN.finditer(source):
        rules = wanted.get(token[0]) or (loops if token[0].startswith(_FOR) else None)
        if rules is not None:
            line = bisect_right(starts, token.start())
            places[line, token.start() - starts[line - 1]] = rules
    return places


def _line_ends(source: bytes) -> Iterator[int]:
    end = source.find(b"\n")
    while end >= 0:
        yield end
        end = source.find(b"\n", end + 1)


def _piece_at(place: tuple[int, int], body: list[ast.stmt], scope: Scope) -> Piece | None:
    """The piece around a place; None where there is none, such as between statements."""
    while True:
        at = bisect_right(body, place, key=_start) - 1
        if at < 0 or not _holds(body[at], place):
            return None
        statement = body[at]
        if isinstance(statement, LOOPS):
            return Piece(statement, scope)
        blocks = [block for block in _blocks(statement) if block]
        inner = next((block for block in reversed(blocks) if _start(block[0]) <= place), None)
        if isinstance(statement, ast.ClassDef | Function):
            if inner is None:
                return Piece(statement, scope)
            body, scope = inner, scope.child(statement)
        elif not blocks:
            return Piece(statement, scope)
        else:
            head = next((expr for expr in _head(statement) if _holds(expr, place)), None)
            if head is not None:
                return Piece(head, scope)
            if inner is None:
                return None
            body = inner


def _holds(node: ast.stmt | ast.expr, place: tuple[int, int]) -> bool:
    return _start(node) <= place < (node.end_lineno or 0, node.end_col_offset or 0)


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
