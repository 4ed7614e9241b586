"""The same file opened again in each round of a loop, to add to it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called
from greenprof.lint.often import reason_to_run_often
from greenprof.lint.row_uses import parents
from greenprof.lint.steady import may_be_steady, steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

_OPENS = re.compile(r"(?:builtins|io|codecs|gzip|bz2|lzma|aiofiles|anyio)\.open(?:_file)?")
_MAKE_NAMES = frozenset({"pathlib.Path", "os.path.join", "os.path.expanduser", "builtins.str"})


class ReopenedToAppend(Rule):
    """Opening and closing a file costs several calls of the system, and closing writes a line's few bytes."""

    name = "reopened-to-append"
    group = "io"
    message = "opens and closes the same file in each round of this loop"
    fix = "open it once, around the loop"
    needs_many = True
    screen = Screen(words=frozenset({"open"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its loops opens a file by the same name in each round."""
        if any(_opened(one, piece) for one in piece.calls) and _is_called_often(piece.scope):
            return True
        return may_be_steady(piece, lambda one: isinstance(one, ast.Call) and _opened(one, piece) is not None)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``for row in rows: with open(path, "a") as out: out.write(row)``."""
        path = _opened(here.read_call(node), here) if here.method(node) == "open" else None
        if path is None or not _names_a_file(path, here):
            return None
        loop = here.many(node)
        if loop is None:
            return _in_function(node, path, here)
        sure = steadiness(path, loop) if not loop.is_endless else None
        if sure is None:
            return None
        if any(type(one).__name__ == "ExceptHandler" for one in here.trail):
            return Hit(node, confidence="low")  # rarely
        return Hit(node, confidence="medium" if loop.is_while or here.is_conditional() else sure)


def _in_function(node: cst.Call, path: ast.expr, here: Place) -> Hit | None:
    """``def note(text): with open(LOG, "a") as log: …``, a function that the file calls in a loop."""
    reason = reason_to_run_often(here.scope) if _is_called_often(here.scope) else None
    own = [one for one in ast.walk(path) if isinstance(one, ast.Name) and one.id in here.scope.bindings]
    if here.loops(node) or reason is None or own or _is_below_a_condition(here):
        return None
    return Hit(
        node,
        confidence="medium",
        message=f"opens and closes the same file in each call of this function, which {reason}",
    )


def _is_below_a_condition(here: Place) -> bool:
    above = parents(here.scope.node)
    node: ast.AST | None = here.piece.node
    while node is not None and not isinstance(node, ast.If | ast.ExceptHandler):
        node = above.get(node)
    return node is not None


def _is_called_often(scope: Scope) -> bool:
    reason = reason_to_run_often(scope)
    return reason is not None and reason.startswith("is called")


def _opened(call: ast.Call, known: Piece | Place) -> ast.expr | None:
    """The name of the file that `call` opens to append to; None if it is no such call."""
    func = call.func
    modes = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
    if not any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and re.fullmatch(r"[abt+]*a[abt+]*", one.value)
        for one in modes
    ):
        return None
    origins = known.origins(func) if isinstance(func, ast.Name | ast.Attribute) else frozenset()
    if origins and all(map(_OPENS.fullmatch, origins)):
        return call.args[0] if call.args else None
    if isinstance(func, ast.Attribute) and func.attr == "open":
        owner = known.origins(func.value)
        return func.value if owner and all(one.startswith("pathlib.Path()") for one in owner) else None
    return None


def _names_a_file(path: ast.expr, here: Place) -> bool:
    """Whether `path` is put together from names and constants, so that it changes with them only."""
    return all(called(one, here, _MAKE_NAMES) for one in ast.walk(path) if isinstance(one, ast.Call))
