"""Rows of a DataFrame taken one by one as Series."""

from __future__ import annotations

import ast
import keyword
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.hoist import is_only_in
from greenprof.lint.local import is_inside, uses_of
from greenprof.lint.tree import all_nodes
from greenprof.lint.uses import assigned_name

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


# The loop itself, and what is done with numbers, texts and lists.
_LIGHT = re.compile(
    r"iterrows|enumerate|zip|range|reversed|tqdm|int|float|str|bool|len|abs|round|min|max|sum|any|all|list|tuple|set|dict"
    r"|sorted|isinstance|append|extend|add|insert|update|setdefault|get|items|keys|values|copy|to_dict|lower|upper|strip"
    r"|split|join|replace|format|startswith|endswith|sort|array|sqrt|log|exp|sin|cos|isnan|isfinite|isna|isnull|notna"
    r"|notnull|hypot|floor|ceil|print"
)


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


def _only_columns_are_read(node: cst.Call, here: Place) -> bool:
    """Whether a loop over the rows only reads columns of each that it names, where a tuple would do as well."""
    loop = next(
        (above for above, below in pairwise([*here.trail, node]) if below is getattr(above, "iter", None)), None
    )
    if loop is None:
        return False
    statement: Any = loop
    if type(loop).__name__ == "For":
        row, code = _row_named(here.read(statement.target), here.read(statement.iter)), here.read_statement(loop)
    else:
        row, code = _row_named(here.read(statement.target), here.read(statement.iter)), here.read(here.comprehension)
    return row is not None and _is_taken_apart(row, code) and _is_light(code)


def _is_light(code: ast.AST) -> bool:
    """Whether a round only calls what takes no longer than a Series: other functions may do the real work."""
    calls = (one.func for one in all_nodes(code) if isinstance(one, ast.Call))
    return all(_LIGHT.fullmatch(func.attr if isinstance(func, ast.Attribute) else ast.unparse(func)) for func in calls)


def _row_named(target: ast.expr, items: ast.expr) -> str | None:
    """The name of the row in ``for number, (index, row) in enumerate(df.iterrows())``."""
    match target, items:
        case ast.Tuple(elts=[_, ast.Name(id=row)]), ast.Call(func=ast.Attribute(attr="iterrows")):
            return row
        case ast.Tuple(elts=[_, inner]), ast.Call(func=ast.Name(id="enumerate"), args=[of, *_]):
            return _row_named(inner, of)
        case ast.Tuple(elts=parts), ast.Call(func=ast.Name(id="zip"), args=given) if len(parts) == len(given):
            return next((row for each in zip(parts, given, strict=True) if (row := _row_named(*each))), None)
        case _, ast.Call(args=[of, *_]):
            return _row_named(target, of)
    return None


def _is_taken_apart(row: str, code: ast.AST) -> bool:
    """``row["price"]``, ``row.price``, ``row.get("price")`` and ``row.to_dict()``, but not ``store(row)``."""
    nodes = all_nodes(code)
    calls = {id(one.func): one for one in nodes if isinstance(one, ast.Call)}
    apart: set[int] = set()
    for one in nodes:
        match one:
            case ast.Subscript(value=ast.Name() as name, slice=ast.Constant(), ctx=ast.Load()):
                apart.add(id(name))
            case ast.Attribute(value=ast.Name() as name, attr=attr, ctx=ast.Load()):
                call = calls.get(id(one))
                first = call.args[0] if call is not None and call.args else None
                if call is None or attr == "to_dict" or (attr == "get" and isinstance(first, ast.Constant)):
                    apart.add(id(name))
    loads = (one for one in nodes if isinstance(one, ast.Name) and one.id == row and isinstance(one.ctx, ast.Load))
    return all(id(one) in apart for one in loads)


class DataframeIterrows(Rule):
    """``iterrows`` builds a Series object for every row."""

    name = "dataframe-iterrows"
    group = "dataframes"
    cost = "row"
    surest = "medium"
    message = "iterrows makes a Series of every row"
    fix = "work on whole columns; where a loop is needed, itertuples"
    needs_many = True
    screen = Screen(words=frozenset({"iterrows", "iloc", "loc"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether rows are taken one by one."""
        return "iterrows" in piece.words or ("loop" in piece.words and any(_row_of(one) for one in piece.nodes))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``df.iterrows()`` that a loop, or another function, goes through."""
        frame = here.receiver(node) if here.method(node) == "iterrows" and not node.args else None
        if frame is None or ast.unparse(frame) == "self":
            return None
        if not here.is_iterated(node) and not _is_gone_through(node, here):
            return None
        if _only_columns_are_read(node, here):
            return Hit(node, items=frame, unless_many="medium")
        # Who is handed the row, or a column that is worked out, may need a Series however many rows there are.
        return Hit(node, confidence="medium", unless_many="low")

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
        return Hit(
            node,
            confidence="medium",
            unless_many="medium",
            message="looks up one row of the frame in each round of this loop",
        )

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
