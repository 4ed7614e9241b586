"""An exception for each item that is not there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_FIXES = {
    "KeyError": "table.get(key, default)",
    "AttributeError": "getattr(thing, name, default)",
}


class ExceptionPerItem(Rule):
    """Raising and catching costs several times a lookup that does not find anything."""

    name = "exception-per-item"
    group = "loops"
    message = "raises and catches an exception for each item that is not there"
    fix = "ask for it with a default: get, or getattr with three arguments"
    screen = Screen(words=frozenset({"for", "while"}))
    default = False

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something is tried for one lookup's sake."""
        return any(_caught(one) is not None for one in piece.of(ast.Try))

    def visit_Try(self, node: cst.Try, here: Place) -> Hit | None:
        """``try: n += table[key]`` / ``except KeyError: pass``."""
        statement = here.read_statement(node)
        error = _caught(statement) if isinstance(statement, ast.Try) else None
        if error is None or here.many(node) is None:
            return None
        return Hit(node.handlers[0], confidence="medium", fix=_FIXES[error], whole=node)


def _caught(statement: ast.Try) -> str | None:
    """The exception of one lookup that is answered by passing over it, or by a constant."""
    if statement.orelse or statement.finalbody or len(statement.body) != 1:
        return None
    match statement.handlers:
        case [ast.ExceptHandler(type=ast.Name(id=error), name=None, body=[answer])] if error in _FIXES:
            pass
        case _:
            return None
    if not _is_default(answer):
        return None
    lookup = statement.body[0]
    if not isinstance(lookup, ast.Assign | ast.AugAssign | ast.Expr):
        return None
    nodes = list(ast.walk(lookup.value))
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    if error == "KeyError":
        found = [one for one in nodes if isinstance(one, ast.Subscript) and not isinstance(one.slice, ast.Slice)]
        return error if len(found) == 1 and not calls else None
    return error if any(isinstance(one, ast.Attribute) for one in nodes) and not calls else None


def _is_default(answer: ast.stmt) -> bool:
    match answer:
        case ast.Pass() | ast.Continue():
            return True
        case ast.Assign(value=ast.Constant() | ast.Name() | ast.List() | ast.Tuple()):
            return True
        case ast.AugAssign(value=ast.Constant()):
            return True
    return False
