"""Functions that call another one for each item: ``map(f, items)``, ``sorted(items, key=f)``, ``column.apply(f)``."""

from __future__ import annotations

import ast

from greenprof.lint.calls import last_name

_FUNCTION_FIRST = frozenset({"map", "filter", "starmap", "filterfalse", "takewhile", "dropwhile", "reduce"})
_FUNCTION_FIRST |= {"imap", "imap_unordered"}
_WITH_A_KEY = frozenset({"sorted", "min", "max", "nlargest", "nsmallest", "groupby", "sort"})
_METHODS = frozenset({"map", "apply"})
APPLIERS = _FUNCTION_FIRST | _WITH_A_KEY | _METHODS


def applied_in(call: ast.Call) -> tuple[ast.expr, ast.expr] | None:
    """The function that `call` calls for each item, and what holds the items; None if it does no such thing."""
    func = call.func  # asked for every call of a file, so this is laid out for speed
    name = func.attr if func.__class__ is ast.Attribute else func.id if func.__class__ is ast.Name else ""
    if name not in APPLIERS:
        return None
    if name in _FUNCTION_FIRST and len(call.args) > 1:
        return call.args[0], call.args[1]
    if name in _WITH_A_KEY:
        key = next((word.value for word in call.keywords if word.arg == "key"), None)
        items = call.func.value if name == "sort" and isinstance(call.func, ast.Attribute) else _last(call)
        return (key, items) if key is not None and items is not None else None
    if name in _METHODS and isinstance(call.func, ast.Attribute) and len(call.args) == 1:
        return (call.args[0], call.func.value) if name == "map" or _is_of_many(call) else None
    return None


def _last(call: ast.Call) -> ast.expr | None:
    """The items of ``sorted(items, key=f)`` and ``nlargest(3, items, key=f)``, but not of ``max(a, b, key=f)``."""
    most = 2 if last_name(call) in ("nlargest", "nsmallest") else 1
    return call.args[-1] if len(call.args) == most else None


def _is_of_many(call: ast.Call) -> bool:
    """Whether ``apply`` goes through the items of a column, or the rows of a frame; through its columns it does not."""
    column = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Subscript)
    column = column and isinstance(call.func.value.slice, ast.Constant)  # type: ignore[attr-defined]
    return column or any(word.arg == "axis" and ast.unparse(word.value) in ("1", "'columns'") for word in call.keywords)
