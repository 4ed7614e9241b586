"""The query behind a result: from ``result.scalars().all()`` back to ``select(User).limit(9)``."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from greenprof.lint.scope import Scope

_RUNS = {"execute", "scalars", "scalar", "exec", "stream", "stream_scalars"}
_PASSES_ON = {"list", "tuple", "sorted", "reversed", "set", "iter", "enumerate"}


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the database, as far as the file shows.

    ``entity`` is the first thing selected, as code (``User``, ``func.count()``), None if unknown, and ``several``
    says that more is selected besides.
    ``calls`` are the methods called on the way, last first; ``sql`` the argument of an ``execute``
    that is no builder's call, to be read as it stood ``before`` that line.
    """

    entity: str | None
    calls: tuple[ast.Call, ...]
    sql: ast.expr | None
    before: int
    several: bool = False

    @property
    def methods(self) -> frozenset[str]:
        """Names of the methods called."""
        return frozenset(call.func.attr for call in self.calls if isinstance(call.func, ast.Attribute))


def query_behind(expr: ast.expr | None, scope: Scope, before: int) -> Query:
    """The query whose result `expr` is. A name stands for what was assigned to it last ``before`` a line."""
    calls: list[ast.Call] = []
    sql: ast.expr | None = None
    asked = before
    for _ in range(40):
        match expr:
            case ast.Await(value=value) | ast.Subscript(value=value):
                expr = value
            case ast.Name(id=name):
                expr = scope.value(name, before)
                before = expr.lineno if expr is not None else before
            case ast.Call(func=ast.Name(id="select") | ast.Attribute(attr="query" | "select"), args=[entity, *others]):
                return Query(ast.unparse(entity), tuple(calls), None, before, several=bool(others))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="select"), args=[]) if name[:1].isupper():
                return Query(name, tuple(calls), None, before)  # Peewee's
            case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in _PASSES_ON:
                expr = first
            case ast.Call(func=ast.Attribute(attr=attr), args=[first, *_]) if attr in _RUNS:
                calls.append(expr)
                expr = sql = first
                asked = before
            case ast.Call(func=ast.Attribute(value=value)):
                calls.append(expr)
                expr = value
            case ast.Attribute(value=ast.Name(id=name), attr="objects" | "_default_manager" | "query"):
                return Query(name, tuple(calls), None, before)
            case _:
                break
    return Query(None, tuple(calls), sql, asked)
