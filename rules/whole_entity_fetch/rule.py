"""Whole objects fetched where one or two of their columns are used."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.databases import weakest
from greenprof.lint.row_numbers import may_be_many
from greenprof.lint.row_uses import columns_confidence, columns_used, given_to, is_used_once
from greenprof.lint.rows import ROW_MENTIONS, rows_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

FEW = 2
# What names a column of its own rather than an object of another table, or something computed.
_SCALAR = re.compile(
    r"""(?:^|_)(?:
    id | pk | uuid | guid | name | title | slug | code | key | value | email | e_?mail | username | login | phone
    | price | cost | amount | total | quantity | qty | date | time | datetime | timestamp | created | updated | modified
    | year | month | day | hour | status | state | type | kind | path | filename | text | body | content | description
    | number | num | size | weight | height | width | length | age | score | rank | rating | level | position | version
    | hash | digest | token | city | street | country | zip | zipcode | postcode | address | lat | lon | lng
    | first | last | surname | sku | isbn | barcode | currency | locale | language | duration | at | on
    )$""",
    re.VERBOSE,
)
_LOADERS = frozenset({"select_related", "prefetch_related", "options"})
# They make one number of it, which is another rule's.
_OTHERS = frozenset({"sum", "min", "max", "mean", "fmean", "median", "Counter", "len"})


class WholeEntityFetch(Rule):
    """Fetch the columns that are used: no objects are built, and less is sent."""

    name = "whole-entity-fetch"
    group = "database"
    cost = "row"
    message = "builds whole objects of which few columns are used"
    hidden_loops = 1
    fix = "ask for the columns: select(Model.name), .values_list(…)"
    screen = Screen(words=frozenset({"for", "map"}), mentions=ROW_MENTIONS, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it goes through something that may be rows, reading few columns."""
        return any(
            rows_of(found[0], piece)
            for one in piece.of(ast.For, ast.AsyncFor, ast.Call, *COMPREHENSIONS)
            if (found := _used(one))
        )

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``[user.email for user in users]``."""
        return self._judge(node, here)

    def visit_SetComp(self, node: cst.SetComp, here: Place) -> Hit | None:
        """``{user.email for user in users}``."""
        return self._judge(node, here)

    def visit_DictComp(self, node: cst.DictComp, here: Place) -> Hit | None:
        """``{user.id: user.email for user in users}``."""
        return self._judge(node, here)

    def visit_GeneratorExp(self, node: cst.GeneratorExp, here: Place) -> Hit | None:
        """``", ".join(user.email for user in users)``."""
        return self._judge(node, here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``map(lambda user: user.email, users)``."""
        return self._judge(node, here) if here.method(node) == "map" and len(node.args) == 2 else None

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for user in users: send(user.email)``."""
        return _hit(node.iter, here.read_statement(node), here)

    def _judge(self, node: cst.BaseExpression, here: Place) -> Hit | None:
        if given_to(here) in _OTHERS:
            return None
        return _hit(node, here.read(node), here)


def _hit(node: cst.BaseExpression, code: ast.AST, here: Place) -> Hit | None:
    found = _used(code)
    rows = rows_of(found[0], here.piece) if found is not None else None
    if found is None or rows is None or rows.entity is None or not is_used_once(found[0], here.piece):
        return None
    if rows.query.methods & _LOADERS:
        return None  # the objects behind them are wanted
    sure = columns_confidence(found[1], rows, here.piece)
    if sure == "medium" and not all(map(_SCALAR.search, found[1])):
        sure = "low"
    if sure is None:
        return None
    # How wide a row is, no file of it tells; of a few that belong to one thing it does not matter.
    worth = "medium" if may_be_many(rows) else "low"
    return Hit(node, confidence=weakest(rows.confidence, sure), worth=worth)


def _used(code: ast.AST) -> tuple[ast.expr, frozenset[str]] | None:
    used = columns_used(code)
    return used if used is not None and len(used[1]) <= FEW else None
