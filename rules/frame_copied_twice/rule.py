"""A copy of a frame right before, or right behind, what makes a new one anyway."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

# Their result shares nothing with the frame, and no version of pandas warns when something is assigned to it.
_NEW = frozenset(
    {"merge", "join", "melt", "pivot_table", "sort_values", "fillna", "astype", "assign", "replace", "round", "copy"}
    | {
        "reset_index",
        "groupby",
        "agg",
        "rename",
        "stack",
        "unstack",
        "explode",
        "sort_index",
        "cumsum",
        "shift",
        "to_frame",
    }
)
_MAKERS = re.compile(r"pandas\.(?:concat|merge|read_\w+|json_normalize|DataFrame\.from_(?:records|dict))")
_MADE = frozenset(
    {"concat", "read_csv", "read_parquet", "read_excel", "read_json", "read_sql", "read_table", "read_feather"}
)
_MADE |= {"read_table", "from_records", "from_dict", "json_normalize", "read_sql_query", "read_pickle"}
_ANY_FRAME = re.compile(r"(?:^|_)df\d?$|dataframe|(?:^|_)frame$", re.IGNORECASE)


class FrameCopiedTwice(Rule):
    """One copy is enough: the other is made only to be thrown away."""

    name = "frame-copied-twice"
    group = "dataframes"
    cost = "row"
    message = "copies the whole frame beside a call that makes a new one anyway"
    hidden_loops = 1
    fix = "leave .copy() out"
    screen = Screen(words=frozenset({"copy"}), mentions=frozenset({"pandas"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it copies beside such a call."""
        return any(
            isinstance(one, ast.Attribute)
            and isinstance(one.value, ast.Call)
            and one.attr in _NEW
            and _method(one.value) in _NEW | _MADE
            for one in piece.nodes
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``frame.merge(other).copy()``, ``frame.copy().sort_values("a")``."""
        if here.method(node) != "copy" or not _is_deep(here.read_call(node)):
            return None
        receiver = here.receiver(node)
        if receiver is None or not (_is_new(receiver, here) or (_is_frame(receiver, here) and _goes_on(here))):
            return None
        return Hit(node)

    def repair(self, site: Site) -> Repair | None:
        """Another object, with the same content."""
        match site.node:
            case ast.Call(func=ast.Attribute(value=value)) as call:
                return Repair((site.replace_end(value, call, ""),), safe=False)
        return None


def _is_new(receiver: ast.expr, here: Place) -> bool:
    """Whether it is the result of a call that makes a new frame."""
    if _is_made(receiver, here):
        return True
    match receiver:
        case ast.Call(func=ast.Attribute(value=value, attr=name), keywords=words) if name in _NEW:
            return not any(word.arg in ("inplace", "copy") for word in words) and _is_frame(value, here)
    return False


def _goes_on(here: Place) -> bool:
    """Whether a method that makes a new frame is called on the copy."""
    trail: list[Any] = here.trail[-2:]
    if len(trail) < 2 or type(trail[1]).__name__ != "Attribute" or type(trail[0]).__name__ != "Call":
        return False
    words = [one.keyword.value for one in trail[0].args if one.keyword is not None]
    return trail[1].attr.value in _NEW and "inplace" not in words


def _is_deep(call: ast.Call) -> bool:
    words = {word.arg: word.value for word in call.keywords}
    deep = words.pop("deep", call.args[0] if call.args else ast.Constant(True))
    return not words and len(call.args) < 2 and isinstance(deep, ast.Constant) and deep.value is True


def _is_made(expr: ast.expr, here: Place) -> bool:
    """Whether it is a frame that a function of pandas has just made, of which nobody else knows."""
    if not isinstance(expr, ast.Call) or any(word.arg in ("copy", "chunksize", "iterator") for word in expr.keywords):
        return False
    origins = here.origins(expr.func)
    return bool(origins) and all(map(_MAKERS.fullmatch, origins))


def _is_frame(expr: ast.expr, here: Place) -> bool:
    if isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute) and expr.func.attr in _NEW:
        return _is_frame(expr.func.value, here)
    return (
        _is_made(expr, here)
        or here.kind(expr) == "dataframe"
        or (isinstance(expr, ast.Name) and _ANY_FRAME.search(expr.id) is not None)
    )


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""
