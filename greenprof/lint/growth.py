"""Values that are made anew in each round of a loop from what they were: ``x = join([x, more])``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place


def joined_to_itself(statement: ast.stmt) -> tuple[ast.expr, ast.Call] | None:
    """The target and the call of ``x = join([x, more])`` or ``x = join(x, more)``; None for anything else.

    Also ``x = part if x is None else join([x, part])``, and ``x[k] = join(x.get(k, empty), more)``.
    """
    match statement:
        case ast.Assign(targets=[target], value=ast.Call() | ast.IfExp() as value):
            branches = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
            for call in branches:
                if isinstance(call, ast.Call) and call.args:
                    first = call.args[0]
                    given = first.elts if isinstance(first, ast.List | ast.Tuple) else call.args
                    if any(is_value_of(target, one) for one in given):
                        return target, call
    return None


def is_value_of(target: ast.expr, value: ast.expr) -> bool:
    """Whether `value` is what `target` held before: the same code, or ``x.get(k, default)`` for ``x[k]``."""
    match target, value:
        case ast.Subscript(value=owner, slice=key), ast.Call(
            func=ast.Attribute(value=other, attr="get"), args=[asked, *_]
        ):
            return ast.unparse(owner) == ast.unparse(other) and ast.unparse(key) == ast.unparse(asked)
    return target.__class__ is value.__class__ and ast.unparse(target) == ast.unparse(value)


def comes_again(target: ast.expr, loop: Loop) -> bool:
    """Whether the loop shows that the key of ``x[key]`` may be one of a round before: ``x.get(key)``, ``key in x``."""
    if not isinstance(target, ast.Subscript):
        return False
    owner, key = ast.unparse(target.value), ast.unparse(target.slice)
    for node in ast.walk(loop.code):
        match node:
            case ast.Call(func=ast.Attribute(value=other, attr="get" | "setdefault"), args=[asked, *_]):
                if (ast.unparse(other), ast.unparse(asked)) == (owner, key):
                    return True
            case ast.Compare(left=asked, ops=[ast.In() | ast.NotIn()], comparators=[other]):
                if (ast.unparse(other), ast.unparse(asked)) == (owner, key):
                    return True
    return False


def loop_that_grows(node: CSTNode, here: Place) -> Loop | None:
    """As ``here.many``, but a loop over batches counts too: what grows is copied for each batch."""
    batched = (loop for loop in here.loops(node) if loop.is_long or (loop.is_batched and not loop.left_after))
    return next(batched, None)


def loop_of_growth(target: ast.expr, node: CSTNode, here: Place) -> Loop | None:
    """The innermost long loop that carries `target` on from round to round; None if each round starts it anew."""
    loop = loop_that_grows(node, here)
    return None if loop is None or _starts_anew(ast.unparse(target), loop) else loop


def _starts_anew(target: str, loop: Loop) -> bool:
    """Whether a statement of the loop's own body gives `target` a value that does not come from it."""
    code = ast.parse(target, mode="eval").body
    if not loop.own_names.isdisjoint(re.findall(r"\w+", target)) and not comes_again(code, loop):
        return True  # ``parts[i]`` is another one in each round
    for statement in getattr(loop.code, "body", ()):
        match statement:
            case ast.Assign(targets=[one], value=value) | ast.AnnAssign(target=one, value=ast.expr() as value):
                if ast.unparse(one) == target and not _mentions(target, value) and not isinstance(one, ast.Subscript):
                    return True
    return False


def _mentions(target: str, value: ast.expr) -> bool:
    return any(isinstance(one, ast.expr) and ast.unparse(one) == target for one in all_nodes(value))
