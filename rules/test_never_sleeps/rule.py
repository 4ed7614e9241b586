"""Test environments that run at night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint.manifests import ManifestHit, ManifestRule
from greenprof.lint.manifests.kubernetes import SCALED, resources_in
from greenprof.lint.manifests.kubernetes_facts import sleeps, sleeps_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.manifests import Manifest


class TestNeverSleeps(ManifestRule):
    """A test environment is used in office hours, and runs in all the others."""

    name = "test-never-sleeps"
    severity = "info"
    message = "nothing here puts this environment for tests to sleep at night"
    fix = "give it hours: kube-downscaler's downscaler/uptime, a kube-green SleepInfo, or a KEDA cron trigger"
    reads = frozenset({"kubernetes"})

    def look(self, manifest: Manifest) -> Iterator[ManifestHit]:
        """The first workload of each namespace for tests, if none in the files has a schedule there."""
        told: set[str] = set()
        for one in resources_in(manifest):
            environment = one.environment
            if one.kind not in SCALED or not one.is_whole or environment is None or environment in told:
                continue
            told.add(environment)
            node = one.node.get("metadata", "namespace") or one.node.get("metadata") or one.node
            yield ManifestHit(
                at=node.span,
                confidence="medium",
                message=f"nothing in these files puts {environment} to sleep when nobody tests",
                unless=sleeps(one.namespace),
            )

    def tells(self, manifest: Manifest) -> Iterator[str]:
        """The namespaces that have a schedule."""
        return sleeps_in(manifest)
