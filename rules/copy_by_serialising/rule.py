"""An object written out as text or bytes, only to be read again."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.tree import all_nodes
from greenprof.lint.uses import assigned_name

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_JSON = re.compile(r"(json|simplejson|ujson|orjson|rapidjson)\.(loads|dumps)")
_PICKLE = re.compile(r"(pickle|cPickle|dill|cloudpickle|marshal|msgpack|yaml)\.(\w*load\w*|\w*dump\w*|(?:un)?packb)")
# Several modules write what another can read.
_FORMATS = {
    **dict.fromkeys(("cPickle", "dill", "cloudpickle"), "pickle"),
    **dict.fromkeys(("simplejson", "ujson", "orjson", "rapidjson"), "json"),
}
_STEPS = frozenset({"encode", "decode"})
_COPIES = frozenset({"__deepcopy__", "__copy__"})  # somebody has asked for just that
_MODELS = frozenset({"model_validate_json", "parse_raw"})


class CopyBySerialising(Rule):
    """``json.loads(json.dumps(x))`` writes all values as text and parses it, only for a copy."""

    name = "copy-by-serialising"
    group = "io"
    message = "writes out the object and reads it again, only for a copy"
    hidden_loops = 1
    fix = "copy what will be changed: dict(x), list(x), [dict(row) for row in rows]"
    needs_many = True
    screen = Screen(
        words=frozenset({"loads", "load", "safe_load", "unpackb"} | _MODELS),
        mentions=frozenset({"dumps", "dump", "safe_dump", "packb", "model_dump_json", "parse_raw"}),
        loop=False,
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls reads what another has just written."""
        return any(_certainty(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``json.loads(json.dumps(x))``."""
        if not node.args or type(here.parent).__name__ == "Expr":  # whether it can be written out is being tried
            return None
        sure = _certainty(here.read_call(node), here)
        if sure is None or getattr(here.scope.node, "name", None) in _COPIES:
            return None
        if _is_asserted(assigned_name(node, here), here):
            return None
        return Hit(node, confidence=sure)


def _is_asserted(name: str | None, here: Place) -> bool:
    """Whether what was read is held against something: writing and reading it is being tested."""
    tests = [one.test for one in all_nodes(here.scope.node) if isinstance(one, ast.Assert)]
    return any(isinstance(one, ast.Name) and one.id == name for test in tests for one in all_nodes(test))


def _certainty(call: ast.Call, known: Piece | Place) -> str | None:
    """How sure it is that only a copy is wanted; None if it is something else."""
    if _is_model_copy(call, known):
        return "medium"
    reader = _module(call, known, writes=False)
    if reader is None or not call.args:
        return None
    inner = call.args[0]
    while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in _STEPS:
        inner = inner.func.value
    if isinstance(inner, ast.Name):
        value = known.scope.value(inner.id)
        found = known.scope.find(inner.id)
        if len(found) != 1 or found[0].scope is not known.scope or value is None or not _is_read_once(inner.id, known):
            return None
        inner = value
    if not isinstance(inner, ast.Call) or not inner.args or _module(inner, known, writes=True) != reader:
        return None
    if len(inner.args) > 1 and reader != "pickle":
        return None
    converts = any(
        word.arg in ("default", "cls", "object_hook", "object_pairs_hook", "parse_float")
        for word in (*call.keywords, *inner.keywords)
    )
    return "low" if converts else "high"


def _is_model_copy(call: ast.Call, known: Piece | Place) -> bool:
    """Pydantic's ``Order.model_validate_json(order.model_dump_json())``, where the order is an ``Order`` already."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=model, attr="model_validate_json" | "parse_raw"),
            args=[ast.Call(func=ast.Attribute(value=owner, attr="model_dump_json" | "json"), args=[])],
        ):
            return known.origins(owner) == frozenset(f"{one}()" for one in known.origins(model))
    return False


def _module(call: ast.Call, known: Piece | Place, *, writes: bool) -> str | None:
    """The module whose reading or writing function `call` calls."""
    found: set[str] = set()
    for origin in sorted(known.origins(call.func)):
        match = _JSON.fullmatch(origin) or _PICKLE.fullmatch(origin)
        if match is None or ("dump" in match[2] or match[2] == "packb") != writes:
            return None
        found.add(_FORMATS.get(match[1], match[1]))
    return found.pop() if len(found) == 1 else None


def _is_read_once(name: str, known: Piece | Place) -> bool:
    """Whether the text is read in one place only, and so for nothing but the copy."""
    scope = known.scope.find(name)[0].scope.node
    loads = [
        one for one in ast.walk(scope) if isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load)
    ]
    return len(loads) == 1
