"""An array that is made in one type, and copied into another at once."""

from __future__ import annotations

import ast
import math
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

# What makes an array, and how many arguments come before its type.
_MAKERS = {
    "zeros": 1,
    "ones": 1,
    "empty": 1,
    "full": 2,
    "identity": 1,
    "eye": 1,
    "zeros_like": 1,
    "ones_like": 1,
    "empty_like": 1,
    "full_like": 2,
}
_FILLED = {f"{module}.{name}" for module in ("numpy", "cupy") for name in ("full", "full_like")}
_NUMBER = re.compile(r"(?:u?int|float|complex)(?:\d+|_|c|p)?|bool_?|half|single|double|[<>=]?[iufc]\d+")
_NO_NUMBER = re.compile(r"str_?|bytes_?|object_?|[<>=|]?[USOV]\d*|(?:datetime|timedelta)64.*")
_SMALL = 1_000  # items: the saving is less than it takes to read the advice


class Float64ByAccident(Rule):
    """Say the type when the array is made: it is filled once, and in half the memory."""

    name = "float64-by-accident"
    group = "dataframes"
    message = "makes the array as float64, and copies it into another type at once"
    hidden_loops = 1
    fix = "say the type where the array is made: np.zeros(shape, dtype=np.float32)"
    needs_many = True
    screen = Screen(words=frozenset({"astype"}), mentions=frozenset({"numpy", "cupy"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it changes the type of an array that was just made."""
        return any(_made(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``np.zeros(n).astype(np.float32)``."""
        if here.method(node) != "astype":
            return None
        made = _made(here.read_call(node), here)
        return Hit(node, unless_many="medium") if made is not None and not _is_small(made.args[0]) else None

    def repair(self, site: Site) -> Repair | None:
        """The type moves into the call that makes the array: the values are the same."""
        call = site.node
        made = _made(call, site) if isinstance(call, ast.Call) else None
        if made is None or not isinstance(call, ast.Call):
            return None
        kind = call.args[0] if call.args else call.keywords[0].value
        same = _is_same(made, kind, site)
        if same is None:
            return None
        last = max((*made.args, *(word.value for word in made.keywords)), key=lambda one: (one.lineno, one.col_offset))
        edits = (site.put_behind(last, made, f", dtype={site.text(kind)}"), site.replace_end(made, call, ""))
        return Repair(edits, safe=same)


def _is_same(made: ast.Call, kind: ast.expr, site: Site) -> bool | None:
    """Whether the array holds the same when it is made of this type; None if it surely does not."""
    name = kind.value if isinstance(kind, ast.Constant) else ""
    origins = site.origins(kind)
    known = {one.rpartition(".")[2] for one in origins if one.startswith(("numpy.", "cupy.", "builtins."))}
    words = known if known and len(known) == len(origins) else {str(name)}
    if any(_NO_NUMBER.fullmatch(word) for word in words):
        return None  # text of 0.0 is no text of 0
    fills = made.args[1:] if site.origins(made.func) & _FILLED else []
    small = all(isinstance(one, ast.Constant) and one.value in range(128) for one in fills)
    return small and all(_NUMBER.fullmatch(word) for word in words)


def _made(call: ast.Call, known: Piece | Place | Site) -> ast.Call | None:
    """The call that makes the array which `call` copies into another type."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Call() as made, attr="astype"), args=[_], keywords=words) if all(
            word.arg == "copy" for word in words
        ):
            pass
        case ast.Call(
            func=ast.Attribute(value=ast.Call() as made, attr="astype"), args=[], keywords=[ast.keyword(arg="dtype")]
        ):
            pass
        case _:
            return None
    origins = known.origins(made.func)
    makers = {origin.rpartition(".")[2] for origin in origins if origin.startswith(("numpy.", "cupy."))}
    if len(makers) != 1 or len(origins) != 1:
        return None
    places = _MAKERS.get(next(iter(makers)))
    if places is None or not 1 <= len(made.args) <= places or any(isinstance(one, ast.Starred) for one in made.args):
        return None
    return None if any(word.arg in ("dtype", None) for word in made.keywords) else made


def _is_small(shape: ast.expr) -> bool:
    sides = shape.elts if isinstance(shape, ast.Tuple | ast.List) else [shape]
    numbers = [one.value for one in sides if isinstance(one, ast.Constant) and isinstance(one.value, int)]
    return len(numbers) == len(sides) and math.prod(numbers) <= _SMALL
