"""A regular expression compiled, or looked up in the cache of compiled ones, in each round of a loop."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.hoist import hoisted, moved, start_of
from greenprof.lint.imports import imported
from greenprof.lint.layout import standing_alone
from greenprof.lint.loops import CalledInLoop
from greenprof.lint.often import loop_or_calls
from greenprof.lint.steady import names_of_few, only_reads, steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint import Edit
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_USES = frozenset({"match", "search", "fullmatch", "findall", "finditer", "sub", "subn", "split"})
_FUNCTION = re.compile(rf"(?:re|regex)\.(compile|{'|'.join(_USES)})")


class RegexCompileInLoop(Rule):
    """Compile a pattern once, before the loop."""

    name = "regex-compile-in-loop"
    group = "loops"
    surest = "medium"
    message = "compiles this pattern, or looks it up, in each round of this loop"
    fix = "compile the pattern before the loop and call its methods inside"
    needs_many = True
    screen = Screen(words=_USES | {"compile"}, mentions=frozenset({"re", "regex"}), called=frozenset({"compile"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls is a function of ``re``."""
        return any(_FUNCTION.fullmatch(one) for call in piece.calls for one in piece.origins(call.func))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``re.compile(pattern)``; ``re.search(pattern, text)`` too."""
        if not node.args:
            return None
        match = _FUNCTION.fullmatch(here.origin(node.func) or "")
        if match is not None and match[1] == "compile":
            return _compiled(node, here)
        loop = here.many(node) if match else None
        if match is None or loop is None:
            return None
        if here.is_invariant(node.args[0].value):
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

    def repair(self, site: Site) -> Repair | None:
        """A pattern that is written out is compiled before the outermost loop: compiling it again gives the same."""
        call = site.node
        if not isinstance(call, ast.Call) or not call.args or any(isinstance(one, ast.Starred) for one in call.args):
            return None
        module, _, function = next(iter(site.origins(call.func))).rpartition(".")
        flags = _flags(call, function)
        if not _is_valid(call.args[0], flags, site):
            return None
        if function != "compile":
            return Repair(_called_on_it(call, function, flags, site), safe=module == "re")
        return Repair(
            moved(site, call, site.loop) or hoisted(site, call, "pattern", loop=site.loop), safe=module == "re"
        )


def _compiled(node: cst.Call, here: Place) -> Hit | None:
    """``re.compile`` of what is the same in each round, or call."""
    loop, pattern = loop_or_calls(node, here), here.read(node.args[0].value)
    if loop is None or not only_reads(pattern, here):
        return None
    if not isinstance(loop, CalledInLoop) and here.is_invariant(node.args[0].value):
        # What takes a pattern, as a search through a page does, mostly costs far more than to look it up.
        return Hit(node, confidence="medium" if type(here.parent).__name__ == "Arg" else "high")
    return Hit(node, confidence="medium") if steadiness(pattern, loop, names_of_few(node, loop)) is not None else None


# How many arguments stand before the flags.
_BEFORE_FLAGS = {"compile": 1, "split": 3, "sub": 4, "subn": 4}


def _flags(call: ast.Call, function: str) -> ast.expr | None:
    place = _BEFORE_FLAGS.get(function, 2)
    named = next((word.value for word in call.keywords if word.arg == "flags"), None)
    return call.args[place] if len(call.args) > place else named


def _is_valid(pattern: ast.expr, flags: ast.expr | None, site: Site) -> bool:
    """Whether compiling surely gives a pattern: it is written out, and ``re`` takes it."""
    if not isinstance(pattern, ast.Constant) or not isinstance(pattern.value, str | bytes):
        return False
    given = 0
    for one in ast.walk(flags) if flags is not None else ():
        match one:
            case ast.Attribute(attr=name) if site.origins(one) in ({f"re.{name}"}, {f"regex.{name}"}):
                given |= getattr(re, name, 0)
            case ast.BinOp(op=ast.BitOr()) | ast.BitOr() | ast.Load() | ast.Name():
                pass
            case _:
                return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern.value, given)
    except (re.error, ValueError, OverflowError, RecursionError):
        return False
    return True


def _called_on_it(call: ast.Call, function: str, flags: ast.expr | None, site: Site) -> tuple[Edit, ...]:
    """``pattern = re.compile(r"\\d+")`` before the loop, and ``pattern.search(text)`` in it."""
    edits: list[Edit] = []
    if isinstance(call.func, ast.Attribute):
        maker = f"{site.text(call.func.value)}.compile"
    else:
        maker, edits[:] = imported(site, "re", "compile")
    given = [call.args[0]] if flags is None else [call.args[0], flags]
    new = site.fresh("pattern")
    value = f"{maker}({', '.join(standing_alone(site.text(one)) for one in given)})"
    edits += [site.put_before(start_of(site, call, site.loop), f"{new} = {value}")]
    edits += [site.replace(call.func, f"{new}.{function}"), *(site.remove_argument(call, one) for one in given)]
    return tuple(edits)
