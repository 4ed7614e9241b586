"""An array that grows in a loop: each round copies all of it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.growth import joined_to_itself, loop_of_growth
from greenprof.lint.kinds import words

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_NAMES = words("append concatenate concat vstack hstack dstack row_stack column_stack stack insert cat")
_JOINS = re.compile(rf"(?:numpy|cupy|jax\.numpy|torch|tensorflow)\.(?:{'|'.join(sorted(_NAMES))})")


class ArrayGrownInLoop(Rule):
    """``np.append`` makes a new array and copies the old one, so that n rounds copy n² items."""

    name = "array-grown-in-loop"
    group = "dataframes"
    message = "copies the whole array in each round of this loop"
    hidden_loops = 1
    fix = "append to a list and make one array of it after the loop, or fill np.empty(n) by index"
    needs_many = True
    screen = Screen(words=_NAMES | {"r_", "c_"}, mentions=frozenset({"numpy", "cupy", "jax", "torch", "tensorflow"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its assignments makes an array longer."""
        return any(_grown(one, piece) is not None for one in piece.of(ast.Assign))

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``a = np.append(a, x)``, ``a = np.concatenate([a, more])``."""
        statement = here.read_statement(node) if here.loops(node) else None
        array = _grown(statement, here) if isinstance(statement, ast.Assign) else None
        loop = loop_of_growth(array, node, here) if array is not None else None
        if loop is None:
            return None
        return Hit(node, confidence="medium" if loop.is_while or here.is_conditional() else "high")


def _grown(statement: ast.Assign, known: Piece | Place) -> ast.expr | None:
    match statement:
        case ast.Assign(
            targets=[target],
            value=ast.Subscript(value=ast.Attribute(attr="r_" | "c_") as joins, slice=ast.Tuple(elts=parts)),
        ):
            itself = any(ast.unparse(one) == ast.unparse(target) for one in parts)
            return target if itself and known.origins(joins) <= {"numpy.r_", "numpy.c_"} else None
    joined = joined_to_itself(statement)
    if joined is None:
        return None
    origins = known.origins(joined[1].func)
    return joined[0] if origins and all(map(_JOINS.fullmatch, origins)) else None
