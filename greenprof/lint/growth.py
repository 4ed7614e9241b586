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
    """The target and the call of ``x = join([x, more])`` or ``x = join(x, more)``; None for anything else."""
    match statement:
        case ast.Assign(targets=[target], value=ast.Call(args=[first, *_]) as call):
            given = first.elts if isinstance(first, ast.List | ast.Tuple) else call.args
            text = ast.unparse(target)
            return (target, call) if any(ast.unparse(one) == text for one in given) else None
    return None


def loop_of_growth(target: ast.expr, node: CSTNode, here: Place) -> Loop | None:
    """The innermost long loop that carries `target` on from round to round; None if each round starts it anew."""
    loop = here.many(node)
    return None if loop is None or _starts_anew(ast.unparse(target), loop) else loop


def _starts_anew(target: str, loop: Loop) -> bool:
    """Whether a statement of the loop's own body gives `target` a value that does not come from it."""
    if not loop.own_names.isdisjoint(re.findall(r"\w+", target)):  # ``parts[i]`` is another one in each round
        return True
    for statement in getattr(loop.code, "body", ()):
        match statement:
            case ast.Assign(targets=[one], value=value) | ast.AnnAssign(target=one, value=ast.expr() as value):
                if ast.unparse(one) == target and not _mentions(target, value):
                    return True
    return False


def _mentions(target: str, value: ast.expr) -> bool:
    return any(isinstance(one, ast.expr) and ast.unparse(one) == target for one in all_nodes(value))
