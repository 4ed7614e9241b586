"""Several pods, day and night, whatever the load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import SCALED, resources_in
from greenprof.lint.manifests.kubernetes_facts import autoscaled, autoscaled_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.kubernetes import Resource

_STANDBY = ("controller", "operator", "webhook")  # one of them works, the others wait to take over


class ReplicasWithoutAutoscaler(ManifestRule):
    """The number of pods for the busiest hour runs through all the others too."""

    name = "replicas-without-autoscaler"
    message = "runs the same number of pods at any load"
    fix = "add a HorizontalPodAutoscaler from one or two up to this number, and leave replicas out"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Deployments with several fixed replicas that no autoscaler in the files is for."""
        for one in resources_in(manifest):
            replicas = one.replicas
            if one.kind not in SCALED - {"StatefulSet"} or replicas is None or replicas < 2 or one.is_system:
                continue
            node = one.node.get("spec", "replicas")
            if node is None or one.environment is not None:  # there it is another rule's
                continue
            yield ManifestHit(
                at=node.span,
                confidence=_confidence(one, replicas),
                message=f"runs {replicas} pods at any load: no autoscaler in these files is for {one.name}",
                unless=autoscaled(one),
            )

    def tells(self, manifest: Manifest) -> Iterator[str]:
        """What autoscalers are for."""
        return autoscaled_in(manifest)


def _confidence(one: Resource, replicas: int) -> str:
    """Two may be there so that one is left when a node fails."""
    return "low" if replicas == 2 or any(word in one.name for word in _STANDBY) else "medium"
