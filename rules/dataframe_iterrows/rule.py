"""Rows of a DataFrame taken one by one as Series."""

from __future__ import annotations

import ast
import keyword
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.hoist import is_only_in
from greenprof.lint.local import is_inside, uses_of
from greenprof.lint.uses import assigned_name

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


def _row_of(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """``df`` and ``i`` of ``df.iloc[i]`` and ``df.loc[i, "name"]``, where they are read."""
    match node:
        case ast.Subscript(value=ast.Attribute(value=frame, attr="iloc" | "loc"), slice=index, ctx=ast.Load()):
            index = index.elts[0] if isinstance(index, ast.Tuple) and index.elts else index
            return (frame, index) if isinstance(index, ast.Name) else None
    return None


def _is_gone_through(node: cst.Call, here: Place) -> bool:
    """Whether all rows are taken: by ``list`` or ``map``, or by a loop over a name; one ``next`` takes the first."""
    name = assigned_name(node, here)
    if name is not None:
        return any(_takes_all(one, name) for one in ast.walk(here.scope.node))
    call: Any = here.trail[-2] if type(here.parent).__name__ == "Arg" else None
    return type(call).__name__ == "Call" and here.method(call) in ("list", "tuple", "map", "filter", "deque")


def _takes_all(node: ast.AST, name: str) -> bool:
    match node:
        case ast.For(iter=items) | ast.AsyncFor(iter=items) | ast.comprehension(iter=items):
            return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(items))
        case ast.While(test=test):
            return ast.unparse(test).find(f"next({name}") >= 0
    return False


class DataframeIterrows(Rule):
    """``iterrows`` builds a Series object for every row."""

    name = "dataframe-iterrows"
    group = "dataframes"
    cost = "row"
    message = "iterrows makes a Series of every row"
    fix = "work on whole columns; where a loop is needed, itertuples"
    needs_many = True
    screen = Screen(words=frozenset({"iterrows", "iloc", "loc"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether rows are taken one by one."""
        return "iterrows" in piece.words or ("loop" in piece.words and any(_row_of(one) for one in piece.nodes))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``df.iterrows()`` that a loop, or another function, goes through."""
        if here.method(node) != "iterrows" or node.args:
            return None
        return Hit(node, items=here.receiver(node)) if here.is_iterated(node) or _is_gone_through(node, here) else None

    def visit_Subscript(self, node: cst.Subscript, here: Place) -> Hit | None:
        """``df.iloc[i]`` for each ``i`` in ``range(len(df))``, ``df.loc[i, "name"]`` for each in ``df.index``."""
        loop = here.many(node) if type(node.value).__name__ == "Attribute" else None
        taken = _row_of(here.read(node)) if loop is not None else None
        if taken is None or loop is None or loop.iterable is None or here.kind(taken[0]) != "dataframe":
            return None
        frame, index = taken
        name = ast.unparse(frame)
        every = (f"range(len({name}))", f"range({name}.shape[0])", f"range(len({name}.index))", f"{name}.index")
        if ast.unparse(index) != loop.target or ast.unparse(loop.iterable) not in every:
            return None
        return Hit(node, confidence="medium", message="looks up one row of the frame in each round of this loop")

    def repair(self, site: Site) -> Repair | None:
        """``itertuples``, whose rows keep the type of each column: so this is not safe."""
        call, loop = site.node, site.parent(site.node)
        match call, loop:
            case (
                ast.Call(func=ast.Attribute(attr="iterrows")),
                ast.For(target=ast.Tuple(elts=[ast.Name(id=index), ast.Name(id=row)]) as target),
            ):
                pass
            case _:
                return None
        uses = uses_of(row, site.scope, site.code)
        if uses is None or not is_only_in(index, target, site) or not is_only_in(row, loop, site):
            return None
        edits = [site.rename_method(call, "itertuples"), site.rewrite(site.code.span(target), row, inside=target)]
        edits.append(site.insert_argument(call, "index=False"))
        for use in uses:
            match use.whole:
                case ast.Subscript(slice=ast.Constant(value=str() as column)) if use.how == "item":
                    if not column.isidentifier() or column.startswith("_") or keyword.iskeyword(column):
                        return None
                    edits.append(site.replace_end(use.name, use.whole, f".{column}"))
                case _ if not (use.how == "stored" and is_inside(use.name, target, site.code)):
                    return None
        return Repair(tuple(edits), safe=False)
