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


_DEEPEST = 5


class BuiltinOnArray(Rule):
    """``sum(array)`` makes an object of every item; ``array.sum()`` does not."""

    name = "builtin-on-array"
    group = "dataframes"
    surest = "medium"
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
        sure, fix = _certainty(array, here), _BETTER[name].format(shown(array))
        return Hit(node, confidence=sure, fix=fix, items=array, unless_many="medium")


def _array(call: ast.Call, known: Piece | Place) -> ast.expr | None:
    """The one argument, if it is an array and the function one of Python's own."""
    if len(call.args) != 1 or call.keywords or builtin(call, known) not in _BETTER:
        return None
    given = call.args[0]
    return given if is_array(given, known) or is_column(given, known) or is_tensor(given, known) else None


def _certainty(array: ast.expr, here: Place) -> str:
    """A short array, written out as a list, or worked out of such, is hardly worth a word."""
    return "low" if _is_written_out(array, here) else "high"


def _is_written_out(array: ast.expr, here: Place, depth: int = 0) -> bool:
    """Whether the array holds as many numbers as somebody has written: ``abs(np.array([a, b]) - c)``."""
    if depth > _DEEPEST:
        return False
    match array:
        case ast.Name(id=name):
            value = here.scope.value(name)
            return value is not None and _is_written_out(value, here, depth + 1)
        case ast.Call(args=[ast.List() | ast.Tuple(), *_]):
            return True
        case ast.Call(func=ast.Name(id="abs"), args=[inner]) | ast.UnaryOp(operand=inner):
            return _is_written_out(inner, here, depth + 1)
        case ast.BinOp(left=left, right=right) | ast.Compare(left=left, comparators=[right]):
            return _is_written_out(left, here, depth + 1) or _is_written_out(right, here, depth + 1)
    return False
