"""Turns a list in which a function only looks for items into a set."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from greenprof.lint.calls import builtin
from greenprof.lint.local import Use, is_parameter, stored_value, uses_of
from greenprof.lint.plain import is_hashable, plain_items
from greenprof.lint.site import CannotEditError

if TYPE_CHECKING:
    from greenprof.lint.site import Site
    from greenprof.model import Edit

_METHODS = {"append": "add", "extend": "update", "clear": "clear"}
_CHANGEABLE = frozenset({"list", "dict", "set", "deque"})
_CHANGES = frozenset({"append", "extend", "insert", "sort", "add", "update", "setdefault", "popitem"})
_INDIFFERENT = frozenset({"set", "frozenset", "any", "all", "min", "max", "bool"})


def as_set(name: str, site: Site) -> tuple[tuple[Edit, ...], bool]:
    """The edits by which the local variable `name` holds a set in place of a list, and whether that is safe.

    It is if all that is put into it, and all that is looked for, surely has a hash. Raises `CannotEditError` if the
    variable is no local one, comes from or goes to other code, if order or number of its items matter, or if one of
    them looks like a list or dict, which has no hash.
    """
    uses = uses_of(name, site.scope, site.code)
    if uses is None or is_parameter(name, site.scope) or site.scope.find("set"):
        raise CannotEditError
    edits = tuple(edit for use in uses for edit in _changed(use, site))
    put_in = [one for use in uses for one in _put_in(use)]
    sought = [use.whole.left for use in uses if use.how == "sought" and isinstance(use.whole, ast.Compare)]
    tuples = any(isinstance(one, ast.Tuple) for one in put_in)
    strange = [one for one in sought if isinstance(one, ast.Tuple) and not tuples and not is_hashable(one, site)]
    if strange or any(_has_no_hash(one, site) for one in (*put_in, *sought)):
        raise CannotEditError
    safe = plain_items(uses[0].name, site) is not None and all(is_hashable(one, site) for one in sought)
    return edits, safe


def _put_in(use: Use) -> list[ast.expr]:
    """The items that this use puts into the list, as far as they are written out."""
    match use.whole, stored_value(use):
        case ast.Call(args=[item]), _ if use.how == "method" and use.word == "append":
            return [item]
        case _, ast.List(elts=items):
            return items
        case _, ast.ListComp(elt=item):
            return [item]
    return []


def _has_no_hash(item: ast.expr, site: Site) -> bool:
    """Whether `item` is a list, dict or set, or is changed in this function as only those are."""
    if isinstance(item, ast.Tuple):
        return any(_has_no_hash(one, site) for one in item.elts)
    if site.kind(item) in _CHANGEABLE:
        return True
    uses = uses_of(item.id, site.scope, site.code) if isinstance(item, ast.Name) else None
    return any(use.how == "item stored" or (use.how == "method" and use.word in _CHANGES) for use in uses or ())


def _changed(use: Use, site: Site) -> Iterator[Edit]:
    """The edits of one use; none if it may stay as it is."""
    match use.how:
        case "stored" if isinstance(use.whole, ast.Assign):
            yield from _made(stored_value(use), site)
        case "method" if isinstance(use.whole, ast.Call) and use.word in _METHODS:
            if isinstance(site.parent(use.whole), ast.Expr) and _METHODS[use.word] != use.word:
                yield site.rename_method(use.whole, _METHODS[use.word])
        case "sought" | "tested":
            pass
        case "argument" if use.word in _INDIFFERENT and isinstance(use.whole, ast.Call) and len(use.whole.args) == 1:
            pass
        case _:
            raise CannotEditError


def _made(value: ast.expr | None, site: Site) -> Iterator[Edit]:
    match value:
        case ast.List(elts=[]):
            yield site.replace(value, "set()")
        case ast.List() | ast.ListComp():
            yield site.replace_brackets(value, "{", "}")
        case ast.Call(func=func, args=arguments) if builtin(value, site) == "list" and len(arguments) < 2:
            yield site.replace(func, "set")
        case ast.expr() if site.kind(value) == "list":
            yield site.replace(value, f"set({site.text(value)})")
        case _:
            raise CannotEditError
