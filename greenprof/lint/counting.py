"""How often what was found is done, as far as the source shows."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from greenprof.lint.bounds import most_items
from greenprof.lint.loops import COMPREHENSIONS
from greenprof.lint.often import is_called_in_loop

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from libcst import CSTNode

    from greenprof.lint.place import Place
    from greenprof.lint.rule import Rule

Count = tuple[int, int]
ONCE_A_STATEMENT = ("query", "request", "idle")  # what goes through the rows of one is no round of it


def count_of(node: CSTNode, place: Place, rule: Rule) -> Count:
    """The rounds that the source gives, multiplied, and how many more loops there are whose rounds the data decide.

    `node` is what `rule` looked at. Where nothing is seen to run it again, it is done as often as somebody asks for it.
    """
    around = [_most(loop.iterable, place) for loop in place.loops(node) if not loop.left_after]
    itself = [_most(iterable, place) for iterable in own_loops(node, place, rule)]
    open_loops = around.count(None) + max(itself.count(None), rule.hidden_loops) + is_called_in_loop(place.scope)
    rounds = math.prod(most for most in (*around, *itself) if most)
    return rounds, open_loops or int(rounds == 1)


def _most(iterable: ast.expr | None, place: Place) -> int | None:
    return most_items(iterable, place) if iterable is not None else None


def own_loops(node: CSTNode, place: Place, rule: Rule) -> Iterator[ast.expr | None]:
    """What each loop goes through that `node` is, or is gone through by; None for a ``while``."""
    it: Any = node
    kind = type(node).__name__
    if kind == "For":
        yield place.read(it.iter)
    elif kind == "While":
        yield None
    elif kind in COMPREHENSIONS:
        clause = it.for_in
        while clause is not None:
            yield place.read(clause.iter)
            clause = clause.inner_for_in
    elif rule.cost not in ONCE_A_STATEMENT and (loop := _goes_through(node, place)) is not None:
        yield place.read(loop.iter)


def _goes_through(node: CSTNode, place: Place) -> Any:
    """The innermost loop that goes through `node`, or through what it is in."""
    path: list[Any] = [*place.trail, node]
    for above, below in reversed([*pairwise(path)]):
        if type(above).__name__ in ("For", "CompFor") and below is above.iter:
            return above
    return None
