"""Pods that no node may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import resources_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest

_REQUIRED = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
_KNOWN = (
    "kubernetes.io", "k8s.io", "amazonaws.com", "google.com", "azure.com", "karpenter.sh", "nvidia.com", "amd.com",
    "intel.com", "eksctl.io", "openshift.io", "digitalocean.com", "rancher.io",
)  # fmt: skip
_NEGATIVE = frozenset({"NotIn", "DoesNotExist"})


class AffinityMayMatchNothing(ManifestRule):
    """A label of one's own is on a node only if somebody has put it there."""

    name = "affinity-may-match-nothing"
    severity = "info"
    message = "no pod starts where no node has this label"
    fix = "prefer it: preferredDuringSchedulingIgnoredDuringExecution, so that pods start elsewhere too"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Terms that all are about labels which neither Kubernetes nor a cloud or an operator sets."""
        for one in resources_in(manifest):
            pod = one.pod
            terms = pod.items_at(*_REQUIRED, "nodeSelectorTerms") if pod is not None and not one.is_system else ()
            unknown = [
                [
                    each
                    for each in term.items_at("matchExpressions")
                    if _is_own(each.text_at("key")) and each.text_at("operator") not in _NEGATIVE
                ]
                for term in terms
            ]
            if not unknown or not all(unknown):  # one term that fits is enough
                continue
            for each in (term[0] for term in unknown):
                key = each.get("key")
                if key is None:
                    continue
                yield ManifestHit(
                    at=key.span,
                    confidence="medium" if "/" not in (key.text or "") else "low",
                    message=f"no pod of {one.name} starts where no node has the label {key.text}",
                )


def _is_own(label: str | None) -> bool:
    """Whether a label of nodes is one that only who runs the cluster can have set."""
    domain, slash, _ = (label or "").rpartition("/")
    return bool(label) and not (slash and any(domain == each or domain.endswith(f".{each}") for each in _KNOWN))
