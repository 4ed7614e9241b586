"""A collector for many processors, forced where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, replaced
from greenprof.lint.manifests.java import options_of, without
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.quantities import as_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest
    from greenprof.lint.manifests.kubernetes import Container

_COLLECTORS = {"-XX:+UseG1GC": "G1", "-XX:+UseParallelGC": "the parallel collector", "-XX:+UseZGC": "ZGC",
               "-XX:+UseShenandoahGC": "Shenandoah"}  # fmt: skip
_SERVER_CPUS, _SERVER_MEMORY = 2, 1792 * 1024**2  # below either of them a JVM takes the serial collector by itself


class CollectorOnSmallContainer(ManifestRule):
    """Where there is one processor, the threads of such a collector take it from the program."""

    name = "collector-on-small-container"
    severity = "info"
    message = "forces a collector that is made for more processors or memory than this container may use"
    fix = "leave the choice to the JVM, which takes the serial collector here, or name -XX:+UseSerialGC"
    cost = "cpu"
    mends = True
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Options that name such a collector, against the limits."""
        for container in (each for one in resources_in(manifest) for each in one.containers):
            small = _small(container)
            for option in options_of(container) if small else ():
                if option.text not in _COLLECTORS:
                    continue
                rest, node = without(option.node, option.text), option.node
                is_one_line = node.quote not in ("|", ">") and node.line == node.end_line and not node.is_alias
                yield ManifestHit(
                    at=node.span,
                    confidence="medium",
                    message=f"forces {_COLLECTORS[option.text]} in a container of {small}",
                    edits=(replaced(node, rest),) if is_one_line and rest and rest != node.text else (),
                )


def _small(container: Container) -> str | None:
    """The limit, in words, by which a JVM does not see a server; None if there is none."""
    cpu, memory = container.resource("limits", "cpu"), container.resource("limits", "memory")
    if cpu is not None and cpu <= _SERVER_CPUS - 1:  # a JVM rounds its processors up
        return f"{float(cpu):g} processors"
    return as_memory(memory) if memory is not None and memory < _SERVER_MEMORY else None
