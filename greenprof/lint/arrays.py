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
            | absolute | square | sign | floor | ceil | round | maximum | minimum | mod | power | isfinite | isnan
            | isinf | logical_(?:and | or | not | xor) | isin | isclose | greater | less | equal
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
_NO_ARRAY = (ast.In, ast.NotIn, ast.Is, ast.IsNot)
_TENSOR = re.compile(
    r"torch\.(?:Tensor|tensor|as_tensor|from_numpy|zeros|ones|empty|full|rand|randn|randint|arange|linspace|stack|cat"
    r"|argmax|argmin|argsort|nonzero|softmax|sigmoid|exp|log|abs|sqrt|cumsum|flatten|squeeze|unsqueeze|clamp|round"
    r"|zeros_like|ones_like|rand_like|randn_like|randperm|bincount|unique)\(\)"
    r"(?:\.(?:squeeze|unsqueeze|view|reshape|flatten|clone|detach|float|long|int|double|half|argmax|argmin|softmax"
    r"|sigmoid|abs|sqrt|exp|log|clamp|round|cumsum|argsort|t|cpu|cuda|to)\(\)|\[:\])*"
)


def is_column(expr: ast.expr, known: Piece | Place) -> bool:
    """Whether `expr` surely is a column of a frame, ``df["price"]``, or a Series."""
    match expr:
        case ast.Subscript(value=frame, slice=ast.Constant(value=str())):
            return known.kind(frame) == "dataframe"
    return known.origins(expr) == {"pandas.Series()"}


def is_tensor(expr: ast.expr, known: Piece | Place) -> bool:
    """Whether `expr` surely is a tensor of PyTorch."""
    origins = known.origins(expr)
    return bool(origins) and all(map(_TENSOR.fullmatch, origins))


def is_array(expr: ast.expr, known: Piece | Place, depth: int = 0) -> bool:  # noqa: PLR0911  (one return per form)
    """Whether `expr` surely is a NumPy array with at least one dimension, or arithmetic with one."""
    if depth > _DEEPEST:
        return False
    origins = known.origins(expr)
    if origins and all(map(_ARRAY.fullmatch, origins)):
        return True
    match expr:
        case ast.BinOp(left=left, right=right):
            return is_array(left, known, depth + 1) or is_array(right, known, depth + 1)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Invert(), operand=operand):
            return is_array(operand, known, depth + 1)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if not isinstance(op, _NO_ARRAY):
            return is_array(left, known, depth + 1) or is_array(right, known, depth + 1)
        case ast.Subscript(value=value, slice=ast.Slice() | ast.Compare() as part):
            return is_array(value, known, depth + 1) and (
                isinstance(part, ast.Slice) or is_array(part, known, depth + 1)
            )
        case ast.Call(func=ast.Name(id="abs"), args=[argument]):
            return is_array(argument, known, depth + 1)
        case ast.Name(id=name):
            values = [None if one.element or one.instance else one.value for one in known.scope.find(name)]
            return bool(values) and all(one is not None and is_array(one, known, depth + 1) for one in values)
    return False
