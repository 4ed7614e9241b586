"""Rows that were prefetched are asked for again, in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import ProjectRule
from greenprof.lint.orm.hits import hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.hits import Hits, ProjectHit


class PrefetchDiscarded(ProjectRule):
    """Rows that were prefetched are asked for again, in another way."""

    name = "prefetch-discarded"
    message = "what was prefetched is asked for again for each row"
    fix = 'choose among the prefetched rows in Python, or prefetch just those: Prefetch("items", queryset=…)'

    def find(self, hits: Hits) -> Iterator[ProjectHit]:
        """What happens once a round of a loop."""
        for one in hits.discards():
            effect = one.effect
            message = f"{effect.name} was prefetched, but this asks for it again for each row"
            yield hit(one, message, None)
