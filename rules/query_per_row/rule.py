"""A helper, method or property that queries, called per row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import ProjectRule
from greenprof.lint.orm.hits import hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.hits import Hits, ProjectHit


class QueryPerRow(ProjectRule):
    """A helper, method or property that queries, called per row."""

    name = "query-per-row"
    message = "a query is sent for each row, in what is called"
    fix = "ask once for all rows before the loop, and look the answers up: a join, IN (…), in_bulk or an annotation"
    yields_to = ("query-in-loop",)

    def find(self, hits: Hits) -> Iterator[ProjectHit]:
        """What happens once a round of a loop."""
        for one in hits.queries():
            effect = one.effect
            who = effect.through or "this"
            model = effect.relation.target if effect.relation is not None else effect.model
            message = f"{who} sends a query in each round"
            if model is not None:
                message = f"{who} sends a query for rows of {model.name} in each round"
            yield hit(one, message, None)
