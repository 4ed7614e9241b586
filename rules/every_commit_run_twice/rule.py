"""Workflows that run twice for one commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.workflows import action_of, steps_of, workflows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.workflows import Workflow

_FILTERS = ("branches", "branches-ignore", "tags", "tags-ignore")
_TELLS_APART = ("head.repo", "event_name", "head_ref")


class EveryCommitRunTwice(ManifestRule):
    """A push to the branch of a pull request is two events."""

    name = "every-commit-run-twice"
    message = "each commit of a pull request is run twice: as a push and as a pull request"
    fix = "let push name its branches, as branches: [main]"
    cost = "cpu"
    reads = frozenset({"github"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Pushes to all branches beside pull requests, where no job tells the one from the other."""
        for workflow in workflows_in(manifest):
            both = {"push", "pull_request"} <= workflow.events.keys()
            if both and not workflow.filters("push", *_FILTERS) and not _tells_apart(workflow):
                yield ManifestHit(at=workflow.events["push"].span)


def _tells_apart(workflow: Workflow) -> bool:
    """Whether a job is skipped for one of the two, or the group of its concurrency takes both together."""
    groups = [workflow.root.text_at("concurrency", "group") or "", workflow.root.text_at("concurrency") or ""]
    conditions = [job.text_at("if") or "" for _, job in workflow.jobs]
    steps = [step for _, job in workflow.jobs for step in steps_of(job)]
    return any(word in text for text in (*groups, *conditions) for word in _TELLS_APART) or any(
        "skip-duplicate" in action_of(step)[0] for step in steps
    )
