"""Containers that do not say what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.kubernetes_facts import defaults, defaults_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest


class RequestsMissing(ManifestRule):
    """Nodes are filled, and taken away, by what pods request: what requests nothing cannot be packed."""

    name = "requests-missing"
    message = "does not say how much processor and memory it needs"
    fix = "set resources.requests to what was measured: greenprof run shows CPU time and memory"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Containers without a request, unless a limit stands for it."""
        for one in resources_in(manifest):
            if not one.is_whole or one.is_system or one.kind == "Pod":
                continue
            for container in one.containers:
                missing = [
                    name
                    for name in ("cpu", "memory")
                    if not container.asks("requests", name) and not container.asks("limits", name)
                ]
                if not missing:
                    continue
                what = "cpu and memory" if len(missing) == 2 else missing[0]
                at = container.node.get("name") or container.node
                yield ManifestHit(
                    at=at.span,
                    confidence="low" if container.is_init else "high" if len(missing) == 2 else "medium",
                    message=f"{container.name or 'a container'} does not say how much {what} it needs",
                    unless=defaults(one.namespace),
                )

    def tells(self, manifest: Manifest) -> Iterator[str]:
        """A LimitRange sets what containers of its namespace do not say."""
        return defaults_in(manifest)
