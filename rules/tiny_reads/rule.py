"""A file or a socket read a few bytes at a time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

FEW = 16
_READS = frozenset({"read", "recv", "read1"})
_ASYNC = frozenset({"asyncio.open_connection", "asyncio.StreamReader()"})


class TinyReads(Rule):
    """Each read is a call, of the system for a socket; a buffer holds thousands of bytes of one."""

    name = "tiny-reads"
    group = "io"
    message = "reads a few bytes in each round of this loop"
    fix = "read some thousand bytes at a time, or whole lines, and look for the end in them"
    screen = Screen(words=_READS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls asks for a few bytes."""
        return any(_is_tiny(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``while byte := file.read(1)``, ``sock.recv(1)``."""
        if here.method(node) not in _READS:
            return None
        call = here.read_call(node)
        if not _is_tiny(call, here) or any(_is_person(one) for one in here.origins(call.func)):
            return None
        loops = [loop for loop in here.loops(node) if not loop.left_after and not loop.is_short]
        if not loops or any(type(one).__name__ == "Await" for one in here.trail[-1:]):
            return None
        size = _size(call)
        origins = here.origins(call.func)
        opened = any(one.endswith("open().read") or one.startswith("socket.") for one in origins)
        unbuffered = called(call, here, frozenset({"os.read"})) or here.method(node) == "recv"
        if size == 1:
            return Hit(node, confidence="high" if opened or unbuffered else "medium")
        return Hit(node, confidence="medium" if unbuffered else "low")


def _size(call: ast.Call) -> int | None:
    """The number of bytes that are asked for, if it is written there."""
    match call.args:
        case [ast.Constant(value=int() as size)] | [_, ast.Constant(value=int() as size)]:
            return size
    return None


def _is_tiny(call: ast.Call, known: Piece | Place) -> bool:
    size = _size(call)
    if size is None or isinstance(size, bool) or not 0 < size <= FEW or call.keywords:
        return False
    if len(call.args) == 2:
        return called(call, known, frozenset({"os.read"}))
    return isinstance(call.func, ast.Attribute) and call.func.attr in _READS


def _is_person(origin: str) -> bool:
    """A key that a person presses comes alone."""
    return origin.startswith(("sys.stdin", "serial.", "termios.", "tty."))
