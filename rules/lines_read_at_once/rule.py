"""All lines of a file in memory, where a loop takes them one by one."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.bindings import Function
from greenprof.lint.length import is_file
from greenprof.lint.place import Place
from greenprof.lint.row_uses import parents
from greenprof.lint.uses import assigned_name

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.scope import Scope

# Nobody opens by hand what comes through a pipe, or is packed because it is large.
_LARGE = re.compile(r"sys\.stdin|(?:gzip|bz2|lzma)\.")


class LinesReadAtOnce(Rule):
    """A file is an iterator over its lines: it holds one of them at a time."""

    name = "lines-read-at-once"
    group = "io"
    message = "reads all lines into memory, and takes them one by one"
    fix = "go through the file itself: for line in file"
    needs_many = True
    screen = Screen(words=frozenset({"readlines", "splitlines", "split"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls gives all lines of a file."""
        return any(_certainty(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``for line in file.readlines()``, ``for line in file.read().splitlines()``."""
        if here.method(node) not in self.screen.words:
            return None
        if not (_is_gone_through(node, here) or _is_gone_through_by_name(node, here)):
            return None
        call = here.read_call(node)
        sure = _certainty(call, here)
        if sure is None:
            return None
        given = here.method(node) == "readlines" and here.is_iterated(node) and _is_named_by_caller(call, here)
        return Hit(node, confidence=sure, always=sure == "high" or given)


def _certainty(call: ast.Call, known: Piece | Place) -> str | None:
    """How sure it is that `call` gives all lines of a file; None if it does not."""
    match call:
        case ast.Call(func=ast.Attribute(value=file, attr="readlines"), args=[], keywords=[]):
            return _certainty_of(file, known)
        case ast.Call(func=ast.Attribute(value=text, attr="splitlines"), args=[], keywords=[]):
            pass
        case ast.Call(func=ast.Attribute(value=text, attr="split"), args=[ast.Constant(value="\n" | b"\n")]):
            pass
        case _:
            return None
    if isinstance(text, ast.Name) and _is_read_once(text.id, known.scope):
        text = (
            known.scope.value(text.id, known.piece.lines.stop if isinstance(known, Place) else known.lines.stop) or text
        )
    match text:
        case ast.Call(func=ast.Attribute(value=file, attr="read"), args=[], keywords=[]) if is_file(file, known):
            return _certainty_of(file, known)
        case ast.Call(func=ast.Attribute(value=path, attr="read_text")):
            return "medium" if _is_path(path, known) else None
    return None


def _certainty_of(file: ast.expr, known: Piece | Place) -> str:
    """Most files that a program reads line by line are short, and forgotten soon."""
    return "high" if is_file(file, known) and all(map(_LARGE.match, known.origins(file))) else "medium"


def _is_named_by_caller(expr: ast.expr, here: Place) -> bool:
    """Whether the caller names the file whose ``readlines`` this is: those that a program has of its own are short."""
    match expr:
        case ast.Name(id=name):
            value = here.scope.value(name)
            return isinstance(value, ast.Call) and _is_named_by_caller(value, here)
        case ast.Call(func=ast.Name(id="open"), args=[path, *_]):
            return _is_parameter(path, here.scope)
        case ast.Call(func=ast.Attribute(value=path, attr="open"), args=args):
            given = [path, *args[:1], *(path.args if isinstance(path, ast.Call) else ())]  # ``Path(path).open()``
            return any(_is_parameter(one, here.scope) for one in given)
        case ast.Call(func=ast.Attribute(value=file, attr="readlines")):
            return _is_named_by_caller(file, here)
    return False


def _is_parameter(expr: ast.expr, scope: Scope) -> bool:
    if not isinstance(scope.node, Function) or not isinstance(expr, ast.Name):
        return False
    given = scope.node.args
    return expr.id in {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}


def _is_path(expr: ast.expr, known: Piece | Place) -> bool:
    origins = known.origins(expr)
    return bool(origins) and all(one.startswith("pathlib.Path()") for one in origins)


def _is_read_once(name: str, scope: Scope) -> bool:
    """Whether `name` gets one value in the function, and is read in one place."""
    names = [one for one in parents(scope.node) if isinstance(one, ast.Name) and one.id == name]
    return sorted(isinstance(one.ctx, ast.Load) for one in names) == [False, True]


def _is_gone_through_by_name(node: cst.Call, here: Place) -> bool:
    """``lines = file.readlines()``, and one loop that goes through the lines is all that reads them."""
    name = assigned_name(node, here)
    if name is None or not _is_read_once(name, here.scope):
        return False
    above = parents(here.scope.node)
    load = next(one for one in above if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load))
    below, parent = load, above[load]
    while (
        isinstance(parent, ast.Call) and isinstance(parent.func, ast.Name) and parent.func.id in ("enumerate", "iter")
    ):
        below, parent = parent, above[parent]
    return isinstance(parent, ast.For | ast.comprehension) and parent.iter is below


def _is_gone_through(node: cst.Call, here: Place) -> bool:
    """Whether a loop takes the lines in their order, from the first on: no slice, no ``reversed``, no ``sorted``."""
    below: object = node
    for above in reversed(here.trail):
        kind = type(above).__name__
        if kind in ("For", "CompFor"):
            return getattr(above, "iter", None) is below
        if kind == "Call":
            if here.method(above) == "map":
                return True
            if here.method(above) not in ("enumerate", "zip", "iter"):
                return False
        elif kind != "Arg":
            return False
        below = above
    return False
