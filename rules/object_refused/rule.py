"""Objects that the cluster refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, added
from greenprof.lint.manifests.kubernetes import SCALED, resources_in
from greenprof.lint.manifests.kubernetes_facts import patched, patched_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint import Edit
    from greenprof.lint.manifests import Manifest, Node
    from greenprof.lint.manifests.kubernetes import Resource

_CHOOSING = SCALED | {"DaemonSet"}
_GONE = {
    "extensions/v1beta1": "1.16", "apps/v1beta1": "1.16", "apps/v1beta2": "1.16",
    "batch/v1beta1": "1.25", "batch/v2alpha1": "1.21",
    "autoscaling/v2beta1": "1.25", "autoscaling/v2beta2": "1.26",
}  # fmt: skip
_NAMES = ("app.kubernetes.io/name", "app", "name")
_PLAIN = re.compile(r"[\w.-]+\Z")
_KINDS = _CHOOSING | {"CronJob", "HorizontalPodAutoscaler"}


class ObjectRefused(ManifestRule):
    """What the cluster refuses was built, tested and pushed for nothing."""

    name = "object-refused"
    severity = "error"
    message = "the cluster refuses this object"
    fix = "add what is missing; kubectl apply --dry-run=server tells it before anything is built"
    mends = True
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Versions that are gone, and workloads whose selector is missing or does not fit their pods."""
        for one in resources_in(manifest):
            version = one.node.get("apiVersion")
            if one.kind in _KINDS and version is not None and one.api_version in _GONE:
                group = "apps" if one.kind in _CHOOSING else one.api_version.partition("/")[0]
                newer = f"{group}/v{2 if one.kind == 'HorizontalPodAutoscaler' else 1}"
                yield ManifestHit(
                    at=version.span,
                    message=f"Kubernetes has no {one.kind} of {one.api_version} since {_GONE[one.api_version]}",
                    fix=f"write apiVersion: {newer}",
                )
            elif one.kind in _CHOOSING and one.api_version == "apps/v1" and one.is_whole:
                yield from _misfits(one, manifest)

    def tells(self, manifest: Manifest) -> Iterator[str]:
        """The files that are parts of objects."""
        return patched_in(manifest)


def _selector(labels: Node | None, spec: Node, manifest: Manifest) -> tuple[Edit, ...]:
    """A selector that asks for the label of the pods that says most of what they are."""
    named = labels.as_dict() if labels is not None else {}
    name = next((each for each in (*_NAMES, *named) if each in named), None)
    if name is None or not _PLAIN.match(named[name]):
        return ()
    edit = added(manifest, spec, "selector:", "  matchLabels:", f'    {name}: "{named[name]}"')
    return (edit,) if edit is not None else ()


def _misfits(one: Resource, manifest: Manifest) -> Iterator[ManifestHit]:
    spec, template = one.node.get("spec"), one.template
    if spec is None or template is None:
        return
    labels = template.get("metadata", "labels")
    unless = patched(manifest)
    if not spec.has("selector"):
        message = f"{one.kind} {one.name} has no selector, which apps/v1 asks for"
        yield ManifestHit(at=spec.span, message=message, edits=_selector(labels, spec, manifest), unless=unless)
    if labels is None or not labels.pairs:
        message = f"the pods of {one.kind} {one.name} have no labels for its selector"
        yield ManifestHit(at=template.span, message=message, unless=unless)
        return
    chosen = spec.get("selector", "matchLabels")
    if chosen is None:
        return
    own = labels.as_dict()
    for name, value in chosen.as_dict().items():
        if own.get(name) != value:
            message = f"the selector asks for {name}: {value}, which its pods do not have"
            yield ManifestHit(at=chosen.span, message=message, unless=unless)
            return
