"""A file's syntax tree as one list, in the order of the source: what is below a node is a slice of it.

Rules ask again and again for all nodes below some node. `numbered` goes through the tree of a file once; from then
on `all_nodes` and `own_nodes` cut their answer out of that list, which is many times quicker than going down again. Of
any other tree they go down as ``ast.walk`` does. Contexts and operators (``Load``, ``Add``) are no part of the list.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

Kind = TypeVar("Kind", bound=ast.AST)

NEW_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)

# Fields that hold names, numbers, contexts and operators.
_PLAIN = {"ctx", "op", "ops", "id", "attr", "name", "asname", "arg", "type_comment", "type_ignores", "level", "module"}
_PLAIN |= {"kind", "conversion", "simple", "is_async", "kwd_attrs", "rest"}
_WITHOUT_NODES = {"Constant", "MatchSingleton", "Global", "Nonlocal"}


class _Parts(dict[type[Any], tuple[str, ...]]):
    """The fields of each kind of node that may hold nodes, last first."""

    def __missing__(self, kind: type[Any]) -> tuple[str, ...]:
        plain = _PLAIN - {"name"} if kind.__name__ == "TypeAlias" else _PLAIN
        names = () if kind.__name__ in _WITHOUT_NODES else reversed(kind._fields)
        self[kind] = tuple(name for name in names if name not in plain)
        return self[kind]


_PARTS = _Parts()


@dataclass(frozen=True)
class Numbered:
    """The nodes of a tree: for each place in ``order`` the place behind the last node below it.

    Unlike ``isinstance``, `of` asks for the very class.
    """

    order: list[Any]
    ends: list[int]
    kinds: dict[type[ast.AST], list[Any]]

    @cached_property
    def scopes(self) -> list[int]:
        """The places of functions, lambdas and classes."""
        nodes: list[Any] = self.of(*NEW_SCOPE)
        return sorted(node.greenprof_at for node in nodes)

    @cached_property
    def parents(self) -> list[int]:
        """For each place that of the node right above; the root is its own parent."""
        found, around = [0], [0]
        for at, end in enumerate(self.ends[1:], 1):
            while self.ends[around[-1]] <= at:
                around.pop()
            found.append(around[-1])
            if end > at + 1:
                around.append(at)
        return found

    def of(self, *kinds: type[Kind]) -> list[Kind]:
        """The nodes of these classes; not to be changed."""
        if len(kinds) == 1:
            return self.kinds.get(kinds[0], [])
        return [node for kind in kinds for node in self.kinds.get(kind, ())]

    @property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """What ``def`` and ``async def`` make."""
        return [*self.of(ast.FunctionDef), *self.of(ast.AsyncFunctionDef)]

    def place(self, node: Any) -> int | None:
        """Where `node` stands in ``order``; None if it is of another tree."""
        at = getattr(node, "greenprof_at", None)
        return at if at is not None and at < len(self.order) and self.order[at] is node else None

    def parent(self, at: int) -> ast.AST:
        """The node right above the one in place `at`; the root is its own parent."""
        above: ast.AST = self.order[self.parents[at]]
        return above


# The tree that was numbered last: a tree that points to the list of its nodes would be a cycle, and never be freed
# while collecting garbage is off.
_latest = Numbered([], [], {})


def numbered(tree: ast.AST) -> Numbered:
    """The nodes of `tree` in order; they are remembered until the next tree."""
    global _latest
    if _latest.order and _latest.order[0] is tree:
        return _latest
    _latest = _number(tree)
    return _latest


def _number(tree: ast.AST) -> Numbered:
    order: list[Any] = []
    ends: list[int] = []
    kinds: defaultdict[type[Any], list[Any]] = defaultdict(list)
    waiting: list[Any] = [tree]
    at = 0
    while waiting:  # for every node of every file, so this is laid out for speed
        node = waiting.pop()
        kind = node.__class__
        if kind is int:  # the place of a node: all that is below it has its number
            ends[node] = at
            continue
        node.greenprof_at = at
        order.append(node)
        kinds[kind].append(node)
        at += 1
        ends.append(at)
        if kind is not ast.Name and kind is not ast.Constant:  # most nodes; nothing is below them
            waiting.append(at - 1)
            for name in _PARTS[kind]:
                part = getattr(node, name, None)
                if part.__class__ is list:
                    if part:
                        waiting += [one for one in reversed(part) if one is not None] if None in part else part[::-1]
                elif part is not None:
                    waiting.append(part)
    return Numbered(order, ends, kinds)


def all_nodes(node: ast.AST) -> list[ast.AST]:
    """`node` and every node below it, in the order of the source if its tree was numbered."""
    tree = _latest
    at = tree.place(node)
    return list(ast.walk(node)) if at is None else tree.order[at : tree.ends[at]]


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below `node` that belongs to the same scope: functions, lambdas and classes are not entered."""
    tree = _latest
    at = tree.place(node)
    if at is None:
        return _own_nodes_of_any(node)
    end = tree.ends[at]
    first = bisect_left(tree.scopes, at + 1)
    if first == len(tree.scopes) or tree.scopes[first] >= end:
        return iter(tree.order[at + 1 : end])
    return _without_inner_scopes(tree, at + 1, end, first)


def _without_inner_scopes(tree: Numbered, at: int, end: int, first: int) -> Iterator[ast.AST]:
    scopes, order, ends = tree.scopes, tree.order, tree.ends
    while first < len(scopes) and scopes[first] < end:
        scope = scopes[first]
        yield from order[at : scope + 1]
        at = ends[scope]
        first = bisect_left(scopes, at, first + 1)
    yield from order[at:end]


def _own_nodes_of_any(node: ast.AST) -> Iterator[ast.AST]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one is not node:
            yield one
            if isinstance(one, NEW_SCOPE):
                continue
        for name in _PARTS[one.__class__]:
            part = getattr(one, name, None)
            if isinstance(part, list):
                waiting.extend(each for each in reversed(part) if each is not None)
            elif part is not None:
                waiting.append(part)
