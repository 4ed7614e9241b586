"""One process's look at its machine: the joules of each window, shared over the tasks that ran in it.

Every process of a cluster reads the counters of its machine itself, so that none depends on another one being alive.
In a window of about half a second, with E the joules of the machine, T its length and B the CPU time of all processes:

    a task = (E - idle watts × T) × CPU time of the task ÷ B

The CPU time of a task is that of its thread, read by the thread itself where the task begins and ends and from outside
where a window does. What libraries' own threads (BLAS, OpenMP) and child processes use meanwhile goes to the tasks that
run, by the time that each of them ran. The rest of the process is its overhead: the event loop, transfers, spilling.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from greenprof.cluster import clocks
from greenprof.errors import EXIT_USAGE, GreenprofError
from greenprof.meters import Meter, info, open_meter
from greenprof.model import MeterInfo, Reading
from greenprof.procstat import BusyClock

WINDOW_S = 0.5  # /proc/stat counts in ticks of 10 ms: over half a second that is 1 to 2 %
_PATIENCE_S = 1.0
_KEPT_WINDOWS = 7200  # an hour of rates, for work whose CPU time is known only when it has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineWindow:
    """A span of ``time.monotonic_ns()``, which all processes of a machine share; `total_j` is None if unknown.

    `busy_s` is the CPU time of every process of the machine.
    """

    start_ns: int
    end_ns: int
    total_j: float | None
    idle_j: float | None
    busy_s: float

    @property
    def above_idle_j(self) -> float | None:
        """What the machine used beyond its idle power; all of it where that is unknown."""
        return None if self.total_j is None else self.total_j - (self.idle_j or 0.0)


@dataclass(slots=True)
class Amount:
    """What a task, or the rest of a process, has used. `unknown_s` is the part of `cpu_s` whose joules nobody knows."""

    joules: float = 0.0
    cpu_s: float = 0.0
    unknown_s: float = 0.0
    ran_s: float = 0.0

    def add(self, other: Amount) -> None:
        """Add another to it."""
        self.joules += other.joules
        self.cpu_s += other.cpu_s
        self.unknown_s += other.unknown_s
        self.ran_s += other.ran_s

    @property
    def known_j(self) -> float | None:
        """The joules, None where none of them is known."""
        return None if self.cpu_s > 0 and self.unknown_s >= self.cpu_s else self.joules


@dataclass(slots=True)
class Batch:
    """What a reader has seen since it was last asked. `rest` is the process without its tasks, `own_s` the reader's."""

    windows: list[MachineWindow]
    tasks: list[tuple[Any, Amount]]
    rest: Amount
    own_s: float


@dataclass(slots=True)
class _Running:
    task: Hashable
    native_id: int
    counted_ns: int
    since_ns: int


class _Remainder:
    """What is left when one clock is taken from another. They are not read at one instant, so a window may have a
    little too much and the next too little: that is settled between them, or much of it would be counted twice.
    """

    def __init__(self) -> None:
        self._owed_s = 0.0

    def take(self, seconds: float, *, anybody: bool = True) -> float:
        """What is left after `seconds` more; 0 where there is nobody to take it, and then it is forgotten."""
        self._owed_s += seconds
        taken_s = max(0.0, self._owed_s)
        self._owed_s -= taken_s
        return taken_s if anybody else 0.0


class Reader:
    """Reads the machine's counters in windows, from a thread of its own, until it is closed.

    `housekeeping` are the beginnings of the names of threads that are not a task's even while tasks run. A process
    that is `alone` is there for the cluster only: its main thread keeps house too, and all of it counts. In another
    one, somebody's program, the main thread and child processes are left out, but for tasks that the main thread runs.
    `before_window` is called before a window ends, to tell of what ran elsewhere.
    """

    def __init__(
        self,
        meter: str | None = None,
        *,
        window_s: float = WINDOW_S,
        housekeeping: tuple[str, ...] = (),
        alone: bool = True,
        before_window: Callable[[], None] = lambda: None,
    ) -> None:
        try:
            self._busy = BusyClock()
        except (OSError, AttributeError):  # not Linux
            raise GreenprofError(
                "tasks cannot be measured on this system: it does not tell the CPU time of the machine (/proc/stat)",
                EXIT_USAGE,
            ) from None
        self.refusal: str | None = None
        self._meter: Meter | None = None
        try:
            self._meter = open_meter(meter).meter
        except GreenprofError as error:
            self.refusal = str(error)
        self._window_s = window_s
        self._names = ("greenprof", *housekeeping)
        self._alone = alone
        self._before_window = before_window
        self._main_tasks_ns = 0  # what tasks have used of a main thread that is somebody's
        # Re-entrant: a finaliser may end a task while this thread closes a window.
        self._lock = threading.RLock()
        self._running: dict[int, _Running] = {}
        self._spent: dict[Hashable, list[int]] = {}  # CPU and wall nanoseconds of each task in this window
        self._late: list[tuple[Hashable, int, int, int]] = []
        self._amounts: dict[Hashable, Amount] = {}
        self._rest = Amount()
        self._helpers, self._others = _Remainder(), _Remainder()
        self._windows: list[MachineWindow] = []
        self._rates: deque[tuple[int, int, float]] = deque(maxlen=_KEPT_WINDOWS)
        self._own_ns = self._told_own_ns = 0
        self._house_ns: dict[int, int] = {}
        self._task_threads: set[int] = set()
        self._last: Reading = self._read()
        self._last_busy_s = self._busy.read_s()
        self._last_process_ns = self._process_ns() + (clocks.children_ns() if alone else 0)
        self._look_at_house()
        self._enough = threading.Event()
        self._closed = False
        self._ticker = threading.Thread(target=self._tick, name="greenprof reader", daemon=True)
        self._ticker.start()

    @property
    def meter(self) -> MeterInfo | None:
        """Which meter it reads; None where none works here, and then `refusal` says why."""
        return None if self._meter is None else info(self._meter, self._last)

    def begin(self, task: Hashable) -> None:
        """Tell, in the thread that runs it, that `task` begins."""
        with self._lock:
            ident = threading.get_ident()
            if ident in self._running:  # a method of an actor that raised is not told to end
                self._end(ident)
            native_id = threading.get_native_id()
            cpu_ns = time.thread_time_ns()
            if native_id not in self._house_ns:
                self._house_ns[native_id] = cpu_ns
            self._task_threads.add(native_id)
            self._running[ident] = _Running(task, native_id, cpu_ns, time.monotonic_ns())

    def end(self) -> None:
        """Tell, in the thread that ran it, that its task has ended."""
        with self._lock:
            ident = threading.get_ident()
            if ident in self._running:
                self._end(ident)

    def ran_elsewhere(self, task: Hashable, start_ns: int, end_ns: int, cpu_ns: int) -> None:
        """Tell what a task used in another process of this machine, between two times of ``monotonic_ns``."""
        with self._lock:
            self._late.append((task, start_ns, end_ns, cpu_ns))

    def close_window(self) -> None:
        """End the window of now and share it out."""
        self._before_window()
        with self._lock:
            if not self._closed:
                self._close_window()

    def take(self) -> Batch:
        """What was seen since this was last asked; the window of now is not in it."""
        with self._lock:
            batch = Batch(
                self._windows, list(self._amounts.items()), self._rest, (self._own_ns - self._told_own_ns) / 1e9
            )
            self._windows, self._amounts, self._rest = [], {}, Amount()
            self._told_own_ns = self._own_ns
            return batch

    def close(self) -> None:
        """End the last window, the thread and the meter; what was seen can still be taken."""
        self._enough.set()
        self._before_window()
        with self._lock:
            if self._closed:
                return
            self._close_window()
            self._closed = True
            self._running.clear()
            self._busy.close()
            if self._meter is not None:
                self._meter.close()
        if self._ticker is not threading.current_thread():
            self._ticker.join(timeout=_PATIENCE_S)

    def _tick(self) -> None:
        while not self._enough.wait(self._window_s):
            self.close_window()

    def _process_ns(self) -> int:
        return clocks.process_ns() if self._alone else time.process_time_ns()

    def _read(self) -> Reading:
        return self._meter.read() if self._meter is not None else Reading(at_ns=time.monotonic_ns(), joules=(None,))

    def _end(self, ident: int) -> None:
        running = self._running.pop(ident)
        self._spend(running, time.thread_time_ns(), time.monotonic_ns())

    def _spend(self, running: _Running, cpu_ns: int, now_ns: int) -> None:
        spent = self._spent.get(running.task)
        if spent is None:
            spent = self._spent[running.task] = [0, 0]
        spent[0] += cpu_ns - running.counted_ns
        if not self._alone and running.native_id == threading.main_thread().native_id:
            self._main_tasks_ns += cpu_ns - running.counted_ns
        spent[1] += now_ns - running.since_ns
        running.counted_ns, running.since_ns = cpu_ns, now_ns

    def _close_window(self) -> None:
        begun_ns = time.thread_time_ns()
        # What waits for the system comes first: the thread gives the interpreter away there, for up to 5 ms each time.
        children_ns = clocks.children_ns() if self._alone else 0
        reading, busy_s = self._read(), self._busy.read_s()
        process_ns = self._process_ns() + children_ns
        for running in self._running.values():
            cpu_ns = clocks.thread_ns(running.native_id)
            self._spend(running, running.counted_ns if cpu_ns is None else cpu_ns, reading.at_ns)
        strange_s, house_s = self._look_at_house()
        main_s, self._main_tasks_ns = self._main_tasks_ns / 1e9, 0
        strange_s, house_s = max(0.0, strange_s - main_s), house_s + main_s
        process_s = max(0.0, (process_ns - self._last_process_ns) / 1e9 - strange_s)
        window = self._window(reading, max(busy_s - self._last_busy_s, process_s))
        self._share_out(window, process_s, house_s)
        self._windows.append(window)
        # The late ones last: the rate of this window is known by now.
        for task, start_ns, end_ns, cpu_ns in self._late:
            self._amount(task).add(self._late_amount(start_ns, end_ns, cpu_ns))
        self._spent, self._late = {}, []
        self._last, self._last_busy_s, self._last_process_ns = reading, busy_s, process_ns
        self._own_ns += time.thread_time_ns() - begun_ns

    def _window(self, reading: Reading, busy_s: float) -> MachineWindow:
        joules, invalid_s = reading.since(self._last), reading.invalid_s - self._last.invalid_s
        known = None not in joules and invalid_s == 0
        total_j = sum(each or 0.0 for each in joules) if known else None
        idle_w = self._meter.idle_w if self._meter is not None else None
        idle_j = None
        if total_j is not None and idle_w is not None:
            idle_j = min(total_j, idle_w * (reading.at_ns - self._last.at_ns) / 1e9)
        return MachineWindow(
            start_ns=self._last.at_ns, end_ns=reading.at_ns, total_j=total_j, idle_j=idle_j, busy_s=busy_s
        )

    def _share_out(self, window: MachineWindow, process_s: float, house_s: float) -> None:
        above_j = window.above_idle_j
        rate = None if above_j is None else above_j / window.busy_s if window.busy_s > 0 else 0.0
        if rate is not None:
            self._rates.append((window.start_ns, window.end_ns, rate))
        tasks_s = sum(spent[0] for spent in self._spent.values()) / 1e9
        ran_s = sum(spent[1] for spent in self._spent.values()) / 1e9
        # Task threads are housekeeping's too between two tasks, so the tasks are within one or the other.
        helpers_s = self._helpers.take(process_s - max(house_s, tasks_s), anybody=ran_s > 0)
        for task, (cpu_ns, ran_ns) in self._spent.items():
            cpu_s = cpu_ns / 1e9 + helpers_s * (ran_ns / 1e9 / ran_s if ran_s > 0 else 0.0)
            self._amount(task).add(_amount(cpu_s, rate, ran_ns / 1e9))
        rest_s = process_s - tasks_s - helpers_s if self._alone else house_s - tasks_s
        self._rest.add(_amount(self._others.take(rest_s), rate, 0.0))

    def _late_amount(self, start_ns: int, end_ns: int, cpu_ns: int) -> Amount:
        """CPU time at the mean rate of the windows that it fell in."""
        overlaps = [
            (min(end_ns, end) - max(start_ns, start), rate)
            for start, end, rate in self._rates
            if start < end_ns and end > start_ns
        ]
        whole = sum(length for length, _ in overlaps)
        rate = sum(length * rate for length, rate in overlaps) / whole if whole > 0 else None
        if rate is None and self._rates and self._meter is not None:
            rate = self._rates[-1][2]
        return _amount(cpu_ns / 1e9, rate, (end_ns - start_ns) / 1e9)

    def _amount(self, task: Hashable) -> Amount:
        amount = self._amounts.get(task)
        if amount is None:
            amount = self._amounts[task] = Amount()
        return amount

    def _look_at_house(self) -> tuple[float, float]:
        """CPU seconds since the last look: of a main thread that is somebody's, and of the threads that keep house."""
        main = threading.main_thread().native_id
        named = set(clocks.threads_named(self._names)) | self._task_threads
        if main is not None:
            named = named | {main} if self._alone else named - {main}
        used = {native_id: self._since_last_look(native_id) for native_id in sorted(named)}
        self._task_threads &= {native_id for native_id, ns in used.items() if ns is not None}
        strange_ns = (self._since_last_look(main) or 0) if main is not None and not self._alone else 0
        return strange_ns / 1e9, sum(ns or 0 for ns in used.values()) / 1e9

    def _since_last_look(self, native_id: int) -> int | None:
        cpu_ns = clocks.thread_ns(native_id)
        if cpu_ns is None:
            self._house_ns.pop(native_id, None)
            return None
        before_ns = self._house_ns.get(native_id, 0)
        self._house_ns[native_id] = cpu_ns
        return max(0, cpu_ns - before_ns)


def _amount(cpu_s: float, rate: float | None, ran_s: float) -> Amount:
    if rate is None:
        return Amount(0.0, cpu_s, cpu_s, ran_s)
    return Amount(cpu_s * rate, cpu_s, 0.0, ran_s)


def encoded(batch: Batch) -> dict[str, object]:
    """A batch as plain lists, which every protocol carries."""
    return {
        "windows": [(w.start_ns, w.end_ns, w.total_j, w.idle_j, w.busy_s) for w in batch.windows],
        "tasks": [(task, a.joules, a.cpu_s, a.unknown_s, a.ran_s) for task, a in batch.tasks],
        "rest": (batch.rest.joules, batch.rest.cpu_s, batch.rest.unknown_s, batch.rest.ran_s),
        "own_s": batch.own_s,
    }


def decoded(data: Mapping[str, Any]) -> Batch:
    """The batch that was `encoded`."""
    windows = [
        MachineWindow(start_ns=start, end_ns=end, total_j=total, idle_j=idle, busy_s=busy)
        for start, end, total, idle, busy in data["windows"]
    ]
    tasks = [(task, Amount(*amount)) for task, *amount in data["tasks"]]
    return Batch(windows, tasks, Amount(*data["rest"]), data["own_s"])


def machine_id() -> str:
    """What tells this machine from another while it runs: the kernel's own number of this boot, not passed on as it is.

    Containers of one machine share it, as they share its counters; machines of one make do not.
    """
    import hashlib
    import socket

    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123
            said = file.read().strip()
    except OSError:
        said = socket.gethostname()
    return hashlib.sha256(f"greenprof {said}".encode()).hexdigest()[:12]
