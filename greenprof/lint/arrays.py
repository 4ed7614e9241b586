"""What is a NumPy array, as far as the file shows."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_ARRAY = re.compile(
    r"""
    (?:
        numpy\.(?:
            ndarray | typing\.NDArray | array | asarray | ascontiguousarray | zeros | ones | empty | full | zeros_like
            | ones_like | empty_like | full_like | arange | linspace | logspace | geomspace | eye | loadtxt | genfromtxt
            | fromfile | frombuffer | fromiter | load | concatenate | stack | vstack | hstack | repeat | tile | cumsum
            | diff | sort | argsort | sqrt | exp | log | sin | cos | tan | abs | clip | where | matmul | unique
            | random\.(?:rand | randn | randint | random | normal | uniform)
            | random\.(?:default_rng | RandomState)\(\)\.(?:random | normal | uniform | integers | standard_normal
                | exponential | poisson | permutation | rand | randn | randint)
        )\(\)
        | pandas\.(?:DataFrame | Series | read_\w+)\(\)(?:\[\] | \.\w+(?:\(\))?)*\.(?:to_numpy\(\) | values)
    )
    (?:\.(?:reshape | astype | copy | ravel | flatten | transpose | clip | round | cumsum)\(\) | \.T | \[:\])*
    """,
    re.VERBOSE,
)


_DEEPEST = 5


def is_array(expr: ast.expr, known: Piece | Place, depth: int = 0) -> bool:
    """Whether `expr` surely is a NumPy array with at least one dimension, or arithmetic with one."""
    if depth > _DEEPEST:
        return False
    origins = known.origins(expr)
    if origins and all(map(_ARRAY.fullmatch, origins)):
        return True
    match expr:
        case ast.BinOp(left=left, right=right):
            return is_array(left, known, depth + 1) or is_array(right, known, depth + 1)
        case ast.UnaryOp(operand=operand):
            return is_array(operand, known, depth + 1)
        case ast.Name(id=name):
            values = [None if one.element or one.instance else one.value for one in known.scope.find(name)]
            return bool(values) and all(one is not None and is_array(one, known, depth + 1) for one in values)
    return False
