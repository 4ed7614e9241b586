"""Pure: what the readers of a cluster have told, put together by task, worker and machine.

A task may be tried several times: it fails and is tried again, its worker is lost, or its result was on a worker that
is lost. All attempts but the last are its `retried_j`. A machine is counted once however many processes read its
counters: by one of them, and by another one from where that one is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace

from greenprof.cluster.reader import Amount, Batch, MachineWindow
from greenprof.model import (
    Cluster,
    ClusterGroup,
    ClusterMachine,
    ClusterTask,
    ClusterWorker,
    Host,
    MeterInfo,
)

MOST_TASKS = 100_000  # told apart by key; what comes after is in its group only
MOST_TASKS_TOLD = 1_000  # in a report, dearest first

DONE, ERRED, LOST, GIVEN_UP, RUNNING = "done", "erred", "lost", "given up", "running"
PRESENT, LEFT, GONE = "present", "left", "lost"
_SCHEDULER = "scheduler"


@dataclass(slots=True)
class _Attempt:
    worker: str
    state: str = RUNNING
    heard: bool = False  # whether its worker has told of it: it ran
    used: Amount = field(default_factory=Amount)


@dataclass(slots=True)
class _Task:
    group: str
    attempts: dict[int | None, _Attempt] = field(default_factory=dict)

    def made(self) -> list[_Attempt]:
        """The attempts that were made: none that were moved elsewhere, or lost, before a word was heard of them."""
        every = list(self.attempts.values())
        made = [each for each in every if each.heard or each.state in (DONE, ERRED)]
        return made or every[-1:]


@dataclass(slots=True)
class _Group:
    tasks: int = 0
    attempts: int = 0
    erred: int = 0
    used: Amount = field(default_factory=Amount)
    retried: Amount = field(default_factory=Amount)


@dataclass(slots=True)
class _Machine:
    """A machine's joules, from one of those who read its counters: the others stand by, should that one be lost.

    Readers are out of step with each other, and what a machine drew within a window is not known: windows of one reader
    after the other are exact, those of several in turn would not be.
    """

    host: Host
    meter: MeterInfo | None
    refusal: str | None
    reader: str | None = None
    total_j: float = 0.0
    idle_j: float | None = 0.0
    known_s: float = 0.0
    unknown_s: float = 0.0
    covered_until_ns: int = 0
    standing_by: dict[str, list[MachineWindow]] = field(default_factory=dict)

    def saw(self, reader: str, windows: Iterable[MachineWindow]) -> None:
        """Take in what one reader has seen."""
        if self.reader is None:
            self.reader = reader
        if reader == self.reader:
            self._count(windows)
            self.standing_by = {
                name: [each for each in kept if each.end_ns > self.covered_until_ns]
                for name, kept in self.standing_by.items()
            }
        else:
            new = (each for each in windows if each.end_ns > self.covered_until_ns)
            self.standing_by.setdefault(reader, []).extend(new)

    def lost(self, reader: str) -> None:
        """Go on with another reader's windows, if this one was the machine's."""
        self.standing_by.pop(reader, None)
        if reader == self.reader:
            self.reader = max(self.standing_by, key=self._reach, default=None)
            self._count(self.standing_by.pop(self.reader, []) if self.reader is not None else [])

    def until_now(self) -> _Machine:
        """A copy, with what its reader has not told yet and another one has."""
        now = replace(self)
        furthest = max(self.standing_by, key=self._reach, default=None)
        now._count(self.standing_by[furthest] if furthest is not None else [])
        return now

    def _reach(self, reader: str) -> int:
        kept = self.standing_by[reader]
        return kept[-1].end_ns if kept else 0

    def _count(self, windows: Iterable[MachineWindow]) -> None:
        """Count of each window what no earlier one has covered."""
        for window in windows:
            start_ns = max(window.start_ns, self.covered_until_ns)
            if window.end_ns <= start_ns:
                continue
            part = (window.end_ns - start_ns) / (window.end_ns - window.start_ns)
            self.covered_until_ns = window.end_ns
            span_s = (window.end_ns - start_ns) / 1e9
            if window.total_j is None:
                self.unknown_s += span_s
                continue
            self.known_s += span_s
            self.total_j += part * window.total_j
            self.idle_j = None if window.idle_j is None or self.idle_j is None else self.idle_j + part * window.idle_j


@dataclass(slots=True)
class _Worker:
    name: str
    threads: int
    machine: str | None = None
    state: str = PRESENT
    rest: Amount = field(default_factory=Amount)
    tasks: Amount = field(default_factory=Amount)
    attempts: int = 0
    heard_s: float | None = None
    ended_s: float | None = None
    own_s: float = 0.0


class ClusterLedger:
    """Grows while a cluster works. Times are seconds since its beginning, by the clock of whoever keeps it."""

    def __init__(self, group_of: Callable[[Hashable], str] = str) -> None:
        self._group_of = group_of
        self._tasks: dict[Hashable, _Task] = {}
        self._folded: dict[str, _Group] = defaultdict(_Group)
        self._machines: dict[str, _Machine] = {}
        self._workers: dict[str, _Worker] = {}
        self._scheduler = Amount()
        self._scheduler_machine: str | None = None
        self._scheduler_own_s = 0.0

    def worker_came(self, address: str, name: str, threads: int) -> None:
        """Tell of a worker."""
        if address not in self._workers:
            self._workers[address] = _Worker(name=name, threads=threads)

    def scheduler_is_on(self, machine: str) -> None:
        """Tell which machine's counters the scheduler reads: it is there first and last."""
        self._machines[machine].reader = _SCHEDULER

    def worker_is_on(self, address: str, machine: str) -> None:
        """Tell on which machine a worker is, where it does not tell of it itself."""
        worker = self._workers[address]
        worker.machine, worker.heard_s = machine, worker.heard_s or 0.0

    def worker_addresses(self) -> tuple[str, ...]:
        """Every worker that was told of."""
        return tuple(self._workers)

    def machine_found(self, machine: str, host: Host, meter: MeterInfo | None, refusal: str | None) -> None:
        """Tell of a machine, by whoever reads its counters; a reader that has a meter is believed first."""
        known = self._machines.get(machine)
        if known is None:
            self._machines[machine] = _Machine(host=host, meter=meter, refusal=refusal)
        elif known.meter is None and meter is not None:
            known.meter = meter

    def worker_went(self, address: str, now_s: float, *, lost: bool) -> None:
        """Tell that a worker is gone; `lost` if nobody expected it."""
        worker = self._workers.get(address)
        if worker is not None and worker.state == PRESENT:
            worker.state, worker.ended_s = GONE if lost else LEFT, now_s
            if worker.machine in self._machines:
                self._machines[worker.machine].lost(address)

    def assigned(self, key: Hashable, run: int | None, worker: str) -> None:
        """Tell that an attempt at a task begins on a worker."""
        if key in self._tasks or len(self._tasks) < MOST_TASKS:
            self._attempt(key, run, worker)

    def ended(self, key: Hashable, run: int | None, worker: str, state: str) -> None:
        """Tell how an attempt ended; an end that is known already stays."""
        if key in self._tasks or len(self._tasks) < MOST_TASKS:
            attempt = self._attempt(key, run, worker)
            if attempt.state == RUNNING:
                attempt.state = state

    def worker_of(self, key: Hashable, run: int | None) -> str | None:
        """Where an attempt runs, None if that is not known."""
        task = self._tasks.get(key)
        attempt = task.attempts.get(run) if task is not None else None
        return None if attempt is None else attempt.worker

    def heard(self, address: str, machine: str, batch: Batch, now_s: float) -> None:
        """Take in what a worker's reader has seen of the machine that it is on."""
        worker = self._workers[address]
        worker.machine = machine
        self._machines[machine].saw(address, batch.windows)
        worker.heard_s = now_s
        worker.rest.add(batch.rest)
        worker.own_s += batch.own_s
        for (key, run), used in batch.tasks:
            self._used(key, run, address, used)

    def heard_scheduler(self, machine: str, batch: Batch) -> None:
        """Take in what the scheduler's reader has seen."""
        self._machines[machine].saw(_SCHEDULER, batch.windows)
        self._scheduler_machine = machine
        self._scheduler.add(batch.rest)
        self._scheduler_own_s += batch.own_s

    def result(self, engine: str) -> Cluster:
        """All of it, as it stands."""
        groups: dict[str, _Group] = defaultdict(_Group)
        for name, folded in self._folded.items():
            _add_group(groups[name], folded)
        told: list[ClusterTask] = []
        for key, task in self._tasks.items():
            said = _told(key, task, self._workers)
            told.append(said)
            group = groups[task.group]
            group.tasks += 1
            group.erred += said.state == ERRED
            for place, attempt in enumerate(reversed(task.made())):
                group.attempts += 1
                group.used.add(attempt.used)
                if place:
                    group.retried.add(attempt.used)
        told.sort(key=lambda task: (-(task.energy_j or 0.0), -task.cpu_s, task.key))
        return Cluster(
            engine=engine,
            machines=tuple(self._told_machines()),
            workers=tuple(_told_worker(address, worker) for address, worker in self._workers.items()),
            groups=tuple(
                sorted(
                    (_told_group(name, group) for name, group in groups.items()),
                    key=lambda group: (-(group.energy_j or 0.0), -group.cpu_s, group.name),
                )
            ),
            tasks=tuple(told[:MOST_TASKS_TOLD]),
            tasks_j=_sum(group.used for group in groups.values()),
            retried_j=_sum(group.retried for group in groups.values()),
            overhead_j=_sum(worker.rest for worker in self._workers.values()),
            scheduler_j=None if self._scheduler_machine is None else self._scheduler.known_j,
            cpu_s=sum(worker.rest.cpu_s for worker in self._workers.values())
            + sum(group.used.cpu_s for group in groups.values())
            + self._scheduler.cpu_s,
            own_s=sum(worker.own_s for worker in self._workers.values()) + self._scheduler_own_s,
        )

    def keys(self) -> dict[Hashable, ClusterTask]:
        """Every task that is told apart, by its key as the engine has it."""
        return {key: _told(key, task, self._workers) for key, task in self._tasks.items()}

    def _used(self, key: Hashable, run: int | None, address: str, used: Amount) -> None:
        worker = self._workers[address]
        if key in self._tasks or len(self._tasks) < MOST_TASKS:
            attempt = self._attempt(key, run, address)
            if attempt.worker not in self._workers:
                attempt.worker = address
            worker = self._workers[attempt.worker]
            if not attempt.heard:
                attempt.heard = True
                worker.attempts += 1
            attempt.used.add(used)
        else:
            group = self._folded[self._group_of(key)]
            group.tasks += 1
            group.attempts += 1
            group.used.add(used)
        worker.tasks.add(used)

    def _attempt(self, key: Hashable, run: int | None, worker: str) -> _Attempt:
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = _Task(self._group_of(key))
        attempt = task.attempts.get(run)
        if attempt is None:
            attempt = task.attempts[run] = _Attempt(worker)
        return attempt

    def _told_machines(self) -> Iterable[ClusterMachine]:
        shares: dict[str | None, float] = defaultdict(float)
        for worker in self._workers.values():
            shares[worker.machine] += worker.rest.joules + worker.tasks.joules
        if self._scheduler_machine is not None:
            shares[self._scheduler_machine] += self._scheduler.joules
        for name, found in self._machines.items():
            machine = found.until_now()
            known = machine.known_s > 0
            idle_j = machine.idle_j if known else None
            yield ClusterMachine(
                name=name,
                host=machine.host,
                meter=machine.meter,
                refusal=machine.refusal if machine.meter is None else None,
                workers=sum(worker.machine == name for worker in self._workers.values()),
                total_j=machine.total_j if known else None,
                idle_j=idle_j,
                cluster_j=shares[name] if known else None,
                other_j=max(0.0, machine.total_j - (idle_j or 0.0) - shares[name]) if known else None,
                known_s=machine.known_s,
                unknown_s=machine.unknown_s,
            )


def _told(key: Hashable, task: _Task, workers: dict[str, _Worker]) -> ClusterTask:
    attempts = task.made()
    used, retried = Amount(), Amount()
    for attempt in attempts:
        used.add(attempt.used)
    for attempt in attempts[:-1]:
        retried.add(attempt.used)
    names = (workers[attempt.worker].name if attempt.worker in workers else attempt.worker for attempt in attempts)
    return ClusterTask(
        key=key if isinstance(key, str) else repr(key),
        group=task.group,
        state=attempts[-1].state if attempts else RUNNING,
        attempts=len(attempts),
        lost=sum(attempt.state == LOST for attempt in attempts),
        workers=tuple(dict.fromkeys(names)),
        energy_j=used.known_j if any(attempt.heard for attempt in attempts) else None,
        retried_j=retried.known_j,
        cpu_s=used.cpu_s,
        ran_s=used.ran_s,
    )


def _told_worker(address: str, worker: _Worker) -> ClusterWorker:
    return ClusterWorker(
        name=worker.name,
        address=address,
        machine=worker.machine,
        threads=worker.threads,
        state=worker.state,
        attempts=worker.attempts,
        tasks_j=worker.tasks.known_j if worker.heard_s is not None else None,
        overhead_j=worker.rest.known_j if worker.heard_s is not None else None,
        cpu_s=worker.tasks.cpu_s + worker.rest.cpu_s,
        known_until_s=worker.heard_s,
        ended_s=worker.ended_s,
    )


def _told_group(name: str, group: _Group) -> ClusterGroup:
    return ClusterGroup(
        name=name,
        tasks=group.tasks,
        attempts=group.attempts,
        erred=group.erred,
        energy_j=group.used.known_j,
        retried_j=group.retried.known_j,
        cpu_s=group.used.cpu_s,
        ran_s=group.used.ran_s,
    )


def _add_group(group: _Group, other: _Group) -> None:
    group.tasks += other.tasks
    group.attempts += other.attempts
    group.erred += other.erred
    group.used.add(other.used)
    group.retried.add(other.retried)


def _sum(amounts: Iterable[Amount]) -> float | None:
    whole = Amount()
    for amount in amounts:
        whole.add(amount)
    return whole.known_j
