"""Rows of a DataFrame taken one by one as Series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.place import Place


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
