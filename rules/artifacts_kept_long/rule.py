"""Artifacts of CI runs that are kept for months."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, added
from greenprof.lint.manifests.pipelines import jobs_in
from greenprof.lint.manifests.workflows import action_of, steps_of, workflows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest

_ACTION = "actions/upload-artifact"
_WEEK = "say how long it is looked at: expire_in: 1 week"


class ArtifactsKeptLong(ManifestRule):
    """What is read on the day it is made, or never, is stored for a quarter of a year."""

    name = "artifacts-kept-long"
    severity = "info"
    message = "is kept for 90 days, unless the repository says otherwise"
    fix = "say how long it is looked at: retention-days: 7"
    mends = True
    reads = frozenset({"github", "gitlab"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Uploads that do not say for how long."""
        for workflow in workflows_in(manifest):
            for step in (step for _, job in workflow.jobs for step in steps_of(job)):
                uses = step.get("uses")
                if uses is None or workflow.deploys or action_of(step)[0] != _ACTION:
                    continue
                if step.has("with", "retention-days"):
                    continue
                options = step.get("with")
                edit = added(manifest, options, "retention-days: 7") if options is not None else None
                yield ManifestHit(at=uses.span, confidence="medium", edits=(edit,) if edit else ())
        if manifest.kind == "gitlab":
            for one in jobs_in(manifest):
                artifacts = one.node.get("artifacts")
                if artifacts is None or not artifacts.has("paths") or one.get("environment") or not one.is_whole:
                    continue
                kept = one.get("artifacts", "expire_in")
                if kept is None:
                    message = "is kept as long as the instance keeps artifacts"
                    yield ManifestHit(at=artifacts.span, confidence="low", message=message, fix=_WEEK)
                elif kept.text == "never":
                    yield ManifestHit(at=kept.span, confidence="medium", message="is kept for ever", fix=_WEEK)
