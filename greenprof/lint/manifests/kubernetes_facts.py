"""What some objects of Kubernetes say of others: who is scaled by an autoscaler, which namespaces sleep."""

from __future__ import annotations

import os
from collections.abc import Iterator

from greenprof.lint.manifests.kubernetes import Resource, resources_in
from greenprof.lint.manifests.rule import Manifest

_DOWNSCALER = "downscaler/"


def autoscaled(one: Resource) -> str:
    """The fact that an autoscaler is for this object."""
    return f"autoscaled {one.key}"


def autoscaled_in(manifest: Manifest) -> Iterator[str]:
    """The facts of that kind in a manifest: of autoscalers, of KEDA, and of objects that carry a schedule."""
    for one in resources_in(manifest):
        if one.kind in ("HorizontalPodAutoscaler", "ScaledObject"):
            kind = one.node.text_at("spec", "scaleTargetRef", "kind") or "Deployment"
            yield f"autoscaled {kind}/{one.node.text_at('spec', 'scaleTargetRef', 'name')}"
        elif any("autoscaling" in name or name.startswith("hpa.") for name in one.annotations):
            yield autoscaled(one)


def defaults(namespace: str | None) -> str:
    """The fact that a namespace has requests and limits for what says none."""
    return f"defaults {namespace or ''}"


def defaults_in(manifest: Manifest) -> Iterator[str]:
    """The facts of that kind in a manifest."""
    return (defaults(one.namespace) for one in resources_in(manifest) if one.kind == "LimitRange")


def sleeps(namespace: str | None) -> str:
    """The fact that a namespace has a schedule by which it sleeps."""
    return f"sleeps {namespace or ''}"


def sleeps_in(manifest: Manifest) -> Iterator[str]:
    """The facts of that kind in a manifest."""
    for one in resources_in(manifest):
        if any(name.startswith(_DOWNSCALER) for name in one.annotations):
            yield sleeps(one.name if one.kind == "Namespace" else one.namespace)
        elif one.kind == "SleepInfo" or (
            one.kind == "ScaledObject"
            and any(each.text_at("type") == "cron" for each in one.node.items_at("spec", "triggers"))
        ):
            yield sleeps(one.namespace)


def patched(manifest: Manifest) -> str:
    """The fact that a kustomization puts this file over others: it is no whole object."""
    return f"patch {_place(manifest.path)}"


def patched_in(manifest: Manifest) -> Iterator[str]:
    """The facts of that kind in a kustomization."""
    folder = os.path.dirname(_place(manifest.path))  # noqa: PTH120
    for root in manifest.documents:
        named = [*root.items_at("patchesStrategicMerge"), *root.items_at("patchesJson6902")]
        paths = [each.text or each.text_at("path") for each in named]
        paths += [each.text_at("path") for each in root.items_at("patches")]
        yield from (f"patch {_place(os.path.join(folder, path))}" for path in paths if path)  # noqa: PTH118


def tagged(image: str) -> str:
    """The fact that a kustomization says which version of an image is meant."""
    return f"tagged {image}"


def tagged_in(manifest: Manifest) -> Iterator[str]:
    """The facts of that kind in a kustomization."""
    images = (each for root in manifest.documents for each in root.items_at("images"))
    return (tagged(name) for each in images if (name := each.text_at("name")) is not None)


def _place(path: str) -> str:
    return os.path.normpath(os.path.abspath(path))  # noqa: PTH100
