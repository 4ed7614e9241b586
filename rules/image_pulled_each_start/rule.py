"""An image that is asked for, and maybe pulled, at each start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.kubernetes_facts import tagged, tagged_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest

_TAG = re.compile(r"(?::(?P<tag>[\w][\w.-]*))?(?P<digest>@sha256:\w+)?\Z")


class ImagePulledEachStart(ManifestRule):
    """``latest`` moves: whatever starts must ask the registry for it, and gets all of it whenever it has moved."""

    name = "image-pulled-each-start"
    severity = "info"
    message = "is pulled again whenever this tag has moved, and asked for at each start"
    fix = "name a version that never moves, or a digest; then IfNotPresent is the default"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Images with the tag ``latest``, or without any, that are asked for at each start."""
        for container in (each for one in resources_in(manifest) for each in one.containers):
            node = container.node.get("image")
            policy = container.node.text_at("imagePullPolicy")
            if node is None or node.text is None or "$" in node.text or "{{" in node.text:
                continue
            match = _TAG.search(node.text.rpartition("/")[2])
            if (
                match is None
                or match["digest"]
                or match["tag"] not in (None, "latest")
                or policy not in (None, "Always")
            ):
                continue
            what = "the tag latest" if match["tag"] else "no tag, which means latest"
            is_name = "/" not in node.text and not match["tag"]  # what a tool puts an image in for
            yield ManifestHit(
                at=node.span,
                confidence="high" if policy == "Always" else "low" if is_name else "medium",
                message=f"{what}: asked for at each start, and pulled again whenever it has moved",
                unless=tagged(_TAG.sub("", node.text) if match["tag"] else node.text),
            )

    def tells(self, manifest: Manifest) -> Iterator[str]:
        """The images whose version a kustomization says."""
        return tagged_in(manifest)
