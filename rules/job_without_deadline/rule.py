"""Jobs that may hang for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest


class JobWithoutDeadline(ManifestRule):
    """A job that hangs keeps its pod; one that is started again each time leaves one more behind."""

    name = "job-without-deadline"
    severity = "info"
    message = "nothing ends this job if it hangs"
    fix = "set activeDeadlineSeconds some way above the longest run that was measured"
    cost = "cpu"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """CronJobs, and Jobs, without a deadline."""
        for one in resources_in(manifest):
            spec = one.node.get("spec") if one.kind == "Job" else one.node.get("spec", "jobTemplate", "spec")
            if one.kind not in ("Job", "CronJob") or spec is None or not one.is_whole or one.is_system:
                continue
            if spec.has("activeDeadlineSeconds") or (one.pod is not None and one.pod.has("activeDeadlineSeconds")):
                continue
            if one.kind == "Job" or one.node.text_at("spec", "concurrencyPolicy") in ("Forbid", "Replace"):
                yield ManifestHit(at=spec.span, confidence="low")
            else:
                message = "nothing ends this job if it hangs, and each start adds another one beside it"
                yield ManifestHit(at=spec.span, confidence="medium", message=message)
