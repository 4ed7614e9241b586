"""Every column selected where a few are used."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen, SqlHit
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.row_uses import columns_used, is_used_once
from greenprof.lint.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

FEW = 3
_STAR = re.compile(r"\s*select\s+(?:distinct\s+)?(?P<star>(?:\w+\.)?\*)\s+from\b", re.IGNORECASE)


class SelectStar(Rule):
    """Name the columns: the database reads and sends less, and an index may hold all that is asked for."""

    name = "select-star"
    group = "database"
    cost = "row"
    surest = "medium"
    message = "selects every column, and uses few of them"
    hidden_loops = 1
    fix = "name the columns that are used in place of *"
    screen = Screen(words=frozenset({"for", "map"}), mentions=frozenset({"execute", "fetchall", "fetch"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it goes through something that may be rows, reading few columns."""
        return any(
            rows_of(found[0], piece)
            for one in piece.of(ast.For, ast.AsyncFor, ast.Call, *COMPREHENSIONS)
            if (found := _used(one))
        )

    def find_in_sql(self, statement: str) -> Iterator[SqlHit]:
        """``SELECT * FROM orders``; who reads the rows is not known here."""
        if match := _STAR.match(statement):
            yield SqlHit(match.end("star") - 1, "low", "selects every column: who reads few of them pays for all")

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``[row["name"] for row in rows]``."""
        return _judge(node, here)

    def visit_SetComp(self, node: cst.SetComp, here: Place) -> Hit | None:
        """``{row["name"] for row in rows}``."""
        return _judge(node, here)

    def visit_DictComp(self, node: cst.DictComp, here: Place) -> Hit | None:
        """``{row["id"]: row["name"] for row in rows}``."""
        return _judge(node, here)

    def visit_GeneratorExp(self, node: cst.GeneratorExp, here: Place) -> Hit | None:
        """``dict((row["id"], row["name"]) for row in rows)``."""
        return _judge(node, here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``map(lambda row: row["name"], rows)``."""
        return _judge(node, here) if here.method(node) == "map" and len(node.args) == 2 else None

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for row in rows: print(row["name"])``."""
        confidence = _confidence(here.read_statement(node), here)
        return Hit(node.iter, confidence=confidence) if confidence else None


def _judge(node: cst.BaseExpression, here: Place) -> Hit | None:
    confidence = _confidence(here.read(node), here)
    return Hit(node, confidence=confidence) if confidence else None


def _confidence(code: ast.AST, here: Place) -> str | None:
    found = _used(code)
    rows = rows_of(found[0], here.piece) if found is not None else None
    if found is None or rows is None or rows.sql is None or not is_used_once(found[0], here.piece):
        return None
    return rows.confidence if _STAR.match(rows.sql) else None


def _used(code: ast.AST) -> tuple[ast.expr, frozenset[str]] | None:
    used = columns_used(code, even_if_chosen=True)
    return used if used is not None and len(used[1]) <= FEW else None
