"""Kubernetes as rules see it: the objects of a manifest, their pods, and the containers of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache

from greenprof.lint.manifests.nodes import Node
from greenprof.lint.manifests.quantities import integer, quantity
from greenprof.lint.manifests.rule import Manifest

WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
SCALED = frozenset({"Deployment", "StatefulSet", "ReplicaSet"})
_PODS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(WORKLOADS | {"Job"}, ("spec", "template")),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "ScaledJob": ("spec", "jobTargetRef", "template"),
    "Pod": (),
}
_MOST_LISTS = 3  # within each other
_MOST_OBJECTS = 20_000
# What runs a cluster itself is sized by who makes it.
_SYSTEM = re.compile(r"(?:kube|openshift|gke|calico|istio|tigera|cattle)(?:-[\w-]+)?\Z|linkerd\Z|cert-manager\Z")
_NOT_PRODUCTION = re.compile(
    r"(?:^|[-_./])(?:test|tst|testing|acc|acpt|acceptance|acceptatie|uat|staging|stage|stg|dev|develop|development|ontw|"
    r"ontwikkel|ontwikkeling|qa|preview|sandbox|sbx)(?:[-_./\d]|$)",
    re.IGNORECASE,
)
_ENVIRONMENT_LABELS = ("environment", "env", "app.kubernetes.io/environment", "stage", "omgeving", "tier-env")


@dataclass(frozen=True)
class Container:
    """A container of a pod. ``is_init`` says that it ends before the others start, or is a sidecar beside them."""

    node: Node
    is_init: bool

    @property
    def name(self) -> str:
        """What it is called; empty for one without a name."""
        return self.node.text_at("name") or ""

    @property
    def image(self) -> str | None:
        """Its image; None for one that says none, as in a patch."""
        return self.node.text_at("image")

    def resource(self, kind: str, name: str) -> Fraction | None:
        """How much of `name` (``cpu``, ``memory``) its ``requests`` or ``limits`` say; None if not known."""
        return quantity(self.node.text_at("resources", kind, name))

    def asks(self, kind: str, name: str) -> bool:
        """Whether it says something there, even if that is not known."""
        return self.node.has("resources", kind, name)

    @cached_property
    def environment(self) -> tuple[tuple[str, Node], ...]:
        """The variables that it sets, each with its entry in the list."""
        return tuple((name, each) for each in self.node.items_at("env") if (name := each.text_at("name")) is not None)

    @property
    def words(self) -> tuple[str, ...]:
        """Its command line, as far as it is given."""
        parts = [*self.node.items_at("command"), *self.node.items_at("args")]
        return tuple(each.text for each in parts if each.text is not None)


@dataclass(frozen=True)
class Resource:
    """An object, by its kind and name; ``namespace`` is None where it does not say."""

    node: Node
    kind: str
    name: str
    namespace: str | None

    @property
    def api_version(self) -> str:
        """Its ``apiVersion``; empty if it has none."""
        return self.node.text_at("apiVersion") or ""

    @property
    def key(self) -> str:
        """What other objects know it by."""
        return f"{self.kind}/{self.name}"

    @cached_property
    def template(self) -> Node | None:
        """The mapping that has the ``metadata`` and the ``spec`` of its pods."""
        return self.node.get(*_PODS[self.kind]) if self.kind in _PODS else None

    @cached_property
    def pod(self) -> Node | None:
        """The ``spec`` of its pods."""
        template = self.template
        return None if template is None else template.get("spec")

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """The containers of its pods, those first that run all the time."""
        pod = self.pod
        if pod is None:
            return ()
        groups = (("containers", False), ("initContainers", True))
        return tuple(
            Container(one, is_init) for word, is_init in groups for one in pod.items_at(word) if one.is_mapping
        )

    @cached_property
    def main(self) -> tuple[Container, ...]:
        """The containers that run all the time."""
        return tuple(one for one in self.containers if not one.is_init)

    @property
    def is_whole(self) -> bool:
        """Whether it is no patch, which names no image for some container."""
        return bool(self.main) and all(one.image is not None for one in self.main)

    @property
    def is_system(self) -> bool:
        """Whether it belongs to the cluster itself."""
        return self.namespace is not None and _SYSTEM.match(self.namespace) is not None

    @property
    def replicas(self) -> int | None:
        """How many pods it asks for; None if it does not say, or in words that are not known."""
        return integer(self.node.text_at("spec", "replicas"))

    @cached_property
    def environment(self) -> str | None:
        """The word by which it is known not to be production, of its namespace or its labels; None if there is none."""
        labels = self.labels
        words = [self.namespace or "", *(labels.get(each, "") for each in _ENVIRONMENT_LABELS)]
        return next((word for word in words if _NOT_PRODUCTION.search(word)), None)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Its labels, and those of its pods."""
        own = self.node.get("metadata", "labels")
        pods = self.template.get("metadata", "labels") if self.template is not None else None
        return {**(pods.as_dict() if pods else {}), **(own.as_dict() if own else {})}

    @property
    def annotations(self) -> dict[str, str]:
        """Its annotations."""
        own = self.node.get("metadata", "annotations")
        return own.as_dict() if own else {}


@lru_cache(maxsize=1)
def resources_in(manifest: Manifest) -> tuple[Resource, ...]:
    """The objects of a manifest, those in lists too; one rule after the other asks for the same."""
    return tuple(_resources(manifest))


def _resources(manifest: Manifest) -> Iterator[Resource]:
    todo = [(root, 0) for root in reversed(manifest.documents)]
    for _ in range(_MOST_OBJECTS):
        if not todo:
            return
        node, depth = todo.pop()
        kind = node.text_at("kind")
        if kind is None:
            continue
        if kind.endswith("List") and depth < _MOST_LISTS:
            todo += [(one, depth + 1) for one in reversed(node.items_at("items"))]
            continue
        name = node.text_at("metadata", "name") or node.text_at("metadata", "generateName") or ""
        yield Resource(node, kind, name, node.text_at("metadata", "namespace"))
