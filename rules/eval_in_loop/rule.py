"""Source code that is compiled again in each round of a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import builtin
from greenprof.lint.steady import only_reads, steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_COMPILERS = frozenset({"eval", "exec", "compile"})


class EvalInLoop(Rule):
    """``eval(text)`` parses and compiles the text each time."""

    name = "eval-in-loop"
    group = "loops"
    message = "compiles the same source code in each round of this loop"
    fix = "code = compile(text, name, 'eval') before the loop, eval(code) inside; or a function"
    screen = Screen(words=_COMPILERS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it compiles source code."""
        return any(builtin(call, piece) in _COMPILERS for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``eval(text)``, ``exec(text)`` and ``compile(text, …)`` of a text that stays the same."""
        if here.method(node) not in _COMPILERS or not node.args:
            return None
        call = here.read_call(node)
        loop = here.many(node) if builtin(call, here) in _COMPILERS else None
        source = call.args[0]
        if loop is None or _is_compiled(source, here) or not only_reads(source, here):
            return None
        sure = steadiness(source, loop)
        return Hit(node, confidence=sure) if sure is not None else None


def _is_compiled(source: ast.expr, here: Place) -> bool:
    return any(origin.startswith(("builtins.compile()", "def:")) for origin in here.origins(source))
