"""Rows of a DataFrame taken one by one as Series."""

from __future__ import annotations

import ast
import keyword
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.hoist import is_only_in
from greenprof.lint.local import is_inside, uses_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


class DataframeIterrows(Rule):
    """``iterrows`` builds a Series object for every row."""

    name = "dataframe-iterrows"
    group = "dataframes"
    cost = "row"
    message = "iterrows makes a Series of every row"
    fix = "work on whole columns; where a loop is needed, itertuples"
    screen = Screen(words=frozenset({"iterrows"}))

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``df.iterrows()`` that a loop goes through."""
        if here.method(node) != "iterrows" or node.args or not here.is_iterated(node):
            return None
        return Hit(node)

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
