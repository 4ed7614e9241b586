"""Requests above their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest


class RequestOverLimit(ManifestRule):
    """The cluster refuses such a pod: nothing that was built for it runs."""

    name = "request-over-limit"
    severity = "error"
    message = "requests more than its limit allows, which the cluster refuses"
    fix = "raise the limit or lower the request to what was measured"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Containers that request more of something than they may use."""
        for container in (each for one in resources_in(manifest) for each in one.containers):
            requests = container.node.get("resources", "requests")
            for key, value in requests.pairs if requests is not None else ():
                request, limit = (container.resource(each, key.text or "") for each in ("requests", "limits"))
                if request is not None and limit is not None and request > limit:
                    said = container.node.text_at("resources", "limits", key.text or "")
                    message = f"requests {value.text} of {key.text} and may use {said}: the cluster refuses it"
                    yield ManifestHit(at=key.span, message=message)
