"""How often something may happen in one run of a piece of code: one branch of an ``if`` is taken, not both."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

_MANY = 2  # in a loop: at least as often
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


def most_in_one_run(body: Sequence[ast.stmt], is_meant: Callable[[ast.AST], bool], after: int = 0) -> int:
    """The largest number of nodes that `is_meant` which one run of `body`, and of what follows, may reach.

    A node in a loop counts as two. ``after`` is the number for what follows.
    """
    rest = after
    for statement in reversed(body):
        match statement:
            case ast.If(test=test, body=then, orelse=otherwise):
                branches = (most_in_one_run(one, is_meant, rest) for one in (then, otherwise))
                rest = _in_expression(test, is_meant) + max(branches)
            case ast.For(body=inner) | ast.While(body=inner):
                rest += _MANY * most_in_one_run(inner, is_meant)
            case ast.Return() | ast.Raise():
                rest = _in_expression(statement, is_meant)
            case ast.Break() | ast.Continue():
                rest = 0
            case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                pass
            case _:
                rest += _in_expression(statement, is_meant)
    return rest


def _in_expression(node: ast.AST, is_meant: Callable[[ast.AST], bool]) -> int:
    if isinstance(node, ast.IfExp):
        branches = max(_in_expression(node.body, is_meant), _in_expression(node.orelse, is_meant))
        return _in_expression(node.test, is_meant) + branches
    if isinstance(node, ast.Lambda):
        return 0
    inside = sum(_in_expression(child, is_meant) for child in ast.iter_child_nodes(node))
    return is_meant(node) + (_MANY * inside if isinstance(node, _COMPREHENSIONS) else inside)
