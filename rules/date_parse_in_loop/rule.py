"""ISO dates read, or written, by way of a format in each round of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.loops import CalledInLoop
from greenprof.lint.often import loop_or_calls
from greenprof.lint.steady import path_of, steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_STRPTIME = re.compile(r"datetime\.datetime\.strptime|time\.strptime|_strptime\._strptime_datetime")
_GUESSES = re.compile(r"dateutil\.parser\.parse|dateparser\.parse|arrow\.get|pandas\.to_datetime")
# What fromisoformat reads as well, in Python 3.11 and newer.
_ISO = re.compile(r"%Y-?%m-?%d(?:[T ]%H:?%M(?::?%S(?:\.%f)?)?(?:%z|Z)?)?")
_LIBRARIES = frozenset({"datetime", "time", "dateutil", "dateparser", "arrow", "pandas"})
_NAMES = frozenset({"strptime", "parse", "get", "to_datetime"})


class DateParseInLoop(Rule):
    """``strptime`` walks through a format for each date; ``fromisoformat`` knows the one format."""

    name = "date-parse-in-loop"
    group = "loops"
    message = "reads an ISO date by way of a format in each round of this loop"
    fix = "datetime.fromisoformat(text)"
    needs_many = True
    screen = Screen(words=_NAMES, mentions=_LIBRARIES, called=frozenset({"strptime"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it parses dates."""
        return any(_parser(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``datetime.strptime(text, "%Y-%m-%d")``, ``dateutil.parser.parse(text)``."""
        if not node.args:
            return None
        call = here.read_call(node)
        parser = _parser(call, here)
        loop = None
        if parser is not None:
            loop = loop_or_calls(node, here) if here.method(node) == "strptime" else here.many(node)
        if parser is None or loop is None or steadiness(call.args[0], loop) is not None:
            return None
        if here.method(node) == "to_datetime" and (path_of(call.args[0]) or "").partition(".")[0] not in loop.own_names:
            return None  # ``to_datetime(frame[column])`` converts a whole column
        if isinstance(call.args[0], ast.Attribute) and call.args[0].attr == "index":
            return None  # and this a whole index
        if parser == "guess":
            return Hit(
                node,
                confidence="medium",
                message="guesses the format of a date in each round of this loop",
                fix="say the format: datetime.fromisoformat or strptime",
            )
        # Whether it is such a date may be what is asked, and ``fromisoformat`` says yes to more.
        asked = any(type(one).__name__ == "Try" for one in here.trail)
        return Hit(node, confidence="medium" if asked or isinstance(loop, CalledInLoop) else "high")

    def repair(self, site: Site) -> Repair | None:
        """``fromisoformat``, which is stricter about leading zeros and takes other ISO forms: so this is not safe."""
        call = site.node
        if not isinstance(call, ast.Call) or _parser(call, site.piece) != "iso" or call.keywords:
            return None
        if site.origins(call.func) == {"time.strptime"}:
            return None  # that is no datetime
        edits = (site.rename_method(call, "fromisoformat"), site.remove_argument(call, call.args[1]))
        return Repair(edits, safe=False)


def _parser(call: ast.Call, known: Piece | Place) -> str | None:
    """``iso`` for a format that fromisoformat reads as well, ``guess`` for a parser that tries formats."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name not in _NAMES and len(call.args) != 1 and len(call.args) != 2:
        return None
    origins = known.origins(call.func)
    if not origins:
        return None
    if all(map(_STRPTIME.fullmatch, origins)) and len(call.args) == 2:
        text = _text(call.args[1], known)
        return "iso" if text is not None and _ISO.fullmatch(text) else None
    one_only = len(call.args) == 1 and not any(word.arg == "format" for word in call.keywords)
    return "guess" if one_only and all(map(_GUESSES.fullmatch, origins)) else None


def _default(name: str, function: ast.AST) -> ast.expr | None:
    """The value that a parameter has if the caller gives none."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    pairs = [
        *zip(positional[::-1], given.defaults[::-1], strict=False),
        *zip(given.kwonlyargs, given.kw_defaults, strict=True),
    ]
    return next((value for one, value in pairs if one.arg == name), None)


def _text(expr: ast.expr, known: Piece | Place) -> str | None:
    """A constant text, also by way of a name or own attribute that has no other value, or a default argument."""
    bindings, default = [], None
    match expr:
        case ast.Name(id=name):
            bindings, default = known.scope.find(name), _default(name, known.scope.node)
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if known.scope.method_of is not None:
            bindings = known.scope.method_of.attributes.get(name, [])
    if len(bindings) == 1:
        expr = bindings[0].value or default or expr
    return expr.value if isinstance(expr, ast.Constant) and isinstance(expr.value, str) else None
