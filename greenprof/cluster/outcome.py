"""What a measurement of spread work gives to its user: the cluster, its tasks by key, a report, a file."""

from __future__ import annotations

import sys
from collections.abc import Hashable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from greenprof import wire
from greenprof.cluster.told import report_of
from greenprof.errors import GreenprofError
from greenprof.host import describe_host
from greenprof.model import Cluster, ClusterTask, Report
from greenprof.redact import redact


class Outcome:
    """Filled when a measurement has ended, and by `update` in between."""

    def __init__(self) -> None:
        self._cluster: Cluster | None = None
        self._tasks: Mapping[Hashable, ClusterTask] = {}
        self._started_at = ""
        self._seconds = 0.0
        self._exit_code: int | None = None

    @property
    def cluster(self) -> Cluster:
        """Machines, workers, groups of tasks and tasks, with their joules."""
        if self._cluster is None:
            raise GreenprofError("nothing was measured yet: the block is still open; update() looks in between")
        return self._cluster

    @property
    def tasks(self) -> Mapping[Hashable, ClusterTask]:
        """Every task by its key; up to 100,000 of them."""
        return self._tasks

    @property
    def energy_j(self) -> float | None:
        """What the work used: its tasks, the rest of its workers, and a scheduler's; None if unknown."""
        known = [machine.cluster_j for machine in self.cluster.machines if machine.cluster_j is not None]
        return sum(known) if known else None

    @property
    def report(self) -> Report:
        """All of it as a report, for ``greenprof report``."""
        return report_of(
            self.cluster,
            command=redact((Path(sys.argv[0]).name or "python", *sys.argv[1:])),
            started_at=self._started_at,
            duration_s=self._seconds,
            exit_code=self._exit_code,
            here=describe_host(),
        )

    def save(self, path: str | Path) -> None:
        """Write the report as JSON, which ``greenprof report`` shows in every format."""
        Path(path).write_text(wire.dumps(wire.report_to_json(self.report)), encoding="utf-8")

    def _begins_now(self) -> None:
        self._started_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
