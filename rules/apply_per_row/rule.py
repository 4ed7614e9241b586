"""A Python function called for every row of a frame."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_ALONG_AXIS = frozenset({"numpy.apply_along_axis"})
_VECTORIZE = frozenset({"numpy.vectorize"})
_APPLIES = frozenset({"apply", "progress_apply", "parallel_apply"})


class ApplyPerRow(Rule):
    """``apply(…, axis=1)`` makes a Series of every row and calls a Python function with it."""

    name = "apply-per-row"
    group = "dataframes"
    cost = "row"
    message = "makes a Series of every row and calls a Python function with it"
    hidden_loops = 1
    fix = "work on whole columns: arithmetic, where, map, merge; zip the columns where a loop is needed"
    needs_many = True
    screen = Screen(words=_APPLIES | {"agg", "aggregate", "transform", "apply_along_axis", "vectorize"}, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls goes row by row."""
        return any(_certainty(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``df.apply(function, axis=1)``."""
        if here.method(node) not in self.screen.words and not node.args:
            return None
        call = here.read_call(node)
        sure = _certainty(call, here)
        if sure is None:
            return None
        if called(call, here, _ALONG_AXIS):
            return Hit(node, confidence="medium", message="calls a Python function for every row of an array")
        if called(call, here, _VECTORIZE):
            words = "vectorize is a loop in Python: it calls the function for every item of the array"
            return Hit(node, confidence=sure, message=words, items=here.receiver(node))
        return Hit(node, confidence=sure, items=here.receiver(node))


def _certainty(call: ast.Call, known: Piece | Place) -> str | None:  # noqa: PLR0911  (one return per form)
    """How sure it is that `call` runs a function row by row; None if it does not."""
    if called(call, known, _ALONG_AXIS):
        return "high"
    if called(call, known, _VECTORIZE):
        return "medium" if call.args else None
    func = call.func
    if not isinstance(func, ast.Attribute) or not call.args or not _is_by_row(call):
        return None
    if func.attr in ("agg", "aggregate", "transform"):
        named = isinstance(call.args[0], ast.Constant | ast.List | ast.Dict)  # pandas knows what is told by name
        return "high" if not named and known.kind(func.value) == "dataframe" else None
    if func.attr not in _APPLIES:
        return None
    if isinstance(func.value, ast.Attribute) and func.value.attr == "style":
        return None  # a Styler colours a table for people
    if any(word.arg == "raw" for word in call.keywords):
        return "low"
    return "high" if known.kind(func.value) == "dataframe" else "medium"


def _is_by_row(call: ast.Call) -> bool:
    axis = next(
        (word.value for word in call.keywords if word.arg == "axis"), call.args[1] if len(call.args) > 1 else None
    )
    return isinstance(axis, ast.Constant) and axis.value in (1, "columns") and axis.value is not True
