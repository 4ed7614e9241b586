"""A heap that leaves a JVM no room below the limit of its container."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.java import heap_of, options_of, percentage_of
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.quantities import as_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.java import Option
    from greenprof.lint.manifests.kubernetes import Container

_ROOM = 0.9  # of the limit: the rest is for code, threads, buffers and the collector itself
_MOST_PERCENT = 85


class JvmHeapAtLimit(ManifestRule):
    """A JVM takes more than its heap: the kernel ends it before its collector knows that memory is short."""

    name = "jvm-heap-at-limit"
    message = "the heap leaves the JVM no room below the container's memory limit"
    fix = "leave a quarter of the limit: -XX:MaxRAMPercentage=75 in JAVA_TOOL_OPTIONS, and no -Xmx"
    cost = "cpu"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Options that set the heap, against the memory limit."""
        for container in (each for one in resources_in(manifest) if one.is_whole for each in one.main):
            for option in options_of(container):
                if (hit := _hit(option, container)) is not None:
                    yield hit


def _hit(option: Option, container: Container) -> ManifestHit | None:
    limit, heap, percent = container.resource("limits", "memory"), heap_of(option), percentage_of(option)
    at = option.node.span
    if heap is not None and limit and heap >= limit * _ROOM:
        words = f"a heap of {as_memory(heap)} in a container of {as_memory(limit)}: it is killed when the heap fills"
        return ManifestHit(at=at, confidence="high" if heap >= limit else "medium", message=words)
    if percent is not None and limit and percent > _MOST_PERCENT:
        rest = as_memory(limit * (100 - Fraction(percent)) / 100)
        words = f"a heap of {percent:g} % of {as_memory(limit)} leaves {rest} for the rest"
        return ManifestHit(at=at, confidence="medium", message=words)
    if percent is not None and not container.asks("limits", "memory"):
        words = f"without a memory limit this is {percent:g} % of the node, in every pod on it"
        return ManifestHit(at=at, confidence="medium", message=words, fix="give the container a memory limit")
    return None
