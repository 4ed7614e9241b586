"""A function of Python that goes through an array item by item."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.arrays import is_array, is_column, is_tensor
from greenprof.lint.calls import builtin, shown

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_BETTER = {
    "sum": "{}.sum()",
    "min": "{}.min()",
    "max": "{}.max()",
    "any": "{}.any()",
    "all": "{}.all()",
    "sorted": "np.sort({}), or the sort of what it is",
}


class BuiltinOnArray(Rule):
    """``sum(array)`` makes an object of every item; ``array.sum()`` does not."""

    name = "builtin-on-array"
    group = "dataframes"
    message = "goes through an array item by item, in Python"
    hidden_loops = 1
    fix = "the method of the array of the same name"
    needs_many = True
    screen = Screen(words=frozenset(_BETTER), mentions=frozenset({"numpy", "pandas", "torch"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls gives an array to such a function."""
        return any(_array(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sum(values)`` of an array."""
        if here.method(node) not in _BETTER or len(node.args) != 1:
            return None
        call = here.read_call(node)
        array = _array(call, here)
        if array is None:
            return None
        name = builtin(call, here) or ""
        return Hit(node, confidence=_certainty(array, here), fix=_BETTER[name].format(shown(array)), items=array)


def _array(call: ast.Call, known: Piece | Place) -> ast.expr | None:
    """The one argument, if it is an array and the function one of Python's own."""
    if len(call.args) != 1 or call.keywords or builtin(call, known) not in _BETTER:
        return None
    given = call.args[0]
    return given if is_array(given, known) or is_column(given, known) or is_tensor(given, known) else None


def _certainty(array: ast.expr, here: Place) -> str:
    """A short array, written out as a list, is hardly worth a word."""
    value = here.scope.value(array.id) if isinstance(array, ast.Name) else array
    written = isinstance(value, ast.Call) and bool(value.args) and isinstance(value.args[0], ast.List | ast.Tuple)
    return "low" if written else "high"
