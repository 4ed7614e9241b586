"""Several pods where nobody waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, replaced
from greenprof.lint.manifests.kubernetes import SCALED, resources_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest


class ReplicasInTest(ManifestRule):
    """Availability is for production; a test environment tests the program, not the loss of a node."""

    name = "replicas-in-test"
    message = "runs several pods in an environment for tests"
    fix = "run one pod here"
    mends = True
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Workloads with several replicas, or an autoscaler that keeps several, whose namespace or label says test."""
        for one in resources_in(manifest):
            word = "minReplicas" if one.kind == "HorizontalPodAutoscaler" else "replicas"
            node = one.node.get("spec", word) if one.kind in SCALED | {"HorizontalPodAutoscaler"} else None
            environment = one.environment
            if node is None or environment is None or not (node.text or "").isdecimal() or int(node.text or 0) < 2:
                continue
            yield ManifestHit(
                at=node.span,
                confidence="low" if one.kind == "StatefulSet" else "medium",
                message=f"runs {int(node.text or 0)} pods in {environment}, where one is enough to test the program",
                edits=() if node.is_alias else (replaced(node, "1"),),
            )
