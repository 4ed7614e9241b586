"""A column that the query left out is read of each row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import ProjectRule
from greenprof.lint.orm.hits import hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.hits import Hits, ProjectHit


class DeferredColumnInLoop(ProjectRule):
    """A column that the query left out is read of each row."""

    name = "deferred-column-in-loop"
    message = "a column that the query left out is fetched for each row"
    fix = "let the query fetch the column: name it in only or load_only, or take it out of defer"

    def find(self, hits: Hits) -> Iterator[ProjectHit]:
        """What happens once a round of a loop."""
        for one in hits.of("column"):
            effect = one.effect
            yield hit(
                one, f"the query left out {effect.model.name}.{effect.name}: reading it fetches it for each row", None
            )
