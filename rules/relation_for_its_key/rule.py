"""A related row is fetched though only its key is wanted, which the row has already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import ProjectRule
from greenprof.lint.orm.hits import hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.hits import Hits, ProjectHit


class RelationForItsKey(ProjectRule):
    """A related row is fetched though only its key is wanted, which the row has already."""

    name = "relation-for-its-key"
    message = "a related row is fetched for its key, which the row has already"
    fix = "read the key that the row has: user_id instead of user.id"
    replaces = ("query-in-loop",)

    def find(self, hits: Hits) -> Iterator[ProjectHit]:
        """What happens once a round of a loop."""
        for one in hits.of("key"):
            effect = one.effect
            column = effect.relation.column
            message = f"{effect.model.name}.{effect.name} is fetched for each row, only for its key"
            yield hit(one, message, f"read {column}, which the row has already")
