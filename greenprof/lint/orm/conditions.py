"""Under which conditions something happens to a database: for all rows, for some, or when a request asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from greenprof.lint.orm.effects import Effect
from greenprof.lint.orm.frame import Condition, Frame
from greenprof.lint.orm.program import Node, names_in
from greenprof.lint.orm.values import NEVER, Born, Made, Object, Row, Value

_REQUEST = frozenset({"GET", "query_params"})
_CACHE = "cache"
_WHO = re.compile(r"user|authenticated|anonymous|perm", re.IGNORECASE)


@contextmanager
def under(test: Node | None, born: Born | None, frame: Frame) -> Iterator[None]:
    """While what happens under a condition only is gone through."""
    before = len(frame.conditions)
    frame.maybe += 1
    add(test, born, frame)
    try:
        yield
    finally:
        frame.maybe -= 1
        del frame.conditions[before:]


def add(test: Node | None, born: Born | None, frame: Frame) -> None:
    """What follows in this branch, or in all of a function, happens under a condition only."""
    asked = _asked(test, frame)
    born = NEVER if isinstance(asked, Row) else born  # whether there is a row at all
    frame.conditions.append(Condition(born, test, len(frame.loops), _is_cached(asked)))


def add_early_end(test: Node | None, born: Born | None, frame: Frame) -> None:
    """What follows happens only where a function did not return before; in doubt if the page decides about that."""
    add(test, born, frame)
    if _is_of_page(test, frame):
        frame.conditions.append(replace(frame.conditions[-1], is_of_page=True))


def _is_of_page(test: Node | None, frame: Frame) -> bool:
    """Whether an attribute of ``self``, where that is no row, or of the view or request is asked for.

    Whether there is a request, and who has sent it, is the same for nearly all of them.
    """
    if test is None or _WHO.search(" ".join(names_in(test))):
        return False
    code = frame.code
    first = code.node[3][0][0][0] if code is not None and not code.is_lambda and code.node[3][0] else ""
    own = first if code is not None and code.owner is not None and isinstance(frame.names.get(first), Object) else ""
    asked = {(root, name) for root, name in _attributes_in(test) if root in (own, "view", "request")}
    return any(one != (own, "context") for one in asked)


def _attributes_in(node: object) -> Iterator[tuple[str, str]]:
    """The names and attributes of ``name.attribute`` in an expression."""
    match node:
        case ["attr", _, _, ["name", _, _, str(root)], str(name), *_]:
            yield root, name
        case list():
            for one in node:
                yield from _attributes_in(one)


def _asked(test: Node | None, frame: Frame) -> Value | None:
    """What has a name and is asked for by itself: ``if book``, ``if book is not None``."""
    while test is not None and test[0] == "parts" and test[3]:
        if any(one is None or one[0] != "const" for one in test[3][1:]):
            return None
        test = test[3][0]
    return frame.names.get(test[3]) if test is not None and test[0] in ("name", "given") else None


def _is_cached(value: Value | None) -> bool:
    """What a cache was asked for: ``cache.get(key)``."""
    *_, cache, method = ("", "", *value.name.lower().split(".")) if isinstance(value, Made) else ("", "")
    return cache.endswith(_CACHE) and method.startswith("get")


def for_some(effect: Effect, frame: Frame) -> Born:
    """The loops for some of whose rounds something happens.

    A condition that asks whether there is a relation at all (``if book.author_id:``) is none.
    """
    path = (*(effect.row.path if effect.row is not None else ()), effect.name)
    asked = frozenset(one for name in path for one in (name, f"{name}_id"))
    around = (effect.born or NEVER) | frame.rounds
    told = [one for one in frame.conditions if asked.isdisjoint(one.names)]
    return NEVER.union(*(around if one.born is None else one.born for one in told))


def is_seldom(frame: Frame, depth: int = -1) -> bool:
    """Whether something happens only if no cache has it, or, in a loop this deep, if a request asks for it."""
    for one in frame.conditions:
        names = one.names
        asks = one.is_of_page or not _REQUEST.isdisjoint(names)
        if one.is_cached or _CACHE in names or (one.around > depth and asks):
            return True
    return False


def seen_from_outside(effect: Effect, frame: Frame) -> Effect:
    """Something that a function does as its caller sees it."""
    sure = min(effect.sure, 1) if is_seldom(frame) else effect.sure
    return replace(effect, perhaps=effect.perhaps or frame.maybe > 0, sure=sure)


def both_ways(effects: list[Effect], start: int, middle: int, frame: Frame) -> None:
    """What is read of the same rows in either branch, from `start` and from `middle` on, is read for all of them."""
    first = {_what(one) for one in effects[start:middle] if one.kind == "relation"}
    second = {_what(one) for one in effects[middle:]}
    for place, one in enumerate(effects[start:], start):
        if _what(one) in first & second:
            effects[place] = replace(one, for_some=for_some(one, frame))


def _what(effect: Effect) -> tuple[object, ...]:
    row = effect.row
    return (effect.kind, effect.name, *((row.source, row.path) if row is not None else ()))
