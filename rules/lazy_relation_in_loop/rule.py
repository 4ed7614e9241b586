"""A relation that is read row by row, though the query could have loaded it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import ProjectRule
from greenprof.lint.orm.hits import eager_load, hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.hits import Hits, ProjectHit


class LazyRelationInLoop(ProjectRule):
    """One more query per row: load the relation together with the rows."""

    name = "lazy-relation-in-loop"
    message = "a relation is read in a loop, with one query per row"
    fix = "load the relation together with the rows: select_related, prefetch_related, joinedload or selectinload"
    mends = True

    replaces = ("query-in-loop",)

    def find(self, hits: Hits) -> Iterator[ProjectHit]:
        """Reads of relations, here or in what is called."""
        for one in hits.lazy_reads():
            effect = one.effect
            loader = eager_load(effect)
            relation = f"{effect.model.name}.{effect.name}"
            message = f"reading {relation} sends a query for each row"
            if effect.steps:
                message = f"{effect.through} reads {relation}, which sends a query for each row"
            fix = f"load it with the rows: {loader}" if loader else None
            yield hit(one, message, fix, loader)
