"""Schedules that run whether anything has changed or not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.schedules import starts_a_day
from greenprof.lint.manifests.workflows import runs_of, workflows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest

_OFTEN, _SOMETIMES = 24, 4  # times a day
_LOOKS_FIRST = re.compile(r"git log|git rev-list|--since|changed|should[_-]run|skip-duplicate")
_EVERY_DAY = ("*", "?", "1-5", "MON-FRI", "0-6", "1-7")


class RunsWithoutChange(ManifestRule):
    """The same commit gives the same answer, every night."""

    name = "runs-without-change"
    severity = "info"
    message = "runs every day, whether anything has changed or not"
    fix = "run it weekly, or let a first job look whether there was a commit"
    cost = "cpu"
    reads = frozenset({"github"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Schedules of every few minutes and hours, and nightly ones of what pushes start anyway."""
        if _LOOKS_FIRST.search(manifest.text):
            return
        for workflow in workflows_in(manifest):
            tests_changes = any(name in workflow.events for name in ("push", "pull_request"))
            number_of_runs = sum(runs_of(job) for _, job in workflow.jobs)
            for one in workflow.root.items_at("on", "schedule"):
                cron = one.get("cron")
                number = starts_a_day(cron.text) if cron is not None else None
                if cron is None or number is None or not _is_daily(cron.text or ""):
                    continue
                if number >= _SOMETIMES:
                    yield ManifestHit(
                        at=cron.span,
                        confidence="high" if number > _OFTEN else "medium",
                        message=f"runs {number:,} times a day, whether anything has changed or not",
                        fix="let what has changed start it, or run it as often as its result is read",
                    )
                elif tests_changes:
                    message = "runs every day what each push runs, whether anything has changed or not"
                    yield ManifestHit(at=cron.span, confidence="medium", message=message)
                elif number_of_runs > 1:
                    yield ManifestHit(at=cron.span, confidence="low")


def _is_daily(cron: str) -> bool:
    words = cron.split()
    return len(words) == 5 and words[2] in "*?" and words[4].upper() in _EVERY_DAY
