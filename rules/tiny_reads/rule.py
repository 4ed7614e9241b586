"""A file or a socket read a few bytes at a time."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called
from greenprof.lint.requests import seconds_of
from greenprof.lint.steady import starts_in

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

FEW = 16
_READS = frozenset({"read", "recv", "read1"})
_READS_OTHERWISE = _READS | {"seek", "readinto", "recv_into", "readline"}
_STREAM = "asyncio.StreamReader()"


class TinyReads(Rule):
    """Each read is a call, of the system for a socket; a buffer holds thousands of bytes of one."""

    name = "tiny-reads"
    group = "io"
    message = "reads a few bytes in each round of this loop"
    fix = "read some thousand bytes at a time, or whole lines, and look for the end in them"
    needs_many = True
    screen = Screen(words=_READS | {"iter"})

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls asks for a few bytes."""
        return any(_is_tiny(call, piece) or _read_by_iter(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``while byte := file.read(1)``, ``sock.recv(1)``, ``iter(lambda: file.read(1), b"")``."""
        if here.method(node) == "iter":
            return _by_iter(node, here)
        if here.method(node) not in _READS:
            return None
        call = here.read_call(node)
        if not _is_tiny(call, here) or any(_is_person(one) for one in here.origins(call.func)):
            return None
        origins = here.origins(call.func)
        file = _file(call)
        loops = [one for one in here.loops(node) if not (one.left_after or one.is_short or starts_in(file, one))]
        awaited = type(here.parent).__name__ == "Await"
        if not loops or (awaited and not any(one.startswith(_STREAM) for one in origins)):
            return None
        unbuffered = called(call, here, frozenset({"os.read"})) or here.method(node) == "recv"
        if _size(call, here.scope) != 1 and not unbuffered:
            return Hit(node, confidence="low")
        opened = _is_opened(call, here)
        known = (unbuffered or opened) and not _reads_otherwise(call, loops[-1])
        whole = loops[0].test is not None and ast.unparse(call) in ast.unparse(loops[0].test)
        return Hit(node, confidence="high" if opened and whole else "medium", always=known)


def _by_iter(node: cst.Call, here: Place) -> Hit | None:
    read = _read_by_iter(here.read_call(node), here)
    if read is None or any(map(_is_person, here.origins(read.func))) or not here.is_iterated(node):
        return None
    return Hit(node, confidence="high" if _is_opened(read, here) else "medium", always=True)


def _file(call: ast.Call) -> ast.expr:
    """``file`` of ``file.read(1)`` and ``os.read(file, 1)``."""
    method = isinstance(call.func, ast.Attribute) and len(call.args) < 2
    return call.func.value if method else call.args[0]  # type: ignore[attr-defined]


def _is_opened(call: ast.Call, known: Piece | Place) -> bool:
    return any(one.endswith("open().read") for one in known.origins(call.func))


def _reads_otherwise(call: ast.Call, loop: Loop) -> bool:
    """Whether the loop reads other parts of the file too, as who knows its format does, or waits for one of several."""
    file = ast.unparse(_file(call))
    for one in ast.walk(loop.code):
        match one:
            case ast.Call(func=ast.Attribute(attr="select" | "poll")):
                return True
            case ast.Call(func=ast.Attribute(attr=attr), args=[*_, size]) if attr in _READS_OTHERWISE:
                if ast.unparse(_file(one)) == file and ast.unparse(size) != ast.unparse(call.args[-1]):
                    return True
    return False


def _size(call: ast.Call, scope: Scope) -> int | None:
    """The number of bytes that are asked for, if it is written there or a constant of the file."""
    seconds = seconds_of(call.args[-1], scope) if 0 < len(call.args) < 3 else None
    return int(seconds) if seconds is not None else None


def _is_tiny(call: ast.Call, known: Piece | Place) -> bool:
    size = _size(call, known.scope)
    if size is None or not 0 < size <= FEW or call.keywords:
        return False
    if len(call.args) == 2:
        return called(call, known, frozenset({"os.read"}))
    return isinstance(call.func, ast.Attribute) and call.func.attr in _READS


def _read_by_iter(call: ast.Call, known: Piece | Place) -> ast.Call | None:
    """``file.read(1)`` of ``iter(lambda: file.read(1), b"")`` and ``iter(partial(file.read, 1), b"")``."""
    match call:
        case ast.Call(func=ast.Name(id="iter"), args=[ast.Lambda(body=ast.Call() as read), ast.Constant()]):
            pass
        case ast.Call(func=ast.Name(id="iter"), args=[ast.Call(args=[func, *args]) as partial, ast.Constant()]):
            if not called(partial, known, frozenset({"functools.partial"})):
                return None
            read = ast.Call(func=func, args=args, keywords=partial.keywords)
        case _:
            return None
    return read if _is_tiny(read, known) and _size(read, known.scope) == 1 else None


def _is_person(origin: str) -> bool:
    """A key that a person presses comes alone."""
    return origin.startswith(("sys.stdin", "serial.", "termios.", "tty."))
