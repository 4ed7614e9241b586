"""Containers whose memory has no limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.kubernetes_facts import defaults, defaults_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest


class MemoryUnlimited(ManifestRule):
    """A leak takes a whole node, and what runs there does its work again elsewhere."""

    name = "memory-unlimited"
    severity = "info"
    message = "nothing stops it from taking all of its node's memory"
    fix = "set resources.limits.memory above what was measured, so that a leak ends this container and no other"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Containers that request memory and have no limit for it; those that request nothing are another rule's."""
        for one in resources_in(manifest):
            if not one.is_whole or one.is_system or one.kind == "Pod":
                continue
            for container in one.main:
                requested = container.node.get("resources", "requests", "memory")
                if requested is None or container.asks("limits", "memory"):
                    continue
                yield ManifestHit(
                    at=requested.span,
                    confidence="low" if one.kind == "DaemonSet" else "medium",
                    unless=defaults(one.namespace),
                )

    def tells(self, manifest: Manifest) -> Iterator[str]:
        """A LimitRange sets what containers of its namespace do not say."""
        return defaults_in(manifest)
