"""A file without a buffer, written in small parts."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_OPENS = re.compile(r"(?:builtins|io|codecs)\.open|os\.fdopen|pathlib\.Path\(\).*\.open")
_SPECIAL = re.compile(r"/(?:dev|proc|sys)/|\\\\\.\\")


class UnbufferedFile(Rule):
    """``buffering=0`` makes each ``write`` a call of the system, ``buffering=1`` each line."""

    name = "unbuffered-file"
    group = "io"
    message = "opens the file without a buffer: each write, or line, is a call of the system"
    fix = "leave buffering out, and flush where someone reads along"
    screen = Screen(words=frozenset({"open", "fdopen"}), loop=False)

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
        return Hit(node, confidence="medium" if _is_written_in_a_loop(here) else "low")


def _opens_unbuffered(call: ast.Call, known: Piece | Place) -> bool:
    """Whether ``buffering`` is 0, or 1 (a line), in a call that opens a file to write."""
    origins = known.origins(call.func)
    if not origins or not all(map(_OPENS.fullmatch, origins)):
        return False
    first = 0 if all(one.startswith("pathlib.") for one in origins) else 1  # where the mode stands
    mode, buffering = _given(call, "mode", first), _given(call, "buffering", first + 1)
    return isinstance(mode, str) and not set(mode).isdisjoint("wax") and type(buffering) is int and buffering in (0, 1)


def _given(call: ast.Call, name: str, place: int) -> object:
    """The constant that is given for a parameter; None if it is none."""
    named = next((word.value for word in call.keywords if word.arg == name), None)
    value = call.args[place] if named is None and len(call.args) > place else named
    return value.value if isinstance(value, ast.Constant) else None


def _is_written_in_a_loop(here: Place) -> bool:
    """Whether the scope writes to something in a loop."""
    loops = [one for one in ast.walk(here.scope.node) if isinstance(one, ast.For | ast.While)]
    return any(
        isinstance(one, ast.Attribute) and one.attr in ("write", "writerow", "dump")
        for loop in loops
        for one in ast.walk(loop)
    )
