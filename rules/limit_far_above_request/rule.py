"""Limits that are many times the requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.quantities import as_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest

_MEMORY = 4  # times the request
_CPU = 10


class LimitFarAboveRequest(ManifestRule):
    """A node is filled by requests: what is used above them is promised to several pods at once."""

    name = "limit-far-above-request"
    severity = "info"
    message = "the limit is many times the request: one of the two is a guess"
    fix = "set the request to what was measured at normal load, and the limit to its peak with some room"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Memory limits from four times the request, processor limits from ten times."""
        for one in resources_in(manifest):
            if one.is_system or one.kind == "Pod":
                continue
            for container in one.main:
                for name, most in (("memory", _MEMORY), ("cpu", _CPU)):
                    request, limit = container.resource("requests", name), container.resource("limits", name)
                    node = container.node.get("resources", "limits", name)
                    if node is None or not request or limit is None or limit < most * request:
                        continue
                    words = (
                        f"{as_memory(limit)} against {as_memory(request)}"
                        if name == "memory"
                        else (f"{float(limit):g} processors against {float(request):g}")
                    )
                    yield ManifestHit(
                        at=node.span,
                        confidence="medium" if name == "memory" else "low",
                        message=f"the {name} limit is {float(limit / request):.3g} times the request: {words}",
                    )
