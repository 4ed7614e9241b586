"""A file without a buffer, written in small parts."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.length import LONG, length_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

_OPENS = re.compile(r"(?:builtins|io|codecs)\.open|os\.fdopen|pathlib\.Path\(\).*\.open")
_TEMPORARY = re.compile(r"tempfile\.(?:Named)?TemporaryFile")
_LOOPS = (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS)
_RAW = frozenset({"io.FileIO"})
_SPECIAL = re.compile(r"/(?:dev|proc|sys)/|\\\\\.\\")


class UnbufferedFile(Rule):
    """``buffering=0`` makes each ``write`` a call of the system, ``buffering=1`` each line."""

    name = "unbuffered-file"
    group = "io"
    message = "opens the file without a buffer: each write, or line, is a call of the system"
    fix = "leave buffering out, and flush where someone reads along"
    needs_many = True
    screen = Screen(words=frozenset({"open", "fdopen", "TemporaryFile", "NamedTemporaryFile", "FileIO"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls opens a file without a buffer."""
        return any(_opens_unbuffered(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``open(path, "wb", buffering=0)``."""
        if here.method(node) not in self.screen.words:
            return None
        call = here.read_call(node)
        if not _opens_unbuffered(call, here) or _SPECIAL.search(ast.unparse(call)):
            return None
        loops = _loops_that_write(here)
        long = any(length_of(one, here) == LONG for one in map(_gone_through, loops) if one is not None)
        return Hit(node, confidence="medium" if loops else "low", always=long)


def _opens_unbuffered(call: ast.Call, known: Piece | Place) -> bool:
    """Whether ``buffering`` is 0, or 1 (a line), in a call that opens a file to write."""
    origins = known.origins(call.func)
    if origins == _RAW:
        mode = _given(call, "mode", 1, known.scope)
        return isinstance(mode, str) and not set(mode).isdisjoint("wax")
    if origins and all(map(_TEMPORARY.fullmatch, origins)):
        return _given(call, "buffering", 1, known.scope) == 0
    if not origins or not all(map(_OPENS.fullmatch, origins)):
        return False
    first = 0 if all(one.startswith("pathlib.") for one in origins) else 1  # where the mode stands
    mode = _given(call, "mode", first, known.scope)
    buffering = _given(call, "buffering", first + 1, known.scope)
    return isinstance(mode, str) and not set(mode).isdisjoint("wax") and type(buffering) is int and buffering in (0, 1)


def _given(call: ast.Call, name: str, place: int, scope: Scope) -> object:
    """The constant, or a name of one, that is given for a parameter; None if it is none."""
    named = next((word.value for word in call.keywords if word.arg == name), None)
    value = call.args[place] if named is None and len(call.args) > place else named
    if isinstance(value, ast.Name) and len(scope.find(value.id)) == 1:
        value = scope.value(value.id)
    return value.value if isinstance(value, ast.Constant) else None


def _loops_that_write(here: Place) -> list[ast.AST]:
    """The loops in which the scope, or the class of a file that is an attribute, writes to something."""
    owner = here.scope.method_of
    where = owner.node if owner is not None and _is_made_an_attribute(here) else here.scope.node
    loops = [one for one in ast.walk(where) if isinstance(one, _LOOPS)]
    return [loop for loop in loops if any(_writes(one) for one in ast.walk(loop))]


def _gone_through(loop: ast.AST) -> ast.expr | None:
    """The items that `loop` writes, but for what someone types or another program sends while others read along."""
    match loop:
        case ast.For(iter=items) | ast.AsyncFor(iter=items):
            return None if "stdin" in ast.unparse(items) else items
        case ast.While():
            return None
    return loop.generators[0].iter  # type: ignore[attr-defined,no-any-return]


def _is_made_an_attribute(here: Place) -> bool:
    """``self.out = open(…)``."""
    parent: Any = here.parent
    return type(parent).__name__ == "Assign" and any(type(one.target).__name__ == "Attribute" for one in parent.targets)


def _writes(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="write" | "writerow" | "dump"):
            return True
        case ast.Call(func=ast.Name(id="print"), keywords=keywords):
            return any(one.arg == "file" for one in keywords)
    return False
