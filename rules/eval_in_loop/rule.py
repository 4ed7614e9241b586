"""Source code that is compiled again in each round of a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import builtin
from greenprof.lint.hoist import hoisted, moved, start_of, stays_the_same
from greenprof.lint.often import loop_or_calls
from greenprof.lint.steady import names_of_few, only_reads, steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_COMPILERS = frozenset({"eval", "exec", "compile"})


class EvalInLoop(Rule):
    """``eval(text)`` parses and compiles the text each time."""

    name = "eval-in-loop"
    group = "loops"
    message = "compiles the same source code in each round of this loop"
    fix = "code = compile(text, name, 'eval') before the loop, eval(code) inside; or a function"
    needs_many = True
    screen = Screen(words=_COMPILERS, called=_COMPILERS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it compiles source code."""
        return any(builtin(call, piece) in _COMPILERS for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``eval(text)``, ``exec(text)`` and ``compile(text, …)`` of a text that stays the same."""
        if here.method(node) not in _COMPILERS:
            return None
        call = here.read_call(node)
        if not call.args:  # the text is named: compile(source=text, …)
            return None
        loop = loop_or_calls(node, here) if builtin(call, here) in _COMPILERS else None
        source = call.args[0]
        if loop is None or _is_compiled(source, here) or not only_reads(source, here):
            return None
        sure = steadiness(source, loop, names_of_few(node, loop))
        return Hit(node, confidence=sure, loop=loop) if sure is not None else None

    def repair(self, site: Site) -> Repair | None:
        """Compiled before the loop: safe if the text is known and is valid, since the loop may have no rounds."""
        call = site.node
        name = builtin(call, site)
        if not isinstance(call, ast.Call) or name is None:
            return None
        source = call.args[0]
        if name == "compile":
            return Repair(moved(site, call) or hoisted(site, call, "code"), safe=False)
        known = _text(source, site)
        if known is not None and site.fresh("code") in known:
            return None
        value = f'compile({site.text(source)}, "<string>", "{name}")'
        safe = known is not None and stays_the_same(site, source, start_of(site, source)) and _is_valid(known, name)
        return Repair(hoisted(site, source, "code", value), safe=safe)


def _is_compiled(source: ast.expr, here: Place) -> bool:
    return any(origin.startswith(("builtins.compile()", "def:")) for origin in here.origins(source))


def _text(source: ast.expr, site: Site) -> str | None:
    """The text itself, where it is written out, or is what a name of this file always stands for."""
    if isinstance(source, ast.Name):
        bindings = site.scope.find(source.id)
        source = bindings[0].value if len(bindings) == 1 and bindings[0].value is not None else source
    return source.value if isinstance(source, ast.Constant) and isinstance(source.value, str) else None


def _is_valid(text: str, mode: str) -> bool:
    """Whether ``compile`` takes it as ``eval`` does, which takes white space in front too."""
    try:
        ast.parse(text, mode=mode)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
