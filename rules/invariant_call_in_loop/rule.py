"""A costly call that gives the same in each round of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.arrays import is_array, is_column
from greenprof.lint.calls import builtin, last_name, shown
from greenprof.lint.hoist import hoisted, moved, start_of, stays_the_same
from greenprof.lint.length import LONG, SHORT, length_of
from greenprof.lint.plain import plain_items
from greenprof.lint.steady import may_be_steady, only_reads, steadiness
from greenprof.lint.uses import is_only_read

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

# They go through all of their one argument.
_TOTALS = frozenset({"sum", "min", "max"})
_METHODS = frozenset({"sum", "min", "max", "mean", "median", "std", "var", "nunique", "unique", "quantile"})
_CONTAINERS = frozenset({"set", "list", "sorted", "tuple", "dict", "frozenset"})
# Costly whatever the argument is; the first give something that can be changed, the others do not.
_PARSERS = re.compile(
    r"(?:json|simplejson|ujson|orjson|tomllib)\.loads|yaml\.safe_load|ast\.(?:literal_eval|parse)|re\.(?:findall|split)"
)
_SCALARS = re.compile(
    r"""re\.subn? | json\.dumps | datetime\.datetime\.strptime | time\.strptime | dateutil\.parser\.(?:parse|isoparse)
    | statistics\.\w+ | math\.(?:fsum|prod|factorial|comb|perm|dist)
    | hashlib\.\w+\(\)\.(?:hex)?digest | zlib\.\w+ | base64\.\w+ | ast\.unparse | textwrap\.(?:dedent|fill)
    | numpy\.(?:mean|median|std|var|sum|max|min|amax|amin|quantile|percentile|linalg\.(?:norm|det))
    | numpy\.(?:linalg\.(?:inv|pinv)|unique|sort|argsort|corrcoef|cov)""",
    re.VERBOSE,
)
_NAMES = _TOTALS | {"len", "loads", "safe_load", "literal_eval", "parse", "findall", "split", "sub", "subn", "dumps"}
_NAMES |= _METHODS | {"splitlines"}
_NAMES |= {"strptime", "isoparse", "mean", "fmean", "median", "stdev", "pstdev", "variance", "pvariance", "mode"}
_NAMES |= {"quantiles", "fsum", "prod", "factorial", "comb", "perm", "hexdigest", "digest", "compress", "decompress"}
_NAMES |= {"b64encode", "b64decode", "dedent", "fill", "std", "var", "amax", "amin", "quantile", "percentile", "norm"}
_NAMES |= {"det", "inv", "pinv", "unique", "sort", "argsort", "corrcoef", "cov", "crc32", "adler32", "unparse"}


class InvariantCallInLoop(Rule):
    """A call whose arguments stay the same belongs before the loop."""

    name = "invariant-call-in-loop"
    group = "loops"
    surest = "medium"
    message = "computes the same again in each round of this loop"
    fix = "compute it once before the loop"
    needs_many = True
    screen = Screen(words=_NAMES)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a costly call reads nothing that its loop binds."""
        return may_be_steady(
            piece, lambda one: isinstance(one, ast.Call) and last_name(one) in _NAMES and _cost(one, piece) is not None
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:  # noqa: PLR0911  (one return per form)
        """``total = sum(values)`` where neither changes."""
        if here.method(node) not in _NAMES:
            return None
        call = here.read_call(node)
        cost = _cost(call, here)
        loop = here.many(node) if cost is not None and not _is_of_an_error(here) else None
        if cost is None or loop is None:
            return None
        if not (only_reads(_reader(call, cost), here) or (_reads_named_file(call) and not loop.is_while)):
            return None
        sure = steadiness(call, loop)
        if sure is None or (cost == "changeable" and not is_only_read(node, here, loop)):
            return None
        if sure != "high" and loop.test is not None and shown(call) in ast.unparse(loop.test):
            return None  # what a ``while`` asks for is changed somewhere, or it would never end
        if cost in ("length", "array"):
            length = LONG if cost == "array" or _goes_over(call, loop) else length_of(_items(call), here)
            if length == SHORT:
                return None
            sure = "medium" if length != LONG or cost == "array" else sure
        if here.is_conditional():
            sure = "medium" if cost != "length" else "low"
        words = f"{shown(call)} gives the same in each round of this loop"
        return Hit(node, confidence=sure, message=words, loop=loop)

    def repair(self, site: Site) -> Repair | None:
        """Computed before the loop: safe if that cannot fail, since the loop may have no rounds."""
        call = site.node
        if not isinstance(call, ast.Call):
            return None
        safe = _cannot_fail(call, site) and stays_the_same(site, call, start_of(site, call))
        name = _NEW.get(last_name(call), "value")
        if not _cannot_fail(call, site) and _has_none_without_rounds(call, site):
            value = f"{site.text(call)[:-1].rstrip(', ')}, default=None)"  # never used: then the loop has no rounds
            return Repair(hoisted(site, call, name, value), safe=False)
        return Repair(moved(site, call) or hoisted(site, call, name), safe=safe)


def _has_none_without_rounds(call: ast.Call, site: Site) -> bool:
    """Whether it is the smallest or largest of what a loop around it goes over: of nothing there is none."""
    if builtin(call, site) not in ("min", "max") or any(word.arg == "default" for word in call.keywords):
        return False
    parts = [part for loop in site.loops for part in getattr(loop, "generators", [loop])]
    gone_over = {ast.unparse(one.iter) for one in parts if isinstance(one, ast.For | ast.AsyncFor | ast.comprehension)}
    return ast.unparse(call.args[0]) in gone_over


def _cost(call: ast.Call, known: Piece | Place) -> str | None:  # noqa: PLR0911  (one return per form)
    """``length``: as much as the argument is long. ``changeable`` and ``fixed``: costly in any case."""
    name = builtin(call, known)
    if name in _TOTALS:
        return "length" if len(call.args) == 1 and not isinstance(call.args[0], ast.Starred) else None
    if name == "len" and call.args:
        inner = call.args[0]
        if isinstance(inner, ast.ListComp | ast.SetComp | ast.DictComp) or builtin(inner, known) in _CONTAINERS:
            return "length"
        inner_cost = _cost(inner, known) if isinstance(inner, ast.Call) else None
        return "fixed" if inner_cost == "changeable" else inner_cost
    if name is not None:
        return None
    origins = known.origins(call.func)
    if origins and all(map(_PARSERS.fullmatch, origins)):
        return "changeable"
    if origins and all(map(_SCALARS.fullmatch, origins)):
        return "fixed"
    match call:
        case ast.Call(func=ast.Attribute(value=items, attr="splitlines"), args=[]):
            return "length"
        case ast.Call(func=ast.Attribute(value=items, attr="split")):
            return "length" if known.kind(items) == "str" and len(call.args) <= 1 else None
        case ast.Call(func=ast.Attribute(value=items, attr=attr)) if attr in _METHODS:
            return "array" if is_array(items, known) or is_column(items, known) else None
    return None


def _reader(call: ast.Call, cost: str) -> ast.expr:
    """What must only read, for the call to: of a method of an array, the array."""
    return call.func.value if cost == "array" and isinstance(call.func, ast.Attribute) else call


def _reads_named_file(call: ast.Call) -> bool:
    """``json.loads(Path("rates.json").read_text())``: a file that is the same in each round."""
    match call.args:
        case [
            ast.Call(
                func=ast.Attribute(value=ast.Call(args=[ast.Constant()]), attr="read_text" | "read_bytes"), args=[]
            )
        ]:
            return True
    return False


def _items(call: ast.Call) -> ast.expr:
    """What the call goes through: ``xs`` of ``sum(xs)``, ``len(set(xs))`` and ``text.split()``."""
    if isinstance(call.func, ast.Attribute):
        return call.func.value
    argument = call.args[0]
    return _items(argument) if isinstance(argument, ast.Call) and argument.args else argument


def _goes_over(call: ast.Call, loop: Loop) -> bool:
    """Whether the loop goes over the same items, so that the whole is quadratic."""
    return loop.iterable is not None and ast.unparse(_items(call)) in {
        ast.unparse(one) for one in ast.walk(loop.iterable) if isinstance(one, ast.Name | ast.Attribute)
    }


def _is_of_an_error(here: Place) -> bool:
    """Whether it stands in the message of an ``assert`` or a ``raise``, which nobody sees as a rule."""
    return any(type(one).__name__ in ("Raise", "Assert") for one in here.trail)


_NEW = {"sum": "total", "min": "smallest", "max": "largest", "len": "count", "loads": "loaded", "split": "parts"}


def _cannot_fail(call: ast.Call, site: Site) -> bool:
    """``sum(numbers)``, ``len(set(items))``."""
    match call.args:
        case [ast.Name() as items] if builtin(call, site) == "sum" and not call.keywords:
            return plain_items(items, site) in ("int", "float")
        case [ast.Call(args=[ast.Name() as items]) as made] if builtin(call, site) == "len":
            return builtin(made, site) in ("set", "frozenset", "list") and plain_items(items, site) is not None
    return False
