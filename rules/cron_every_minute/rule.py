"""A job that starts every minute or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.schedules import starts_a_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest

_SURELY = 1440  # starts a day: every minute
_OFTEN = 480  # every three minutes


class CronEveryMinute(ManifestRule):
    """Each start of a pod costs processor time before its first line of work runs."""

    name = "cron-every-minute"
    message = "starts a new pod every minute"
    fix = "start it as often as its result is needed, or let what causes the work start it"
    cost = "cpu"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """CronJobs that start at least every three minutes."""
        for one in resources_in(manifest):
            schedule = one.node.get("spec", "schedule") if one.kind == "CronJob" else None
            starts = starts_a_day(schedule.text if schedule else None)
            if schedule is None or starts is None or starts < _OFTEN or one.node.text_at("spec", "suspend") == "true":
                continue
            yield ManifestHit(
                at=schedule.span,
                confidence="high" if starts >= _SURELY else "medium",
                message=f"starts a new pod {starts:,} times a day",
            )
