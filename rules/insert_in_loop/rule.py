"""Rows written one by one."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.alone import stands_alone
from greenprof.lint.databases import (
    EXECUTE,
    MANAGER_WRITES,
    MENTIONS,
    Statement,
    is_model,
    receives_statements,
    statement_sent,
    weakest,
)
from greenprof.lint.kinds import words
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_FIXES = {
    "execute": "collect the rows and write them in one call: executemany, or execute with a list of parameters",
    "flush": "let the commit after the loop flush all rows together",
    "save": "collect the objects and use bulk_create or bulk_update",
    "create": "build the objects without saving them and use bulk_create",
    "update": "one update() or bulk_update() for all rows",
    "delete": "one delete() of a filtered query",
}
# They ask for a row before they write it.
_LOOKS_FIRST = words("get_or_create update_or_create aget_or_create aupdate_or_create")
# An object of a class that stands in a module of models, or of one in this file; or read from a query.
_MODEL_OBJECT = re.compile(r"(?:^|\.)models\.[A-Z]\w*\(\)|.*\.objects(?:\.\w+\(\))*(?:\[\])?(?<!objects)")


class InsertInLoop(Rule):
    """One statement per row: batch them."""

    name = "insert-in-loop"
    group = "database"
    cost = "row"
    surest = "medium"
    message = "writes one row at a time in this loop"
    needs_many = True
    screen = Screen(words=EXECUTE | MANAGER_WRITES | {"flush", "save", "asave"}, mentions=MENTIONS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls writes."""
        return any(_written(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """A call that writes a row."""
        method = here.method(node)
        if method not in self.screen.words:
            return None
        call = here.read_call(node)
        statement = _written(call, here.piece)
        loop = here.many(node) if statement is not None else None
        if statement is None or loop is None:
            return None
        fix = _FIXES.get(method) or _FIXES.get(method.removeprefix("a"), _FIXES["execute"])
        own = call if method in EXECUTE | {"flush"} else None
        worth = "low" if stands_alone(node, here, loop) else _how_simple(method, here, loop)
        return Hit(node, confidence=statement.confidence_in(loop, own), fix=fix, worth=worth)


def _how_simple(method: str, here: Place, loop: Loop) -> str:
    """How sure it is that a batch does the same.

    It may not, of rows that may be there already, or are read back, or are written for some of the items only.
    """
    is_read = type(here.parent).__name__ not in ("Expr", "Await")
    if method in EXECUTE and not is_read:
        return "high"
    if method in _LOOKS_FIRST or is_read or here.is_conditional() or not _is_all_that_is_done(loop):
        return "low"
    return "high" if method in ("create", "acreate") else "medium"  # a model may do more as it is saved


def _is_all_that_is_done(loop: Loop) -> bool:
    """Whether a round calls nothing else for what it does."""
    nodes = list(all_nodes(loop.code))
    return sum(isinstance(one, ast.Expr) and not isinstance(one.value, ast.Constant) for one in nodes) <= 1


def _written(call: ast.Call, piece: Piece) -> Statement | None:
    """The statement by which `call` writes, None if it does not."""
    if not isinstance(call.func, ast.Attribute):
        return None
    receiver = call.func.value
    match call.func.attr:
        case "flush":  # a key may be wanted of the row
            confidence = receives_statements(receiver, piece) if not call.args else None
            return None if confidence is None else Statement("insert", weakest(confidence, "medium"))
        case "save" | "asave":
            return Statement("insert", "high") if _is_model_object(receiver, piece) else None
    statement = statement_sent(call, piece)
    return statement if statement is not None and statement.writes else None


def _is_model_object(expr: ast.expr, piece: Piece) -> bool:
    """Whether the file shows that `expr` is an object of a Django model."""
    for origin in sorted(piece.origins(expr)):
        name = origin.removeprefix("class:").removesuffix("()")
        if _MODEL_OBJECT.fullmatch(origin) or (origin == f"class:{name}()" and is_model(name, piece.scope)):
            return True
    return False
