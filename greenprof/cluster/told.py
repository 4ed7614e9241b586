"""Pure: the ledger of a cluster as a `Report`, which every reporter can tell."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from greenprof.model import Cluster, ClusterMachine, Energy, Host, MeterInfo, Overhead, Report, Run

_NO_METER = MeterInfo(name="none", estimated=False, domains=(), uncertainty=1.0, scope="no machine of the cluster")


def report_of(
    cluster: Cluster, *, command: Sequence[str], started_at: str, duration_s: float, exit_code: int | None, here: Host
) -> Report:
    """A report whose joules are those of all machines together; `here` stands for them where none told of itself."""
    known = [machine for machine in cluster.machines if machine.total_j is not None]
    total_j = sum(machine.total_j or 0.0 for machine in known) if known else None
    idle_known = known and all(machine.idle_j is not None for machine in known)
    idle_j = sum(machine.idle_j or 0.0 for machine in known) if idle_known else None
    cluster_j = sum(machine.cluster_j or 0.0 for machine in known) if known else None
    other_j = sum(machine.other_j or 0.0 for machine in known) if known else None
    meter = _meter(cluster.machines)
    return Report(
        run=Run(
            command=tuple(command),
            started_at=started_at,
            duration_s=duration_s,
            exit_code=exit_code,
            cpu_s=cluster.cpu_s,
            processes=max(1, len(cluster.workers)),
            max_rss_bytes=None,
            read_bytes=None,
            written_bytes=None,
        ),
        host=cluster.machines[0].host if cluster.machines else here,
        meter=meter,
        energy=Energy(
            total_j=total_j,
            domains_j={machine.name: machine.total_j for machine in cluster.machines},
            idle_j=idle_j,
            process_j=cluster_j,
            other_j=other_j,
            unattributed_j=cluster_j,
            mean_w=None if total_j is None or duration_s <= 0 else total_j / duration_s,
            interval_j=_interval(cluster_j, meter),
        ),
        hotspots=(),
        functions=(),
        findings=(),
        tree=(),
        timeline=(),
        processes=(),
        overhead=Overhead(cpu_s=cluster.own_s, wall_s=0.0),
        notes=notes_of(cluster),
        cluster=cluster,
    )


def notes_of(cluster: Cluster) -> tuple[str, ...]:
    """What a reader has to know before believing the numbers."""
    notes = []
    for worker in cluster.workers:
        if worker.state == "lost" and worker.ended_s is not None:
            notes.append(_lost(worker.name, worker.ended_s, worker.known_until_s))
    for machine in cluster.machines:
        if machine.refusal is not None:
            notes.append(f"the joules of machine {machine.name} are not known: {machine.refusal}")
        elif machine.unknown_s > 0:
            notes.append(f"{machine.unknown_s:.3g} s of machine {machine.name} have no known joules")
    if len({machine.meter.name for machine in cluster.machines if machine.meter is not None}) > 1:
        kinds = Counter(machine.meter.name for machine in cluster.machines if machine.meter is not None)
        notes.append("machines have different meters: " + ", ".join(f"{n} with {name}" for name, n in kinds.items()))
    return tuple(notes)


def _lost(name: str, ended_s: float, known_until_s: float | None) -> str:
    if known_until_s is None:
        return f"the worker {name} was lost {ended_s:.3g} s after the start: what it used is not known"
    return (
        f"the worker {name} was lost {ended_s:.3g} s after the start: what it used after {known_until_s:.3g} s "
        "is not known"
    )


def _meter(machines: Sequence[ClusterMachine]) -> MeterInfo:
    """The machines' meters as one: estimated if one of them is, and as uncertain as the worst."""
    meters = [machine.meter for machine in machines if machine.meter is not None]
    if not meters:
        return _NO_METER
    names = "+".join(dict.fromkeys(meter.name for meter in meters))
    one = len(machines) == 1
    return MeterInfo(
        name=names,
        estimated=any(meter.estimated for meter in meters),
        domains=tuple(machine.name for machine in machines),
        uncertainty=max(meter.uncertainty for meter in meters),
        scope=meters[0].scope if one else f"{len(meters)} machines; {meters[0].scope}",
        idle_w=meters[0].idle_w if one else None,
        notes=tuple(dict.fromkeys(note for meter in meters for note in meter.notes)),
    )


def _interval(joules: float | None, meter: MeterInfo) -> tuple[float, float] | None:
    if joules is None or not math.isfinite(meter.uncertainty):
        return None
    return max(0.0, joules * (1 - meter.uncertainty)), joules * (1 + meter.uncertainty)
