"""A database query for each round of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.databases import MENTIONS, READS, statement_sent, use_of_query, weakest
from greenprof.lint.relations import lazy_relation, relation_names

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

# A statement that asks for several things at once, or a part of it that was put together for that.
_SEVERAL = re.compile(r"\bIN\s*\(|\bANY\s*\(|\bin_\(|__in\b|\w*clause\b|placeholders|batch|chunk")
# Rows are locked one by one so that each is held as shortly as can be, or may be held by another.
_LOCKS = re.compile(r"\b(?:select_for_update|with_for_update)\(|\bfor\s+update\b", re.IGNORECASE)


class QueryInLoop(Rule):
    """One query per item (N+1): fetch all that the loop needs in one query before it."""

    name = "query-in-loop"
    group = "database"
    cost = "query"
    message = "a database query in each round of this loop"
    fix = "ask once before the loop: a join, WHERE … IN (…), or an eager load"
    needs_many = True
    needs_request = True
    screen = Screen(words=READS, mentions=MENTIONS)

    def words_of(self, tree: ast.Module) -> frozenset[str]:
        """The names of relations too, as the file's own models declare them."""
        return self.screen.words | relation_names(tree)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it sends a query or reads a relation."""
        return not piece.words.isdisjoint(relation_names(piece.scope.module.node)) or any(
            statement_sent(call, piece) for call in piece.calls
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """A call that sends a query."""
        if here.method(node) not in READS:
            return None
        call = here.read_call(node)
        statement = statement_sent(call, here.piece)
        if statement is None or not statement.reads:
            return None
        use = use_of_query(here) if statement.lazy else "high"
        loop = here.many(node)
        if use is None or loop is None:
            return None
        code = ast.unparse(call)
        if loop.is_while and (_is_in_test(node, here) or _SEVERAL.search(code)):
            # Until it finds none: mostly once. Or one for all that stand on a level of a graph, and then for the next.
            return Hit(node, confidence="low")
        worth = "low" if _LOCKS.search(code) else "medium" if _SEVERAL.search(code) else "high"
        return Hit(node, confidence=weakest(use, statement.confidence_in(loop, call)), worth=worth)

    def visit_Attribute(self, node: cst.Attribute, here: Place) -> Hit | None:
        """``user.profile`` where the profile was not loaded together with the user."""
        relation = lazy_relation(node, here)
        if relation is None or here.many(node) is None:
            return None
        return Hit(
            node,
            message=f"reading {relation.name} sends a query in each round of this loop",
            fix=relation.fix,
        )


def _is_in_test(node: cst.Call, here: Place) -> bool:
    """Whether `node` is in the condition of the innermost ``while``, and not assigned there."""
    path: list[Any] = [*here.trail, node]
    for above, below in zip(reversed(path[:-1]), reversed(path), strict=False):
        if type(below).__name__ == "NamedExpr":
            return False
        if type(above).__name__ == "While":
            return above.test is below
    return False
