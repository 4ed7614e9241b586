"""Probes that are asked every second or two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule, replaced
from greenprof.lint.manifests.kubernetes import resources_in
from greenprof.lint.manifests.quantities import integer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest, Node

_OFTEN_S = 2
_STARTED_OFTEN_S = 30  # a runtime that is started for each answer
_DEFAULT_S = 10
_PROBES = ("livenessProbe", "readinessProbe")
# What is started: the first word, or in a script what begins a command.
_RUNTIMES = re.compile(
    r"(?:^|[;&|(]\s*|\bexec\s+|\bthen\s+|-\w*c\s+)(?:timeout\s+\S+\s+)?(?:[\w./-]*/)?"
    r"(java|python[\d.]*|node|ruby|php|dotnet|perl|pwsh|rails|rake|celery|rabbitmqctl|rabbitmq-diagnostics|nodetool|"
    r"kafka-[\w-]+\.sh)(?=\s|$)"
)


class ProbeEverySecond(ManifestRule):
    """A probe is a request, or a process, in every pod, for as long as it lives."""

    name = "probe-every-second"
    severity = "info"
    message = "is asked for its health every second or two"
    fix = "ask every 10 seconds, the default, and let a startupProbe be quick where a quick start matters"
    cost = "cpu"
    mends = True
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """Probes every second or two, and those that start a runtime each time; a startup probe ends by itself."""
        for container in (each for one in resources_in(manifest) if not one.is_system for each in one.main):
            for word in _PROBES:
                probe = container.node.get(word)
                if probe is not None and (hit := _hit(probe)) is not None:
                    yield hit


def _hit(probe: Node) -> ManifestHit | None:
    period = probe.get("periodSeconds")
    seconds = _DEFAULT_S if period is None else integer(period.text)
    if not seconds:
        return None
    command = " ".join(each.text or "" for each in probe.items_at("exec", "command"))
    runtime = _RUNTIMES.search(command)
    edits = (replaced(period, str(_DEFAULT_S)),) if period is not None and not period.is_alias else ()
    if runtime is not None and seconds < _STARTED_OFTEN_S:
        return ManifestHit(
            at=(probe.get("exec") or probe).span,
            confidence="high" if seconds <= _OFTEN_S else "medium",
            message=f"starts {runtime[1]} every {seconds} s, {86_400 // seconds:,} times a day, to ask for its health",
            fix="ask the program that runs: httpGet, tcpSocket or grpc; or look every 30 seconds",
            edits=edits if seconds <= _OFTEN_S else (),
        )
    if seconds > _OFTEN_S or period is None:
        return None
    message = f"is asked for its health {86_400 // seconds:,} times a day"
    return ManifestHit(at=period.span, confidence="medium", message=message, edits=edits)
