"""A statement that changes one row, sent for each of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import ProjectRule
from greenprof.lint.orm.hits import hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.hits import Hits, ProjectHit


class WritePerRow(ProjectRule):
    """A statement that changes one row, sent for each of many."""

    name = "write-per-row"
    message = "a row is written in each round, by a statement of its own"
    fix = "write all rows at once: bulk_create, bulk_update, update(), insert() with a list"
    yields_to = ("insert-in-loop", "commit-in-loop", "query-in-loop")

    def find(self, hits: Hits) -> Iterator[ProjectHit]:
        """What happens once a round of a loop."""
        for one in hits.of("write"):
            effect = one.effect
            who = effect.through or effect.name
            yield hit(one, f"{who} sends a statement that writes in each round", None)
