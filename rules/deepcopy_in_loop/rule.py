"""A deep copy in each round of a loop."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called, shown
from greenprof.lint.steady import changed_by, path_of, steadiness
from greenprof.lint.uses import assigned_name, is_only_read

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_DEEPCOPY = frozenset({"copy.deepcopy"})


class DeepcopyInLoop(Rule):
    """``copy.deepcopy`` walks through all that an object holds, and asks of each part how it is copied."""

    name = "deepcopy-in-loop"
    group = "memory"
    message = "copies an object with all that it holds in each round of this loop"
    hidden_loops = 1
    fix = "copy what changes only: {**defaults, …}, dataclasses.replace, or a function that makes a fresh one"
    needs_many = True
    screen = Screen(words=frozenset({"deepcopy"}), mentions=frozenset({"deepcopy"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it copies deeply."""
        return any(called(call, piece, _DEEPCOPY) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``copy.deepcopy(template)``."""
        if not node.args:
            return None
        call = here.read_call(node)
        loop = here.many(node) if called(call, here, _DEEPCOPY) and len(call.args) == 1 else None
        if loop is None:
            return None
        original = call.args[0]
        if _is_flat(original, here):
            return Hit(node, fix=f"{shown(original)} holds no further objects: {shown(original)}.copy() is as good")
        name = assigned_name(node, here)
        if name is not None and is_only_read(node, here, loop):
            return Hit(node, confidence="medium", fix=f"{name} is only read: it needs no copy")
        likely = steadiness(original, loop) is not None or _changes_only_itself(node, here, loop)
        return Hit(node, confidence="medium" if likely and not here.is_conditional() else "low")


def _changes_only_itself(node: cst.Call, here: Place, loop: Loop) -> bool:
    """Whether the copy gets values of its own, ``fresh["state"] = "new"``, and nothing inside of it is changed."""
    name = assigned_name(node, here)
    own = inside = 0
    for one in ast.walk(loop.code):
        if (
            isinstance(one, ast.Subscript | ast.Attribute)
            and isinstance(one.ctx, ast.Store)
            and path_of(one) is not None
        ):
            root = (path_of(one) or "").partition(".")[0]
            own += root == name and isinstance(one.value, ast.Name)
            inside += root == name and not isinstance(one.value, ast.Name)
        elif isinstance(one, ast.Call) and name in {path.partition(".")[0] for path in changed_by(one)}:
            inside += 1
    return name is not None and own > 0 and inside == 0


def _is_flat(original: ast.expr, here: Place) -> bool:
    """Whether the file shows that the object is a dict, list or set of constants."""
    if not isinstance(original, ast.Name):
        return False
    values = [one.value for one in here.scope.find(original.id)]
    return len(values) == 1 and values[0] is not None and _holds_constants(values[0])


def _holds_constants(value: ast.expr) -> bool:
    match value:
        case ast.Dict(values=items) | ast.List(elts=items) | ast.Set(elts=items):
            return bool(items) and all(isinstance(one, ast.Constant) for one in items)
    return False
