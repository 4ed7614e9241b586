"""Finished jobs that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, added, replaced
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.quantities import integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest, Node
    from greenprof.lint.manifests.kubernetes import Resource

_HISTORY = {"successfulJobsHistoryLimit": 3, "failedJobsHistoryLimit": 1}  # and their defaults
_MANY = 10
_DAY_S = 86_400


class JobsNeverRemoved(ManifestRule):
    """A finished Job and its pods stay in the cluster's store, listed and watched, until somebody removes them."""

    name = "jobs-never-removed"
    severity = "info"
    message = "nothing removes this job when it has finished"
    fix = "give it ttlSecondsAfterFinished"
    mends = True
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Jobs without a time to live, and CronJobs that keep many."""
        for one in resources_in(manifest):
            spec = one.node.get("spec")
            if spec is None or one.is_system:
                continue
            if one.kind == "Job" and one.is_whole and not spec.has("ttlSecondsAfterFinished") and not _is_hook(one):
                edit = added(manifest, spec, f"ttlSecondsAfterFinished: {_DAY_S}")
                yield ManifestHit(at=spec.span, confidence="medium", edits=(edit,) if edit else ())
            elif one.kind == "CronJob":
                yield from (hit for name in _HISTORY if (hit := _too_many(spec.get(name), name)) is not None)


def _too_many(node: Node | None, name: str) -> ManifestHit | None:
    number = integer(node.text) if node is not None else None
    if node is None or number is None or number <= _MANY:
        return None
    return ManifestHit(
        at=node.span,
        confidence="medium",
        message=f"keeps {number} finished jobs with their pods",
        fix=f"keep what somebody looks at: {name} is {_HISTORY[name]} by default",
        edits=() if node.is_alias else (replaced(node, str(_HISTORY[name])),),
    )


def _is_hook(one: Resource) -> bool:
    """Whether Helm or Argo CD removes it."""
    return any("hook" in name for name in one.annotations)
