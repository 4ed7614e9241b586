"""Workers of a queue that wait for work all the time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.kubernetes_facts import autoscaled, autoscaled_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.kubernetes import Container

_WORKERS = re.compile(
    r"\bcelery\b.*\bworker\b|\b(?:rq|arq|saq) (?:worker\b|[\w.]+)|\brqworker\b|\bdramatiq\b|\bhuey_consumer|"
    r"\bsidekiq\b|\bqueue:work\b|"
    r"\bmessenger:consume\b|\bbullmq?\b|\bprocrastinate\b.*\bworker\b|\bfaststream run\b"
)
_NAMES = re.compile(r"(?:^|-)(?:workers?|consumers?|queue|listener|subscriber)(?:-|$)")


class EventWorkAlwaysOn(ManifestRule):
    """A worker without a message does nothing, and keeps its requests reserved."""

    name = "event-work-always-on"
    severity = "info"
    message = "a worker of a queue that runs when the queue is empty too"
    fix = "let KEDA start it by the length of its queue: a ScaledObject with minReplicaCount 0, or a ScaledJob"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Deployments that are workers by their command, or by their name if they serve no port."""
        for one in resources_in(manifest):
            if one.kind != "Deployment" or not one.is_whole or one.is_system:
                continue
            if one.node.get("spec", "replicas") is not None and one.replicas == 0:
                continue
            first = one.main[0]
            is_sure = bool(_WORKERS.search(" ".join(first.words)))
            if not is_sure and not (_NAMES.search(one.name) and _serves_nothing(first)):
                continue
            at = (one.node.get("metadata", "name") or one.node).span
            yield ManifestHit(at=at, confidence="medium" if is_sure else "low", unless=autoscaled(one))

    def tells(self, manifest: Manifest) -> Iterator[str]:
        """What autoscalers are for."""
        return autoscaled_in(manifest)


def _serves_nothing(container: Container) -> bool:
    return not container.node.items_at("ports")
