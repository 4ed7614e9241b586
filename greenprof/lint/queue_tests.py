"""Queues that were asked whether something is in them."""

from __future__ import annotations

import ast
from collections.abc import Mapping

_LEAVES = (ast.Return, ast.Continue, ast.Break, ast.Raise)


def is_behind_test_of_queue(node: ast.AST, queue: str, above: Mapping[ast.AST, ast.AST]) -> bool:
    """Whether `node` runs only where a test has found something in `queue`, written as there.

    ``if not queue.empty(): …``, the ``else`` of ``if queue.empty()``, and what stands behind
    ``if queue.empty(): return``. `above` gives the node above each.
    """
    below = node
    while (parent := above.get(below)) is not None:
        match parent:
            case ast.If(test=test, body=body) | ast.While(test=test, body=body) if below is not test:
                if _says(test, queue, filled=below in body):
                    return True
            case ast.IfExp(test=test, body=chosen) if below is not test:
                if _says(test, queue, filled=below is chosen):
                    return True
        if any(_leaves_if_empty(one, queue) for one in _before(below, parent)):
            return True
        below = parent
    return False


def _before(below: ast.AST, parent: ast.AST) -> list[ast.stmt]:
    """The statements before `below` in its block."""
    blocks = [getattr(parent, field, None) for field in ("body", "orelse", "finalbody")]
    block = next((one for one in blocks if isinstance(one, list) and below in one), [])
    return block[: block.index(below)] if block else []


def _leaves_if_empty(statement: ast.stmt, queue: str) -> bool:
    return (
        isinstance(statement, ast.If)
        and isinstance(statement.body[-1], _LEAVES)
        and _says(statement.test, queue, filled=False)
    )


def _says(test: ast.expr, queue: str, *, filled: bool) -> bool:
    """Whether `test` holds only where something is in the queue; without `filled`, wherever nothing is."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _says(operand, queue, filled=not filled)
        case ast.BoolOp(op=ast.And() | ast.Or() as joined, values=values):
            return isinstance(joined, ast.And) == filled and any(_says(one, queue, filled=filled) for one in values)
        case ast.Compare(left=ast.Call() as size, ops=[operator], comparators=[ast.Constant(value=number)]):
            some = (isinstance(operator, ast.Gt | ast.NotEq) and number == 0) or (
                isinstance(operator, ast.GtE) and number == 1
            )
            none = isinstance(operator, ast.Eq | ast.LtE) and number == 0
            return _asked(size, queue) == "qsize" and (some if filled else none)
        case ast.Call():
            return _asked(test, queue) == ("qsize" if filled else "empty")
    return False


def _asked(call: ast.Call, queue: str) -> str | None:
    match call:
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[]) if ast.unparse(value) == queue:
            return attr
    return None
