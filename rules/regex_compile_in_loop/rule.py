"""A regular expression compiled, or looked up in the cache of compiled ones, in each round of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_USES = frozenset({"match", "search", "fullmatch", "findall", "finditer", "sub", "subn", "split"})
_FUNCTION = re.compile(rf"(?:re|regex)\.(compile|{'|'.join(_USES)})")


class RegexCompileInLoop(Rule):
    """Compile a pattern once, before the loop."""

    name = "regex-compile-in-loop"
    group = "loops"
    message = "compiles this pattern, or looks it up, in each round of this loop"
    fix = "compile the pattern before the loop and call its methods inside"
    screen = Screen(words=_USES | {"compile"}, mentions=frozenset({"re", "regex"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls is a function of ``re``."""
        return any(_FUNCTION.fullmatch(one) for call in piece.calls for one in piece.origins(call.func))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``re.compile(pattern)``; ``re.search(pattern, text)`` too."""
        if not node.args:
            return None
        match = _FUNCTION.fullmatch(here.origin(node.func) or "")
        loop = here.many(node) if match else None
        if match is None or loop is None:
            return None
        constant = here.is_invariant(node.args[0].value)
        if match[1] == "compile":
            return Hit(node, confidence="high") if constant else None
        if constant:
            return Hit(node, confidence="low")
        code = here.read(node.args[0].value)
        if isinstance(code, ast.JoinedStr | ast.BinOp) and loop.changes(code):
            return Hit(
                node,
                confidence="medium",
                message="compiles another pattern in each round of this loop",
                fix="compile one pattern of all alternatives before the loop, or compare without a pattern",
            )
        return None
