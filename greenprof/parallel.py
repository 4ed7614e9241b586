"""Joules of work on the pools of one machine: `concurrent.futures`, joblib, and whatever calls a function elsewhere.

    with greenprof.parallel.measured_executor(ProcessPoolExecutor(4)) as pool:
        results = list(pool.map(work, inputs))
    print(pool.energy_j, pool.cluster.groups)

    with greenprof.parallel.measure() as m:
        joblib.Parallel(n_jobs=4)(m.delayed(work)(each) for each in inputs)

Results, exceptions and futures are the pool's own. A function that runs in a thread of this process is seen by its
thread's clock; one that runs in another process notes its process's CPU time in a file, a line a call, which this
process reads. See docs/clusters.md.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from greenprof.cluster import clocks
from greenprof.cluster import ledger as states
from greenprof.cluster.ledger import ClusterLedger
from greenprof.cluster.outcome import Outcome
from greenprof.cluster.reader import Reader, machine_id
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.host import describe_host

__all__ = ["MeasuredExecutor", "PoolMeasurement", "measure", "measured_executor"]

R = TypeVar("R")

_OPEN: dict[str, PoolMeasurement] = {}  # the measurements of this process, by the name that calls carry
_HERE = "here"


class PoolMeasurement(Outcome):
    """Measures calls of functions that `wrap` or `delayed` were given, or that go through `executor`."""

    def __init__(self, meter: str | None = None) -> None:
        super().__init__()
        self._meter = meter
        self._reader: Reader | None = None
        self._lock = threading.Lock()
        self._numbers: dict[str, itertools.count[int]] = {}
        self._read_bytes = 0

    def __enter__(self) -> PoolMeasurement:
        if self._reader is not None:
            raise GreenprofError("a measurement is entered once: make another one with greenprof.parallel.measure()")
        self._begins_now()
        self._begun = time.monotonic()
        handle, name = tempfile.mkstemp(prefix="greenprof-calls-")
        os.close(handle)
        self._file = Path(name)
        self._ledger = ClusterLedger(lambda key: str(key).rpartition("-")[0])
        self._machine = machine_id()
        try:
            self._reader = Reader(
                self._meter, housekeeping=("QueueFeederThread",), alone=False, before_window=self._look_elsewhere
            )
        except GreenprofError:
            self._file.unlink()
            raise
        if self._meter is not None and self._reader.refusal is not None:
            self._reader.close()
            self._file.unlink(missing_ok=True)
            raise GreenprofError(self._reader.refusal, EXIT_USAGE)
        self._ledger.machine_found(self._machine, describe_host(), self._reader.meter, self._reader.refusal)
        self._ledger.worker_came(_HERE, f"process {os.getpid()}", 0)
        _OPEN[name] = self
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        if self._exit_code is not None:
            return
        assert self._reader is not None
        self._exit_code = int(kind is not None)
        self._reader.close()
        self._take()
        _OPEN.pop(str(self._file), None)
        self._file.unlink(missing_ok=True)

    def update(self) -> None:
        """Bring what was seen up to now."""
        if self._reader is None:
            raise GreenprofError("nothing is measured yet: enter the measurement with `with`")
        if self._exit_code is None:
            self._reader.close_window()
            self._take()

    def wrap(self, function: Callable[..., R], name: str | None = None) -> Callable[..., R]:
        """`function`, each call of which is a task of its own, called in a thread of this process or in another one."""
        return _Function(self, function, name)

    def delayed(self, function: Callable[..., Any]) -> Callable[..., tuple[Any, tuple[Any, ...], dict[str, Any]]]:
        """In place of ``joblib.delayed``."""
        call = self._numbered(function)

        def delay(*args: Any, **kwargs: Any) -> tuple[Any, tuple[Any, ...], dict[str, Any]]:
            return call(), args, kwargs

        return delay

    def executor(self, executor: Executor) -> MeasuredExecutor:
        """`executor`, with the calls that it is given measured here."""
        return MeasuredExecutor(executor, self)

    def _numbered(self, function: Callable[..., Any], name: str | None = None) -> Callable[[], _Call]:
        """Makes of each call of a function a task with a number."""
        label = name or str(getattr(function, "__name__", type(function).__name__))
        if self._reader is None or self._exit_code is not None:
            raise GreenprofError(f"{label} cannot be measured: the measurement is not open")
        with self._lock:
            numbers = self._numbers.setdefault(label, itertools.count())
        return lambda: _Call(function, f"{label}-{next(numbers)}", str(self._file), os.getpid())

    def _begin(self, task: str) -> None:
        with self._lock:
            self._ledger.assigned(task, 0, _HERE)
        assert self._reader is not None
        self._reader.begin((task, 0))

    def _end(self, task: str, state: str, worker: str = _HERE) -> None:
        if worker == _HERE and self._reader is not None:
            self._reader.end()
        with self._lock:
            self._ledger.ended(task, 0, worker, state)

    def _never_ran(self, task: str, future: Future[Any]) -> None:
        """Note a call that was cancelled, or whose process is gone."""
        if future.cancelled():
            state = states.GIVEN_UP
        elif isinstance(future.exception(), BrokenExecutor):
            state = states.LOST
        else:
            return
        with self._lock:
            self._ledger.assigned(task, 0, "")
            self._ledger.ended(task, 0, "", state)

    def _look_elsewhere(self) -> None:
        """Take in what other processes have noted since the last look."""
        try:
            with self._file.open("rb") as file:
                file.seek(self._read_bytes)
                noted = file.read()
        except OSError:
            return
        whole = noted[: noted.rfind(b"\n") + 1]
        self._read_bytes += len(whole)
        for line in whole.decode().splitlines():
            pid, start_ns, end_ns, cpu_ns, state, task = line.split(" ", 5)
            with self._lock:
                self._ledger.worker_came(pid, f"process {pid}", 1)
                self._ledger.assigned(task, 0, pid)
                self._ledger.ended(task, 0, pid, state)
            if self._reader is not None:
                self._reader.ran_elsewhere((task, 0), int(start_ns), int(end_ns), int(cpu_ns))

    def _take(self) -> None:
        assert self._reader is not None
        self._seconds = time.monotonic() - self._begun
        with self._lock:
            self._ledger.heard(_HERE, self._machine, self._reader.take(), self._seconds)
            for worker in self._ledger.worker_addresses():
                self._ledger.worker_is_on(worker, self._machine)
            self._cluster = self._ledger.result("executor")
            self._tasks = self._ledger.keys()


class MeasuredExecutor(Executor):
    """An executor whose calls are measured. Futures, results and exceptions are those of the executor within.

    Made by `measured_executor`, it ends its measurement when it is shut down, and has what that has found as its own:
    `cluster`, `tasks`, `energy_j`, `report`, `save`.
    """

    def __init__(self, executor: Executor, measurement: PoolMeasurement, *, owns: bool = False) -> None:
        self._executor = executor
        self.measurement = measurement
        self._owns = owns

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        """As the executor's own."""
        call = self.measurement._numbered(fn)()
        future: Future[R] = self._executor.submit(call, *args, **kwargs)
        future.add_done_callback(lambda done: self.measurement._never_ran(call.task, done))
        return future

    def map(self, fn: Callable[..., R], *iterables: Iterable[Any], **options: Any) -> Iterator[R]:
        """As the executor's own, with its `timeout`, `chunksize` and what else it takes."""
        call = self.measurement._numbered(fn)
        return self._executor.map(_called, (call() for _ in itertools.count()), *iterables, **options)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """As the executor's own; with `wait` the measurement then ends."""
        self._executor.shutdown(wait=wait, cancel_futures=cancel_futures)
        if self._owns and wait:
            self.measurement.__exit__(None, None, None)

    def __getattr__(self, name: str) -> Any:
        """What the measurement has found, else what the executor within has."""
        own = self.__dict__
        if name in ("cluster", "tasks", "energy_j", "report", "save", "update"):
            return getattr(own["measurement"], name)
        return getattr(own["_executor"], name)


def measure(*, meter: str | None = None) -> PoolMeasurement:
    """Measure calls on pools in a ``with`` block. `meter` is as in `greenprof.measure`."""
    return PoolMeasurement(meter)


def measured_executor(executor: Executor, *, meter: str | None = None) -> MeasuredExecutor:
    """`executor` with all its calls measured, until it is shut down."""
    return MeasuredExecutor(executor, PoolMeasurement(meter).__enter__(), owns=True)


class _Function:
    """A function whose every call becomes a task; where it is pickled, it is the function with one task for all."""

    def __init__(self, measurement: PoolMeasurement, function: Callable[..., Any], name: str | None) -> None:
        self._call = measurement._numbered(function, name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call()(*args, **kwargs)

    def __reduce__(self) -> tuple[Any, ...]:
        return self._call().__reduce__()


class _Call:
    """One call of a function, which says what it used: in this process to the measurement, in another to its file."""

    def __init__(self, function: Callable[..., Any], task: str, file: str, home: int) -> None:
        self.function, self.task, self.file, self.home = function, task, file, home

    def __reduce__(self) -> tuple[Any, ...]:
        return _Call, (self.function, self.task, self.file, self.home)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if os.getpid() != self.home:
            return self._elsewhere(args, kwargs)
        measurement = _OPEN.get(self.file)
        if measurement is None:
            return self.function(*args, **kwargs)
        state = states.ERRED
        measurement._begin(self.task)
        try:
            result = self.function(*args, **kwargs)
            state = states.DONE
            return result
        finally:
            measurement._end(self.task, state)

    def _elsewhere(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        state, start_ns, before_ns = states.ERRED, time.monotonic_ns(), clocks.process_ns()
        try:
            result = self.function(*args, **kwargs)
            state = states.DONE
            return result
        finally:
            used_ns = clocks.process_ns() - before_ns
            line = f"{os.getpid()} {start_ns} {time.monotonic_ns()} {used_ns} {state} {self.task}\n"
            _note(self.file, line)


def _called(call: _Call, *args: Any) -> Any:
    return call(*args)


def _note(path: str, line: str) -> None:
    """Add a line to a file; one write, so that lines of several processes never mix. One that is gone is let be."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
    except OSError:
        return
    try:
        os.write(file, line.encode())
    except OSError:
        pass
    finally:
        os.close(file)
