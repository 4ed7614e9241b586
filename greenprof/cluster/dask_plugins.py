"""What runs inside a Dask cluster: a plugin in each worker, one in the scheduler, and what the one tells the other.

Which thread runs which task is known from ``Worker.active_threads``: the thread itself writes its key there where a
task begins, and takes it out where it ends. A dictionary that listens, put in its place, sees both in the thread of the
task, so that no task, executor or function is wrapped, pickled anew or called differently. It has been so from
distributed 2024.8 to 2026.8; methods of actors pass there too. What a worker has seen travels with its heartbeats.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

from dask.utils import key_split
from distributed.diagnostics.plugin import SchedulerPlugin, WorkerPlugin

from greenprof import wire
from greenprof.cluster import ledger
from greenprof.cluster.ledger import ClusterLedger
from greenprof.cluster.reader import Reader, decoded, encoded, machine_id
from greenprof.host import describe_host
from greenprof.model import Host, MeterInfo

if TYPE_CHECKING:
    from distributed import Scheduler, Worker

EXTENSION = "greenprof"
# Threads of distributed itself: pools, the event loop, its statistical profiler.
_HOUSEKEEPING = ("Dask-", "TCP-Executor", "IO loop", "Profile", "AsyncProcess")
_OWN_TURN_S = 5.0  # how often the scheduler takes in what its own reader has seen
_READERS: dict[str, tuple[Reader, list[str]]] = {}  # of this process: the measurement's, and who uses it


def _reader_for(measurement: str, who: str, meter: str | None, *, alone: bool) -> Reader:
    """The one reader that a process has for a measurement, however many workers live in it."""
    if measurement not in _READERS:
        _READERS[measurement] = (Reader(meter, housekeeping=_HOUSEKEEPING, alone=alone), [])
    reader, users = _READERS[measurement]
    users.append(who)
    return reader


def _let_go(measurement: str, who: str) -> None:
    reader, users = _READERS.get(measurement, (None, []))
    if who in users:
        users.remove(who)
    if reader is not None and not users:
        del _READERS[measurement]
        reader.close()


def _runs_alone() -> bool:
    """Whether this process is there for the cluster only: then its event loop has the main thread."""
    import threading

    return threading.current_thread() is threading.main_thread()


class Listening(dict[int, Hashable]):
    """``Worker.active_threads``, which tells readers of what begins and ends. `before` holds what ran already."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.readers: tuple[Reader, ...] = ()
        self._before = worker.active_threads
        self._tasks = worker.state.tasks

    def __setitem__(self, ident: int, key: Hashable) -> None:
        super().__setitem__(ident, key)
        if self.readers:
            task = self._tasks.get(cast(Any, key))
            token = (key, None if task is None else task.run_id)
            for reader in self.readers:
                reader.begin(token)

    def __delitem__(self, ident: int) -> None:
        super().__delitem__(ident)
        for reader in self.readers:
            reader.end()

    def __missing__(self, ident: int) -> Hashable:
        return self._before[ident]


class _WorkerVoice:
    """A worker's heartbeats carry what its readers have seen, and once more what the last one carried."""

    def __init__(self) -> None:
        self.readers: dict[str, Reader] = {}
        self._abouts: dict[str, dict[str, Any]] = {}
        self._said: dict[str, list[tuple[int, dict[str, object]]]] = {}
        self._number = 0

    def heartbeat(self) -> dict[str, Any]:
        """What the scheduler is told now, by measurement: the last two batches, numbered."""
        told = {}
        for measurement, reader in self.readers.items():
            self._number += 1
            # One that got lost on its way is in the next again; the scheduler takes each number once.
            said = [*self._said.get(measurement, [])[-1:], (self._number, encoded(reader.take()))]
            self._said[measurement] = said
            told[measurement] = {"about": self._abouts[measurement], "batches": said}
        return told

    def listen(self, measurement: str, reader: Reader) -> None:
        """Tell of this reader too from now on."""
        self._abouts[measurement] = _described(reader)
        self.readers[measurement] = reader

    def forget(self, measurement: str) -> Reader | None:
        """Tell no more of a measurement; its reader, if there was one."""
        self._abouts.pop(measurement, None)
        self._said.pop(measurement, None)
        return self.readers.pop(measurement, None)


class EnergyWorkerPlugin(WorkerPlugin):
    """Measures what the tasks of a worker use, for one measurement."""

    def __init__(self, measurement: str, meter: str | None = None) -> None:
        self.name = f"greenprof-{measurement}"
        self._measurement = measurement
        self._meter = meter

    def setup(self, worker: Worker) -> None:
        """Begin to read, and to listen to the worker's threads."""
        reader = _reader_for(self._measurement, worker.address, self._meter, alone=_runs_alone())
        voice = worker.extensions.setdefault(EXTENSION, _WorkerVoice())
        voice.listen(self._measurement, reader)
        with worker.active_threads_lock:
            listening: Any = worker.active_threads
            if not isinstance(listening, Listening):
                listening = worker.active_threads = Listening(worker)  # type: ignore[assignment]
            listening.readers = (*listening.readers, reader)

    def teardown(self, worker: Worker) -> None:
        """Stop; the worker is left as it was, but for a dictionary that listens to nobody."""
        voice = worker.extensions.get(EXTENSION)
        reader = voice.forget(self._measurement) if voice is not None else None
        with worker.active_threads_lock:
            if isinstance(worker.active_threads, Listening):
                worker.active_threads.readers = tuple(
                    each for each in worker.active_threads.readers if each is not reader
                )
        _let_go(self._measurement, worker.address)


def _described(reader: Reader) -> dict[str, Any]:
    """The machine and the meter of this process, as heartbeats carry them."""
    meter = reader.meter
    return {
        "machine": machine_id(),
        "host": asdict(describe_host()),
        "meter": None if meter is None else asdict(meter),
        "refusal": reader.refusal,
    }


async def flush(measurement: str, dask_worker: Worker) -> None:
    """In a worker: end the window of now, and tell the scheduler."""
    voice = dask_worker.extensions.get(EXTENSION)
    if voice is not None and measurement in voice.readers:
        voice.readers[measurement].close_window()
        await dask_worker.heartbeat()


class _SchedulerEar:
    """Takes what heartbeats bring to the ledgers of the measurements that are open."""

    def __init__(self) -> None:
        self.ledgers: dict[str, EnergySchedulerPlugin] = {}

    def heartbeat(self, ws: Any, told: dict[str, Any]) -> None:
        """Take in what one worker has seen."""
        for measurement, said in told.items():
            if measurement in self.ledgers:
                self.ledgers[measurement].heard(ws.address, said["about"], said["batches"])


class EnergySchedulerPlugin(SchedulerPlugin):
    """Keeps the ledger of one measurement: which attempt ran where, how it ended, and what it used."""

    def __init__(self, measurement: str, meter: str | None = None) -> None:
        self.name = f"greenprof-{measurement}"
        self._measurement = measurement
        self._meter = meter

    async def start(self, scheduler: Scheduler) -> None:
        """Begin: with the workers that are there."""
        self._scheduler = scheduler
        self._begun = time.monotonic()
        self._ledger = ClusterLedger(key_split)
        self._numbers: dict[str, int] = {}
        self._reader = _reader_for(self._measurement, "scheduler", self._meter, alone=_runs_alone())
        self._machine = machine_id()
        self._found(_described(self._reader))
        self._ledger.scheduler_is_on(self._machine)
        self._heard_self_s = 0.0
        # Workers that still tell of a measurement that is over must find it: a heartbeat to nobody ends a worker.
        ear = scheduler.extensions.setdefault(EXTENSION, _SchedulerEar())
        ear.ledgers[self._measurement] = self
        for address in scheduler.workers:
            self.add_worker(scheduler, address)

    async def close(self) -> None:
        """Stop."""
        self.stop()

    def stop(self) -> None:
        """Hear no more."""
        ear = self._scheduler.extensions.get(EXTENSION)
        if ear is not None:
            ear.ledgers.pop(self._measurement, None)
        _let_go(self._measurement, "scheduler")

    def add_worker(self, scheduler: Scheduler, worker: str) -> None:
        """Note a worker; which machine it is on it tells itself."""
        state = scheduler.workers[worker]
        self._ledger.worker_came(worker, str(state.name), state.nthreads)

    def heard(self, address: str, about: dict[str, Any], batches: list[tuple[int, dict[str, Any]]]) -> None:
        """Take in what a worker has told, each batch once."""
        if address not in self._numbers:
            self._found(about)
        for number, batch in batches:
            if number > self._numbers.get(address, 0):
                self._numbers[address] = number
                self._ledger.heard(address, about["machine"], decoded(batch), self._now_s())
        if self._now_s() - self._heard_self_s > _OWN_TURN_S:
            self._hear_self()

    def log_event(self, topic: str, msg: Any) -> None:
        """Hear of workers that go, and whether that was expected."""
        if topic == "all" and isinstance(msg, dict) and msg.get("action") == "remove-worker":
            self._ledger.worker_went(msg["worker"], self._now_s(), lost=not msg.get("expected"))

    def transition(self, key: Any, start: str, finish: str, *args: Any, **kwargs: Any) -> None:
        """Note which attempt goes where, and how it ends."""
        if start != "processing" and finish != "processing":
            return
        task = self._scheduler.tasks.get(key)
        if task is None:
            return
        if finish == "processing":
            if task.processing_on is not None:
                self._ledger.assigned(key, task.run_id, task.processing_on.address)
            return
        worker = kwargs.get("worker") or ""
        if finish == "memory":
            self._ledger.ended(key, task.run_id, worker, ledger.DONE)
        elif self._ledger.worker_of(key, task.run_id) not in self._scheduler.workers:
            self._ledger.ended(key, task.run_id, worker, ledger.LOST)
        else:
            unwanted = finish != "erred" and not task.who_wants and not task.waiters
            self._ledger.ended(key, task.run_id, worker, ledger.GIVEN_UP if unwanted else ledger.ERRED)

    def result(self) -> dict[str, Any]:
        """The ledger as it stands, for a client."""
        self._reader.close_window()
        self._hear_self()
        return {
            "cluster": asdict(self._ledger.result("dask")),
            "tasks": [(key, asdict(task)) for key, task in self._ledger.keys().items()],
            "seconds": self._now_s(),
        }

    def _hear_self(self) -> None:
        self._heard_self_s = self._now_s()
        self._ledger.heard_scheduler(self._machine, self._reader.take())

    def _found(self, message: dict[str, Any]) -> None:
        meter = message["meter"]
        self._ledger.machine_found(
            message["machine"],
            wire.decoded(Host, _lists(message["host"]), "a worker"),
            None if meter is None else wire.decoded(MeterInfo, _lists(meter), "a worker"),
            message["refusal"],
        )

    def _now_s(self) -> float:
        return time.monotonic() - self._begun


def _lists(values: dict[str, Any]) -> dict[str, Any]:
    """Tuples as JSON has them."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def result_of(measurement: str, dask_scheduler: Scheduler) -> dict[str, Any] | None:
    """In the scheduler: what its plugin has put together; None if it is not there."""
    ear = dask_scheduler.extensions.get(EXTENSION)
    plugin = ear.ledgers.get(measurement) if ear is not None else None
    return None if plugin is None else plugin.result()


def stop_in(measurement: str, dask_scheduler: Scheduler) -> None:
    """In the scheduler: end the measurement."""
    ear = dask_scheduler.extensions.get(EXTENSION)
    plugin = ear.ledgers.get(measurement) if ear is not None else None
    if plugin is not None:
        plugin.stop()
        with suppress(ValueError):
            dask_scheduler.remove_plugin(name=plugin.name)
