"""Which function a call calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

LONGEST = 40


def builtin(node: ast.AST, known: Piece | Place | Site) -> str | None:
    """The name of the built-in function or class that `node` calls; None if it is no such call."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
        return None
    origins = known.origins(node.func)
    module, _, name = (next(iter(origins)) if len(origins) == 1 else "").rpartition(".")
    return name if module == "builtins" and not name.endswith(")") else None


def called(node: ast.AST, known: Piece | Place | Site, names: Container[str]) -> bool:
    """Whether `node` calls a function that surely comes from one of `names`, import paths such as ``re.compile``."""
    if not isinstance(node, ast.Call):
        return False
    origins = known.origins(node.func)
    return bool(origins) and all(one in names for one in origins)


def keys_of(expr: ast.expr) -> ast.expr | None:
    """``table`` of ``table.keys()``; None for anything else."""
    match expr:
        case ast.Call(func=ast.Attribute(value=table, attr="keys"), args=[], keywords=[]):
            return table
    return None


def last_name(call: ast.Call) -> str:
    """``get`` of ``a.b.get(…)``, ``print`` of ``print(…)``, empty for what has no name."""
    func = call.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def meant_name(call: ast.Call, known: Piece | Place) -> str:
    """`last_name`, but ``namedtuple`` of ``nt(…)`` after ``from collections import namedtuple as nt``."""
    name = last_name(call)
    return known.scope.module.renamed.get(name, name) if isinstance(call.func, ast.Name) else name


def shown(expr: ast.AST) -> str:
    """`expr` as it may stand in a message: cut where it is long."""
    text = " ".join(ast.unparse(expr).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
