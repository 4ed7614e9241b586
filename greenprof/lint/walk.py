"""One walk over a piece for all the rules that asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING, Any

from greenprof.lint.counting import Count, count_of
from greenprof.lint.evidence import graded
from greenprof.lint.place import Place
from greenprof.lint.rule import FAILURES, BrokenRuleError, Hit, Rule

if TYPE_CHECKING:
    from libcst import CSTNode, Module

    from greenprof.lint.pieces import Piece

Visit = Callable[["CSTNode", Place], Hit | None]

# Holds no code, or none that runs each time that the statement does.
_SKIPPED = {"lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "comma", "colon", "semicolon", "dot", "equal"}
_SKIPPED |= {"leading_lines", "lines_after_decorators", "header", "footer", "indent", "asynchronous", "annotation"}
_HEADERS = {"FunctionDef": ("decorators", "params"), "ClassDef": ("decorators", "bases", "keywords")}


def visits_of(rules: Sequence[Rule]) -> dict[str, list[tuple[Rule, Visit]]]:
    """For each name of a libcst node, the rules that look at it and their method."""
    found: dict[str, list[tuple[Rule, Visit]]] = {}
    for rule in rules:
        for word in _visited(rule):
            found.setdefault(word.removeprefix("visit_"), []).append((rule, getattr(rule, word)))
    return found


@cache
def _visited(rule: Rule) -> tuple[str, ...]:
    return tuple(word for word in dir(rule) if word.startswith("visit_"))


def walk(module: Module, piece: Piece, rules: Sequence[Rule], weigh: bool = True) -> Iterator[tuple[Rule, Hit, Count]]:
    """Every hit in `module`, which is the text of `piece`, in the order of the source, and how often it is done.

    The bodies of functions and classes inside are left out. A loop over iterators in place of
    recursion: libcst's own visitors rebuild every node that they pass. For ``weigh`` see `greenprof.lint.lint_source`.
    """
    import libcst

    visits = visits_of(rules)
    trail: list[CSTNode] = []
    place = Place(piece, trail)
    waiting: list[Iterator[CSTNode]] = [iter(module.body)]
    while waiting:
        node = next(waiting[-1], None)
        if node is None:
            waiting.pop()
            if trail:
                trail.pop()
            continue
        for rule, visit in visits.get(type(node).__name__, ()):
            try:
                hit = visit(node, place)
            except FAILURES as error:
                raise BrokenRuleError(rule, error) from error
            if hit is not None:
                if not isinstance(hit, Hit):
                    raise BrokenRuleError(rule, TypeError(f"its visit method gave {hit!r}, which is no Hit"))
                yield rule, graded(hit, node, place, rule) if weigh else hit, count_of(node, place, rule)
        trail.append(node)
        waiting.append(_children(node, libcst.CSTNode))


def _children(node: CSTNode, kind: type[Any]) -> Iterator[CSTNode]:
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, list | tuple):
            yield from value
        elif isinstance(value, kind):
            yield value


@cache
def _fields(kind: type[CSTNode]) -> tuple[str, ...]:
    if kind.__name__ in _HEADERS:
        return _HEADERS[kind.__name__]
    return tuple(
        field.name for field in fields(kind) if field.name not in _SKIPPED and not field.name.startswith("whitespace")
    )
