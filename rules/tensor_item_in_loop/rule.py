"""The numbers of a tensor taken out of it one by one."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.arrays import is_tensor
from greenprof.lint.calls import last_name
from greenprof.lint.length import LONG, rounds_of
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place

_TAKES = frozenset({"item", "cpu", "numpy"})
_NUMBERS = frozenset({"float", "int"})
_LEARNS = frozenset({"backward", "step"})


class TensorItemInLoop(Rule):
    """Each ``item()`` makes a tensor of one number, and waits for the device to have worked it out."""

    name = "tensor-item-in-loop"
    group = "ml"
    message = "takes one number out of a tensor in each round of this loop"
    fix = "take all of them out at once before the loop: tensor.tolist(); or calculate with the whole tensor"
    needs = ("torch",)
    screen = Screen(words=_TAKES | _NUMBERS, mentions=frozenset({"torch"}))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``[score.item() for score in scores]``, ``float(scores[i])``; low: ``loss.item()`` in a step of training.

        Low as well is a number by its place in a loop over something else, such as the processes of a job.
        """
        taken, loop = _taken(node, here), here.many(node)
        if taken is None or loop is None or loop.is_while:
            return None
        tensor = _gone_through(taken, loop)
        if tensor is not None and is_tensor(tensor, here):
            return Hit(node, confidence="high" if _takes_all(taken, tensor, loop) else "low")
        if here.method(node) == "item" and isinstance(taken, ast.Name) and _is_step_on_gpu(loop, here):
            return Hit(
                node,
                confidence="low",
                message="waits for the GPU in each step of the training, to look at one number",
                fix="add up loss.detach() on the device, and take the sum out once for each epoch",
            )
        return None


def _taken(node: cst.Call, here: Place) -> ast.expr | None:
    """``x`` of ``x.item()`` and of ``float(x)``; None if nothing is taken out."""
    if here.method(node) in _TAKES:
        return here.receiver(node) if not node.args else None
    match here.read_call(node):
        case ast.Call(func=ast.Name(id=name), args=[ast.Name() | ast.Subscript() as taken]) if name in _NUMBERS:
            return taken
    return None


def _gone_through(taken: ast.expr, loop: Loop) -> ast.expr | None:
    """The tensor of which `taken` is the item of this round; None if it is not."""
    iterable = loop.iterable
    match taken, iterable:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="enumerate"), args=[items, *_]):
            return items if loop.target.endswith(f", {name})") else None
        case ast.Name(id=name), ast.Call(func=ast.Name(id="zip"), args=items):
            names = [one.strip() for one in loop.target.strip("()").split(",")]
            return items[names.index(name)] if name in names and len(names) == len(items) else None
        case ast.Name(id=name), ast.expr():
            return iterable if loop.target == name else None
        case ast.Subscript(value=tensor, slice=ast.Name() | ast.Tuple() as place), ast.expr():
            return tensor if loop.changes(place) and not loop.changes(tensor) else None
    return None


def _takes_all(taken: ast.expr, tensor: ast.expr, loop: Loop) -> bool:
    """Whether the rounds are as many as the tensor has items, or as data decide; not one for each process or axis."""
    if isinstance(taken, ast.Name) or rounds_of(loop) == LONG:
        return True
    return any(ast.unparse(one) == ast.unparse(tensor) for one in all_nodes(loop.iterable) if isinstance(one, ast.expr))


def _is_step_on_gpu(loop: Loop, here: Place) -> bool:
    """Whether a round is a step of training, whose file speaks of a GPU, and always looks at the number."""
    calls = {last_name(one) for one in all_nodes(loop.code) if isinstance(one, ast.Call)}
    if not calls >= _LEARNS or here.is_conditional():
        return False
    return any(
        (isinstance(one, ast.Attribute) and one.attr == "cuda")
        or (isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.startswith("cuda"))
        for one in all_nodes(here.scope.module.node)
    )
