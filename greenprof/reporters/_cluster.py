"""What a report says of work that was spread over a cluster: its ledger, and tables of groups, workers and machines.

Pure functions of a `Report`, as in `greenprof.reporters._story`; each reporter sets the tables in type.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from greenprof.i18n import _, ngettext
from greenprof.reporters import _numbers as numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from greenprof.model import Cluster, ClusterGroup, ClusterTask, ClusterWorker, Report


DASK = "dask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: `header` and `rows` have equally many cells, `sides` says of each whether it is a number (``r``)."""

    name: str
    title: str
    header: tuple[str, ...]
    sides: str
    rows: tuple[tuple[str, ...], ...]
    rest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A row of the ledger; see `greenprof.reporters._story.Entry`."""

    key: str
    label: str
    joules: float | None
    remark: str = ""
    part: bool = False


def headline(cluster: Cluster, energy: str, how: str, span: str) -> str:
    """One sentence: what the work used."""
    if cluster.engine != DASK:
        return _("The calls used {energy}, {how} over {span}.", energy=energy, how=how, span=span)
    workers = len(cluster.workers)
    over = ngettext("{number} worker", "{number} workers", workers, number=numbers.count(workers))
    return _(
        "The cluster used {energy}, {how} over {span} on {workers}.", energy=energy, how=how, span=span, workers=over
    )


def who(cluster: Cluster) -> str:
    """What the work was spread over, in the ledger."""
    return _("the cluster") if cluster.engine == DASK else _("the calls")


def ledger(report: Report, cluster: Cluster) -> tuple[Part, ...]:
    """Where the joules of the machines went: idle, the cluster and other programs add up to the total."""
    energy = report.energy
    machines = len(cluster.machines)
    where = ngettext("{number} machine", "{number} machines", machines, number=numbers.count(machines))
    idle = _("drawn whether anything runs or not, each machine once")
    if energy.idle_j is None:
        idle = "" if energy.process_j is None else _("so the shares are of the whole")
    rows = [
        Part(key="idle", label=_("idle machines"), joules=energy.idle_j, remark=idle),
        Part(key="process", label=who(cluster), joules=energy.process_j),
        Part(key="tasks", label=_("tasks"), joules=cluster.tasks_j, part=True),
    ]
    if cluster.retried_j:
        remark = _("of the tasks: attempts that another one followed")
        rows.append(Part(key="retried", label=_("in vain"), joules=cluster.retried_j, remark=remark, part=True))
    rows.append(Part(key="overhead", label=_("the rest of the workers"), joules=cluster.overhead_j, part=True))
    if cluster.scheduler_j is not None and cluster.engine == DASK:
        rows.append(Part(key="scheduler", label=_("the scheduler"), joules=cluster.scheduler_j, part=True))
    rows.append(Part(key="other", label=_("other programs"), joules=energy.other_j))
    rows.append(Part(key="total", label=_("total"), joules=energy.total_j, remark=where))
    return tuple(rows)


def tables(report: Report, most: int) -> tuple[Table, ...]:
    """All tables, each with at most so many rows."""
    cluster = report.cluster
    if cluster is None:
        return ()
    precision = numbers.precision(report)
    scale = numbers.scale_of(max((group.energy_j or 0.0 for group in cluster.groups), default=0.0))

    def energy(joules: float | None) -> str:
        return numbers.energy(joules, precision, scale)

    made = [_groups(cluster, energy, most), _workers(cluster, energy, most)]
    if any(task.attempts > 1 or task.state != "done" for task in cluster.tasks):
        made.append(_troubled(cluster, energy, most))
    made.append(_tasks(cluster, energy, most))
    if len(cluster.machines) > 1:
        made.append(_machines(cluster, energy, most))
    return tuple(table for table in made if table.rows)


def _groups(cluster: Cluster, energy: Callable[[float | None], str], most: int) -> Table:
    retried = any(group.retried_j for group in cluster.groups)
    failed = any(group.erred for group in cluster.groups)

    def row(group: ClusterGroup) -> tuple[str, ...]:
        return (
            energy(group.energy_j),
            numbers.share(group.energy_j, cluster.tasks_j) if cluster.tasks_j else "",
            numbers.cpu_time(group.cpu_s),
            numbers.count(group.tasks),
            *((energy(group.retried_j) if group.retried_j else "",) if retried else ()),
            *((numbers.count(group.erred) if group.erred else "",) if failed else ()),
            group.name,
        )

    header = (
        _("Joules"), _("Share"), _("CPU time"), _("Tasks"), *((_("In vain"),) if retried else ()),
        *((_("Failed"),) if failed else ()), _("Group of tasks"),
    )  # fmt: skip
    return _table("groups", _("Groups of tasks, dearest first"), header, cluster.groups, row, most=most)


def _tasks(cluster: Cluster, energy: Callable[[float | None], str], most: int) -> Table:
    def row(task: ClusterTask) -> tuple[str, ...]:
        cpu, ran = numbers.cpu_time(task.cpu_s), numbers.cpu_time(task.ran_s)
        return energy(task.energy_j), cpu, ran, ", ".join(task.workers), task.key

    header = (_("Joules"), _("CPU time"), _("Time"), _("Worker"), _("Task"))
    return _table("tasks", _("Tasks, dearest first"), header, cluster.tasks, row, most=most, texts=2)


def _troubled(cluster: Cluster, energy: Callable[[float | None], str], most: int) -> Table:
    def row(task: ClusterTask) -> tuple[str, ...]:
        return (
            energy(task.energy_j),
            energy(task.retried_j),
            numbers.count(task.attempts),
            _state_of_task(task),
            task.key,
        )

    tasks = [task for task in cluster.tasks if task.attempts > 1 or task.state != "done"]
    header = (_("Joules"), _("In vain"), _("Attempts"), _("How it ended"), _("Task"))
    return _table(
        "retries", _("Tasks that were tried again, or did not end well"), header, tasks, row, most=most, texts=2
    )


def _workers(cluster: Cluster, energy: Callable[[float | None], str], most: int) -> Table:
    def row(worker: ClusterWorker) -> tuple[str, ...]:
        return (
            energy(worker.tasks_j),
            energy(worker.overhead_j),
            numbers.cpu_time(worker.cpu_s),
            numbers.count(worker.attempts),
            worker.name,
            _state_of_worker(worker),
        )

    ranked = sorted(cluster.workers, key=lambda worker: -(worker.tasks_j or 0.0))
    header = (_("Tasks, joules"), _("Rest, joules"), _("CPU time"), _("Attempts"), _("Worker"), _("State"))
    return _table("workers", _("Workers"), header, ranked, row, most=most, texts=2)


def _machines(cluster: Cluster, energy: Callable[[float | None], str], most: int) -> Table:
    rows = [
        (
            energy(machine.total_j),
            energy(machine.idle_j),
            energy(machine.cluster_j),
            energy(machine.other_j),
            numbers.count(machine.workers),
            f"{machine.host.cpu} ({machine.name})",
        )
        for machine in cluster.machines
    ]
    header = (_("Joules"), _("Idle"), _("The cluster"), _("Other programs"), _("Workers"), _("Machine"))
    return _table("machines", _("Machines"), header, rows, lambda row: row, most=most)


def _table(
    name: str,
    title: str,
    header: tuple[str, ...],
    items: Sequence[Any],
    row: Callable[[Any], tuple[str, ...]],
    *,
    most: int,
    texts: int = 1,
) -> Table:
    left = len(items) - most
    rest = ngettext("and {number} more", "and {number} more", left, number=numbers.count(left)) if left > 0 else ""
    sides = "r" * (len(header) - texts) + "l" * texts
    return Table(name=name, title=title, header=header, sides=sides, rows=tuple(map(row, items[:most])), rest=rest)


def _state_of_worker(worker: ClusterWorker) -> str:
    if worker.state == "present":
        return ""
    ended = numbers.duration(worker.ended_s)
    if worker.state == "left":
        return _("left after {time}", time=ended)
    if worker.known_until_s is None:
        return _("lost after {time}, nothing known of it", time=ended)
    return _("lost after {time}, known until {known}", time=ended, known=numbers.duration(worker.known_until_s))


def _state_of_task(task: ClusterTask) -> str:
    states = {
        "done": _("done"),
        "erred": _("failed"),
        "lost": _("lost with its worker"),
        "given up": _("given up"),
        "running": _("not ended"),
    }
    said = states.get(task.state, task.state)
    if task.lost and task.state != "lost":
        lost = ngettext(
            "{number} attempt lost with its worker",
            "{number} attempts lost with their workers",
            task.lost,
            number=numbers.count(task.lost),
        )
        return f"{said}; {lost}"
    return said
