"""More worker processes than processors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.compose import services_in
from greenprof.lint.manifests.dockerfile import dockerfile_of
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.quantities import integer, quantity
from greenprof.lint.manifests.shell import commands_of_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from fractions import Fraction

    from greenprof.lint.manifests import Manifest, Node
    from greenprof.lint.manifests.shell import Command

_SERVERS = ("gunicorn", "uvicorn", "hypercorn", "granian")
_MANY = 17  # two for each of eight processors, and one


class MoreWorkersThanCpus(ManifestRule):
    """What cannot run at a time takes turns, and memory."""

    name = "more-workers-than-cpus"
    message = "starts more workers than its processors can feed"
    fix = "let WEB_CONCURRENCY say the number where it runs: two for each processor and one"
    cost = "cpu"
    reads = frozenset({"compose", "dockerfile", "kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Services and containers with a limit, and images without."""
        for service in services_in(manifest):
            asked = _workers((*service.commands("command"), *service.commands("entrypoint")), service.environment)
            node = service.node.get("command") or service.node.get("entrypoint") or service.node.get("environment")
            if node is not None:
                yield from _hit(node, asked, service.cpus)
        for container in (each for one in resources_in(manifest) for each in one.main):
            words = [each.text or "" for word in ("command", "args") for each in container.node.items_at(word)]
            pairs = {each.text_at("name") or "": each.text_at("value") or "" for each in container.node.items_at("env")}
            node = container.node.get("args") or container.node.get("command") or container.node.get("env")
            if node is not None:
                cpus = quantity(container.node.text_at("resources", "limits", "cpu"))
                yield from _hit(node, _workers(commands_of_list(words), pairs), cpus)
        if manifest.kind == "dockerfile":
            yield from _of_image(manifest)


def _of_image(manifest: Manifest) -> Iterator[ManifestHit]:
    file = dockerfile_of(manifest)
    environment = file.environment(len(file.stages) - 1) if file.stages else {}
    for last in (file.last("CMD"), file.last("ENTRYPOINT")):
        number = _workers([run.command for run in last[1].runs], environment) if last is not None else None
        if last is not None and number is not None and number >= _MANY:
            message = f"starts {number} workers, whatever it runs on"
            yield ManifestHit(at=last[1].span, confidence="medium", message=message)
            return


def _workers(commands: Iterable[Command], environment: Mapping[str, str]) -> int | None:
    """How many worker processes a server is told to start; None for no server, or no fixed number."""
    for command in commands:
        words = [each.rpartition("/")[2] for each in command.words]
        if any(word in _SERVERS for word in words[:4]):
            return integer(command.value("--workers", "-w") or environment.get("WEB_CONCURRENCY"))
    return None


def _hit(node: Node, workers: int | None, cpus: Fraction | None) -> Iterator[ManifestHit]:
    if workers is None or not cpus or cpus < 0:
        return
    most = 2 * math.ceil(cpus) + 1
    if workers > most:
        yield ManifestHit(
            at=node.span,
            message=f"starts {workers} workers on {float(cpus):g} processors",
            fix=f"start at most {most}, two for each processor and one",
        )
