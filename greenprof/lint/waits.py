"""What of Python's own waits for something, in place of a loop that asks for it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenprof.lint.site import Site

_EVENTS = frozenset({"threading.Event()", "multiprocessing.Event()"})
_WORKERS = frozenset({"threading.Thread()", "multiprocessing.Process()"})
_CHILDREN = frozenset({"subprocess.Popen()"})


def blocking_wait(test: ast.expr, site: Site) -> str | None:
    """The call that returns once ``while test`` would have ended, as code; None if the file shows none."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=ast.Attribute(value=owner, attr="is_set"), args=[])):
            better, kinds = "wait", _EVENTS
        case ast.Call(func=ast.Attribute(value=owner, attr="is_alive"), args=[]):
            better, kinds = "join", _WORKERS
        case ast.Compare(
            left=ast.Call(func=ast.Attribute(value=owner, attr="poll"), args=[]),
            ops=[ast.Is()],
            comparators=[ast.Constant(value=None)],
        ):
            better, kinds = "wait", _CHILDREN
        case _:
            return None
    origins = site.origins(owner)
    return f"{site.text(owner)}.{better}()" if origins and origins <= kinds else None
