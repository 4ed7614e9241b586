"""The text of a log message made, though the message is not wanted."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.calls import builtin, last_name
from greenprof.lint.kinds import words
from greenprof.lint.often import reason_to_run_often

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_LEVELS = frozenset({"debug", "trace"})
_LOGGER = re.compile(
    r"logging(?:\.getLogger\(\)(?:\.getChild\(\))?|\.Logger\(\))?|loguru\.logger|structlog\.get_logger\(\)"
)
_NAMED = re.compile(r"^(?:_?_?log|_?_?logger|LOG|LOGGER|_?_?LOGGER)$")
_DEAR_CALLS = re.compile(r"(?:json|simplejson|yaml|pickle|pprint|traceback|inspect|textwrap)\.\w+")
_DEAR_METHODS = words(
    "model_dump model_dump_json to_dict to_json as_dict asdict dumps pformat to_string describe hexdigest tolist"
)
# Laid out for people to read, or gathered from the stack: a thousand times the message itself.
_LAYS_OUT = re.compile(r"pprint\.\w+|yaml\.\w*dump\w*|traceback\.format_\w+|inspect\.\w+")
_DEAR = "does the work for this message, wanted or not"
_ASKS = re.compile(r"isEnabledFor|DEBUG|debug|verbose|level")
_WORK = (ast.Call, *COMPREHENSIONS)


class EagerLogFormat(Rule):
    """``debug(f"…")`` makes the text before the logger can say that it is not wanted."""

    name = "eager-log-format"
    group = "io"
    message = "makes the text of this message in each round, wanted or not"
    fix = 'logger.debug("… %s", value); put what is dear under: if logger.isEnabledFor(logging.DEBUG)'
    needs_many = True
    screen = Screen(words=_LEVELS | {"DEBUG"}, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls logs a text that is made on the spot."""
        return any(_is_eager(_as_debug(call)) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``logger.debug(f"… {value}")`` in a loop; anywhere, if the text costs a real call."""
        if here.method(node) not in _LEVELS | {"log"} or not node.args:
            return None
        call = _as_debug(here.read_call(node))
        if not _is_eager(call) or not _is_logger(call, here) or _is_guarded(here):
            return None
        loop = here.many(node)
        if _is_dear(call, here):
            always = loop is None and _lays_out(call, here) and reason_to_run_often(here.scope) is not None
            return Hit(node, confidence="high" if loop is not None else "medium", message=_DEAR, always=always)
        # It costs tenths of a microsecond each time: only a run can tell whether that matters.
        return Hit(node, confidence="medium", worth="low") if loop is not None and not loop.is_endless else None


def _is_eager(call: ast.Call) -> bool:
    """Whether the text, or a value for it, is worked out before the call."""
    if not isinstance(call.func, ast.Attribute) or not call.args or call.func.attr not in _LEVELS:
        return False
    first = call.args[0]
    match first:
        case ast.JoinedStr(values=values):
            return any(isinstance(one, ast.FormattedValue) for one in values)
        case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod()):
            return True
        case ast.BinOp(op=ast.Add()):
            return _joins_text(first)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format")):
            return True
    return any(isinstance(one, _WORK) for value in call.args[1:] for one in ast.walk(value))


def _as_debug(call: ast.Call) -> ast.Call:
    """``logger.debug(text)`` for ``logger.log(logging.DEBUG, text)``."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=owner, attr="log"),
            args=[ast.Attribute(attr="DEBUG") | ast.Name(id="DEBUG"), *args],
        ):
            return ast.Call(ast.Attribute(owner, "debug", ast.Load()), args, call.keywords)
    return call


def _joins_text(text: ast.expr) -> bool:
    """``"row " + str(row) + ": " + name``: constants and other things."""
    parts, waiting = [], [text]
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.BinOp) and isinstance(one.op, ast.Add):
            waiting += [one.left, one.right]
        else:
            parts.append(one)
    constant = [isinstance(one, ast.Constant) and isinstance(one.value, str) for one in parts]
    return any(constant) and not all(constant)


def _is_logger(call: ast.Call, known: Piece | Place) -> bool:
    assert isinstance(call.func, ast.Attribute)
    owner = call.func.value
    origins = known.origins(owner)
    if origins and all(map(_LOGGER.fullmatch, origins)):
        return True
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return all(one.startswith("?") or "." in one for one in origins) and _NAMED.match(name) is not None


def _is_dear(call: ast.Call, known: Piece | Place) -> bool:
    """Whether a value costs a call that goes through, or writes out, a whole object."""
    for one in (node for value in call.args for node in ast.walk(value)):
        if isinstance(one, COMPREHENSIONS) or builtin(one, known) in ("sorted", "sum"):
            return True
        if isinstance(one, ast.Call) and (
            last_name(one) in _DEAR_METHODS or any(map(_DEAR_CALLS.fullmatch, known.origins(one.func)))
        ):
            return True
    return False


def _lays_out(call: ast.Call, known: Piece | Place) -> bool:
    """Whether a value costs a call that lays out a whole object for people, as ``pformat`` does."""
    calls = [one for value in call.args for one in ast.walk(value) if isinstance(one, ast.Call)]
    return any(_LAYS_OUT.fullmatch(origin) for one in calls for origin in known.origins(one.func))


def _is_guarded(here: Place) -> bool:
    """Whether an ``if`` around it asks first, or it stands where something has gone wrong."""
    for one in here.trail:
        kind = type(one).__name__
        if kind == "ExceptHandler":
            return True
        test = getattr(one, "test", None) if kind in ("If", "IfExp") else None
        if test is not None and _ASKS.search(ast.unparse(here.read(test))):
            return True
    return False
