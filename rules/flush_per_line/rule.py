"""A file's buffer emptied in each round of a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import builtin, called

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_SYNC = frozenset({"os.fsync", "os.fdatasync"})
_PEOPLE = frozenset({"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"})
_PIPES = frozenset({"stdin", "stdout", "stderr", "wfile"})


class FlushPerLine(Rule):
    """Each flush is a call of the system; a buffer makes one of some hundred lines."""

    name = "flush-per-line"
    group = "io"
    message = "empties the file's buffer in each round of this loop"
    fix = "let the buffer fill; flush once after the loop, or every some hundred rounds"
    needs_many = True
    screen = Screen(
        words=frozenset({"flush", "fsync", "fdatasync", "print"}),
        mentions=frozenset({"flush"} | {"fsync", "fdatasync"}),
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls empties a buffer."""
        return any(_flushed(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``out.write(line); out.flush()``, ``print(line, file=out, flush=True)``."""
        call = here.read_call(node)
        if not _flushed(call, here) or here.is_conditional() or type(here.parent).__name__ == "Yield":
            return None  # a coroutine of old, which sends to a network no faster than it is taken
        loop = here.many(node)
        if loop is None or loop.is_endless or loop.is_polling or _waits_for_others(loop):
            return None
        file = _file(call)
        if file is not None and _is_opened_in(loop, file):
            return None  # each round has a file of its own, which is flushed once
        if called(call, here, _SYNC) or _is_file(call, here):
            return Hit(node, confidence="medium" if loop.is_while else "high")
        return Hit(node, confidence="medium" if _writes(call, loop) else "low")


def _flushed(call: ast.Call, known: Piece | Place) -> bool:
    """Whether `call` empties the buffer of what no person looks at."""
    if called(call, known, _SYNC):
        return True
    if builtin(call, known) == "print":
        flushed = any(
            word.arg == "flush" and isinstance(word.value, ast.Constant) and word.value.value for word in call.keywords
        )
        file = next((word.value for word in call.keywords if word.arg == "file"), None)
        return flushed and file is not None and not _is_live(file, known)
    match call:
        case ast.Call(func=ast.Attribute(value=file, attr="flush"), args=[], keywords=[]):
            return not _is_live(file, known)
    return False


def _is_live(file: ast.expr, known: Piece | Place) -> bool:
    """Whether a person, or another process, waits at the other end."""
    if isinstance(file, ast.Attribute) and file.attr in _PIPES:
        return True
    return bool(_PEOPLE & known.origins(file))


def _file(call: ast.Call) -> ast.expr | None:
    """``out`` of ``out.flush()``, ``print(…, file=out)`` and ``os.fsync(out.fileno())``."""
    match call:
        case ast.Call(func=ast.Attribute(value=file, attr="flush")):
            return file
        case ast.Call(args=[ast.Call(func=ast.Attribute(value=file, attr="fileno"))]):
            return file
    return next((word.value for word in call.keywords if word.arg == "file"), None)


def _is_opened_in(loop: Loop, file: ast.expr) -> bool:
    for one in ast.walk(loop.code):
        match one:
            case ast.withitem(optional_vars=ast.expr() as target) | ast.Assign(targets=[target], value=ast.Call()):
                if ast.unparse(target) == ast.unparse(file):
                    return True
    return False


def _is_file(call: ast.Call, known: Piece | Place) -> bool:
    file = _file(call)
    origins = known.origins(file) if file is not None else frozenset()
    return bool(origins) and all(one.endswith("open()") or one.startswith("csv.writer()") for one in origins)


def _writes(call: ast.Call, loop: Loop) -> bool:
    """Whether the loop itself writes to what is flushed."""
    if not isinstance(call.func, ast.Attribute):
        return True
    owner = ast.unparse(call.func.value)
    return any(
        isinstance(one, ast.Call) and ast.unparse(one.func) in (f"{owner}.write", f"{owner}.writelines")
        for one in ast.walk(loop.code)
    )


def _waits_for_others(loop: Loop) -> bool:
    """Whether each round waits for something, so that lines come slowly and should be seen at once."""
    slow = ("sleep", "recv", "readline", "get", "wait", "input", "select", "poll", "accept")
    calls = [one.func for one in ast.walk(loop.code) if isinstance(one, ast.Call)]
    return any((one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "")) in slow for one in calls)
