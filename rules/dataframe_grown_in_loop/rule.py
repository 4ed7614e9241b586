"""A frame that grows in a loop: each round copies all of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called
from greenprof.lint.growth import joined_to_itself, loop_of_growth

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_CONCAT = frozenset({"pandas.concat", "polars.concat", "dask.dataframe.concat", "cudf.concat", "modin.pandas.concat"})
_APPENDS = frozenset({"append", "_append"})


class DataframeGrownInLoop(Rule):
    """Adding to a frame makes a new one of all its columns, so that n rounds copy n² rows."""

    name = "dataframe-grown-in-loop"
    group = "dataframes"
    cost = "row"
    surest = "medium"
    message = "copies the whole frame in each round of this loop"
    hidden_loops = 1
    needs_many = True
    fix = "collect the rows, or the frames, in a list and make one frame of it after the loop"
    screen = Screen(words=_APPENDS | {"concat", "loc"})

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its assignments makes a frame longer."""
        return any(_grown(one, piece) is not None for one in piece.of(ast.Assign))

    def visit_Assign(self, node: cst.Assign, here: Place) -> Hit | None:
        """``df = pd.concat([df, more])``, ``df = df.append(row)``, ``df.loc[len(df)] = row``."""
        statement = here.read_statement(node) if here.loops(node) else None
        grown = _grown(statement, here) if isinstance(statement, ast.Assign) else None
        if grown is None:
            return None
        frame, sure = grown
        if sure == "label" and not _is_new_label(statement, frame, node, here):
            return None
        sure = "high" if sure == "label" else sure
        loop = loop_of_growth(frame, node, here)
        if loop is None or (sure == "list" and not _is_added_to(frame, loop)):
            return None
        if sure == "list":
            return Hit(node.value, confidence="medium", message="joins all frames so far in each round of this loop")
        return Hit(node, confidence="medium" if loop.is_while and sure == "high" else sure)


def _grown(statement: ast.Assign, known: Piece | Place) -> tuple[ast.expr, str] | None:
    """The frame, and how sure it is that it grows here; "list" where a list of frames is joined."""
    joined = joined_to_itself(statement)
    if joined is not None and called(joined[1], known, _CONCAT):
        return joined[0], "high"
    match statement:
        case ast.Assign(value=ast.Call(args=[ast.Name() as frames, *_]) as call) if called(call, known, _CONCAT):
            return frames, "list"
        case ast.Assign(
            targets=[target], value=ast.Call(func=ast.Attribute(value=owner, attr="append" | "_append")) as call
        ) if ast.unparse(target) == ast.unparse(owner):
            told = known.kind(owner) == "dataframe" or any(word.arg == "ignore_index" for word in call.keywords)
            return target, "high" if told else "low"
        case ast.Assign(targets=[ast.Subscript(value=ast.Attribute(value=owner, attr="loc"), slice=index)]):
            if _is_behind_the_end(index, owner):
                return owner, "high"
            return (owner, "label") if isinstance(index, ast.Name) and isinstance(owner, ast.Name) else None
    return None


def _is_new_label(statement: ast.stmt, frame: ast.expr, node: cst.Assign, here: Place) -> bool:
    """Whether rows are set by a number that the loop counts, in a frame that was made without any."""
    assert isinstance(statement, ast.Assign)
    index, loop = ast.unparse(statement.targets[0]), here.many(node)
    if loop is None or loop.iterable is None or not isinstance(loop.iterable, ast.Call):
        return False
    counter = loop.target.partition(",")[0].strip("( ")
    counted = ast.unparse(loop.iterable.func) in ("range", "enumerate") and index.endswith(f"[{counter}]")
    made = here.scope.value(frame.id, before=here.piece.lines.start) if isinstance(frame, ast.Name) else None
    empty = (
        isinstance(made, ast.Call) and not made.args and not any(one.arg in ("data", "index") for one in made.keywords)
    )
    return counted and empty and here.kind(frame) == "dataframe"


def _is_behind_the_end(index: ast.expr, frame: ast.expr) -> bool:
    """``len(df)``, ``len(df.index)``, ``df.shape[0]`` and ``df.index.max() + 1`` as the new row's label."""
    text, label = ast.unparse(frame), ast.unparse(index)
    lengths = (f"len({text})", f"len({text}.index)", f"{text}.shape[0]", f"{text}.index.max()", f"{text}.index[-1]")
    return label in lengths or label in {f"{one} + 1" for one in lengths}


def _is_added_to(frames: ast.expr, loop: Loop) -> bool:
    name = ast.unparse(frames)
    return any(
        isinstance(one, ast.Call) and ast.unparse(one.func) in (f"{name}.append", f"{name}.extend")
        for one in ast.walk(loop.code)
    )
