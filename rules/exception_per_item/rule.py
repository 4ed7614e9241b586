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
    "KeyError": "table.get(key, default), pop(key, default) or a defaultdict",
    "LookupError": "table.get(key, default)",
    "AttributeError": "getattr(thing, name, default)",
}
_OF_TABLES = frozenset({"KeyError", "LookupError"})
_ADDS = frozenset({"append", "add", "extend", "update", "pop"})


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
        return any(_caught(one) is not None for one in piece.of(ast.Try)) or any(
            _suppressed(one) is not None for one in piece.of(ast.With)
        )

    def visit_Try(self, node: cst.Try, here: Place) -> Hit | None:
        """``try: n += table[key]`` / ``except KeyError: pass``."""
        error = _caught(here.read_statement(node))
        if error is None or here.many(node) is None:
            return None
        return Hit(node.handlers[0], confidence="medium", fix=_FIXES[error], whole=node)

    def visit_With(self, node: cst.With, here: Place) -> Hit | None:
        """``with suppress(KeyError): del table[key]``."""
        error = _suppressed(here.read_statement(node))
        if error is None or here.many(node) is None:
            return None
        return Hit(node.items[0], confidence="medium", fix=_FIXES[error], whole=node)


def _caught(statement: ast.AST) -> str | None:
    """The exception of one lookup that is answered by passing over it, or by a default."""
    match statement:
        case ast.Try(
            body=[lookup], handlers=[ast.ExceptHandler(type=kind, name=None, body=[answer])], orelse=[], finalbody=[]
        ):
            error = _error(kind)
            return error if error is not None and _is_default(answer, lookup) and _looks_up(lookup, error) else None
    return None


def _suppressed(statement: ast.AST) -> str | None:
    """The exception of one lookup that ``contextlib.suppress`` passes over."""
    match statement:
        case ast.With(
            items=[ast.withitem(context_expr=ast.Call(func=function, args=[kind], keywords=[]))], body=[lookup]
        ) if ast.unparse(function) in ("suppress", "contextlib.suppress"):
            error = _error(kind)
            return error if error is not None and _looks_up(lookup, error) else None
    return None


def _error(kind: ast.expr | None) -> str | None:
    """The exception, if it is one of a lookup."""
    match kind:
        case ast.Name(id=name):
            return name if name in _FIXES else None
    return None


def _looks_up(lookup: ast.stmt, error: str) -> bool:
    """Whether the statement does little but look one thing up."""
    match lookup:
        case ast.Delete(targets=[ast.Subscript()]):
            return error in _OF_TABLES
        case ast.Assign() | ast.AugAssign() | ast.Expr() | ast.Return(value=ast.expr()):
            nodes = list(ast.walk(lookup))
        case _:
            return False
    calls = [one for one in nodes if isinstance(one, ast.Call)]
    if not all(isinstance(one.func, ast.Attribute) and one.func.attr in _ADDS for one in calls) or len(calls) > 1:
        return False
    if error in _OF_TABLES:
        found = [one for one in nodes if isinstance(one, ast.Subscript) and not isinstance(one.slice, ast.Slice)]
        chains = sum(not isinstance(one.value, ast.Subscript) for one in found)
        popped = any(isinstance(one.func, ast.Attribute) and one.func.attr == "pop" for one in calls)
        return chains == 1 or (popped and not found)
    return any(isinstance(one, ast.Attribute) for one in nodes) and not calls


def _is_default(answer: ast.stmt, lookup: ast.stmt) -> bool:  # noqa: PLR0911  (one return per form)
    """Whether the handler passes on, or gives a default; also to the very item that was looked for."""
    match answer:
        case ast.Assign(targets=[ast.Subscript() as target], value=ast.expr()):
            text = ast.unparse(target)
            return any(isinstance(one, ast.Subscript) and ast.unparse(one) == text for one in ast.walk(lookup))
        case ast.Return(value=ast.Constant() | ast.List() | None):
            return isinstance(lookup, ast.Return)
        case ast.Expr(value=ast.Yield(value=ast.Constant())):
            return True
        case ast.Pass() | ast.Continue():
            return True
        case ast.Assign(value=ast.Constant() | ast.Name() | ast.List() | ast.Tuple()):
            return True
        case ast.AugAssign(value=ast.Constant()):
            return True
    return False
