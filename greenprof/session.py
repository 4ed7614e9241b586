"""One program being measured: the state that grows while it runs, second by second handed on and let go of."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.child import end_of
from greenprof.errors import EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, GreenprofError
from greenprof.hardware_counters import Counts, HardwareCounters, open_counters
from greenprof.journal import Batch
from greenprof.meters import Meter
from greenprof.meters.meter import resolution_s
from greenprof.model import COMMAND, INTERPRETER_FRAME, Frame, Reading, Sample, Window
from greenprof.processes import ProcessTree
from greenprof.procstat import BusyClock
from greenprof.sampler import Sampler
from greenprof.tick_power import SHORTEST_TICK_S, TickPower

if TYPE_CHECKING:
    from greenprof.sampler.pyspy import PySpy

INTERVAL_S = 0.01  # between two samples
WINDOW_S = 0.1
BATCH_S = 1.0
_MOST_WINDOWS = 6000  # of equal length; a longer run has longer windows
_QUICK_METER_S = 0.003  # a counter that lags no more than this can tell ticks apart
_ORPHAN_PATIENCE_S = 2.0  # how long to stay for orphans that are still at work
_LAST_TRIES = 5
_MOST_PLACES = 2_000_000  # frames in all stacks that are kept whole; later stacks keep their two ends
_KEPT_END = 8  # frames of each end

Sink = Callable[[Batch], None]


class Session:
    """Measures one program: start it or join it, watch it to its end.

    `sinks` are handed what was seen, about once a second; the session itself keeps none of it. `native` is started once
    there is a Python.
    """

    def __init__(
        self,
        meter: Meter,
        sampler: Sampler,
        tree: ProcessTree,
        sinks: Sequence[Sink],
        interval_s: float = INTERVAL_S,
        *,
        native: PySpy | None = None,
    ) -> None:
        self.tree = tree
        self.started_at = ""
        self.duration_s = 0.0
        self.exit_code: int | None = None
        self.cpu_s = 0.0
        self.peak_rss_bytes: int | None = 0
        self.pid: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._counters: HardwareCounters | None = None
        self._meter = meter
        self._sampler = sampler
        self._native = native
        self._sinks = sinks
        self._interval_s = interval_s
        self._busy = BusyClock()
        self._alive = 0
        self._end_s = 0.0
        self._places = _Places(Path.cwd())
        self._windows: list[Window] = []
        self._samples: list[Sample] = []
        self._closed_windows = 0
        quick = not meter.estimated and 0 < resolution_s(meter) <= _QUICK_METER_S
        self._power = TickPower(meter.idle_w) if quick else None

    def close(self) -> None:
        """Let go of the meter's and the kernel's files, and of the processes, which run on."""
        self._sampler.close()
        if self._counters is not None:
            self._counters.close()
        self._busy.close()
        self.tree.close()

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader has to know of processes that were not sampled, or not to their end."""
        notes = list(self._sampler.notes)
        if self._alive:
            who = "1 process" if self._alive == 1 else f"{self._alive} processes"
            notes.append(
                f"{who} that outlived the program still ran when measuring ended: what it used then is not counted"
            )
        if self._end_s > self.duration_s + WINDOW_S:
            notes.append(
                f"measured for {self._end_s:.2g} s, because processes outlived the program, which took "
                f"{self.duration_s:.2g} s"
            )
        if self._places.shortened:
            notes.append(f"{self._places.shortened} of its many different stacks were kept without their middle")
        return tuple(notes)

    @property
    def exact_lines(self) -> bool:
        """Whether a line that was seen is the one that ran, and not only one of its loop."""
        return self._sampler.exact_lines

    @property
    def paused_s(self) -> float | None:
        """How long the program was held to read its native stacks, estimated; None if they were not read."""
        return None if self._native is None else self._sampler.held_part * self.duration_s

    @property
    def counts(self) -> Counts:
        """Cycles and instructions of the program and all that it started."""
        return self._counters.read() if self._counters else Counts(cycles=None, instructions=None, user_only=False)

    def start(self, command: Sequence[str], environment: dict[str, str]) -> None:
        """Read the meter and start the program."""
        self._begin()
        self._counters = open_counters()  # they begin to count when the program does
        try:
            self._process = subprocess.Popen(command, env=environment)
        except FileNotFoundError:
            raise GreenprofError(f"{command[0]}: no such command", EXIT_NOT_FOUND) from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise GreenprofError(f"{command[0]}: cannot be started ({reason})", EXIT_NOT_EXECUTABLE) from None
        self.pid = self._process.pid
        self.tree.started(self.pid, command)

    def join(self, pid: int, command: Sequence[str]) -> None:
        """Read the meter and go along with a process that runs already."""
        self._begin()
        self.pid = pid
        self.tree.joined(pid, command)
        self._sampler.attach(pid)

    def _begin(self) -> None:
        self.started_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._last = self._known = self._ticked = self._meter.read()
        self._start_ns = self._last.at_ns
        self._last_busy_s = self._busy.read_s()
        self._last_own_s = self._own_s()

    def watch(self, enough: Callable[[], bool] = lambda: False) -> None:
        """Sample and tick until the program has ended, and its orphans with it or a little later.

        One that was joined may be left before: when it is `enough`.
        """
        assert self.pid is not None, "start or join comes first"
        with end_of(self.pid) as ended:
            next_sample_s, next_window_s, next_batch_s = 0.0, WINDOW_S, BATCH_S
            while not ended(max(0.0, min(next_sample_s, next_window_s) - self._now_s())) and not enough():
                now_s = self._now_s()
                if now_s >= next_sample_s:
                    self._sample()
                    next_sample_s = now_s + self._pause_s()
                if now_s >= next_window_s:
                    self._close_window(self.tree.cpu_s())
                    self._look_at_memory()
                    self.tree.reap_orphans()
                    next_window_s = now_s + max(WINDOW_S, now_s / _MOST_WINDOWS)
                if now_s >= next_batch_s:
                    self._hand_on()
                    next_batch_s = now_s + BATCH_S
        self.duration_s = self._now_s()
        if self._process is not None:
            self.exit_code = os.waitstatus_to_exitcode(self.tree.reap_root())
            self._process.returncode = self.exit_code  # reaped here, not by subprocess
            self.tree.walk()
            self._stay_for_orphans()
            self.tree.reap_orphans()
            self._alive = len(self.tree.orphans())
        self._close_window(self.tree.cpu_s(), self._last_reading())
        self._end_s = (self._last.at_ns - self._start_ns) / 1e9
        self._hand_on(last=True)

    def _own_s(self) -> float:
        """CPU time of greenprof itself and of what it has started for itself."""
        native_s = self._native.cpu_s if self._native is not None else 0.0
        return time.process_time() + self._sampler.asking_cpu_s + native_s

    def _now_s(self) -> float:
        return (time.monotonic_ns() - self._start_ns) / 1e9

    def _pause_s(self) -> float:
        """Time to the next sample: jittered, so that a program's own rhythm is not mistaken for its work."""
        return self._interval_s * random.uniform(0.5, 1.5)

    def _sample(self) -> None:
        self._sampler.sample()
        if self._native is not None and not self._native.begun and self.pid and self._sampler.processes:
            pid = self._native.begin(self.pid)
            if pid is not None:
                self.tree.leave_out(pid)
        if self._power is None:
            return
        self._power.saw([_function(frame) for frame in self._sampler.running])
        if time.monotonic_ns() - self._ticked.at_ns >= SHORTEST_TICK_S * 1e9:
            self._tick(self._meter.read())

    def _tick(self, reading: Reading) -> None:
        """Close a tick of the meter; one that cannot be known is left out."""
        before, self._ticked = self._ticked, reading
        joules = reading.since(before)
        if self._power is not None and reading.invalid_s == before.invalid_s and None not in joules:
            self._power.tick(sum(each or 0.0 for each in joules), (reading.at_ns - before.at_ns) / 1e9)

    def _stay_for_orphans(self) -> None:
        """Go on while processes that outlived the root are at work; an idle daemon is left alone."""
        deadline_s = self._now_s() + _ORPHAN_PATIENCE_S
        busy = True
        while busy and self.tree.orphans() and self._now_s() < deadline_s:
            before_s = self.tree.cpu_s()
            next_window_s = self._now_s() + WINDOW_S
            while self._now_s() < next_window_s:
                self._sample()
                time.sleep(self._interval_s)
            self.tree.reap_orphans()
            self._close_window(self.tree.cpu_s())
            busy = self.tree.cpu_s() > before_s + 0.1 * WINDOW_S

    def _last_reading(self) -> Reading:
        """The reading that closes the run: worth trying again, for without it the sum is unknown."""
        reading = self._meter.read()
        for _ in range(_LAST_TRIES):
            if None not in reading.joules:
                break
            time.sleep(0.002)
            reading = self._meter.read()
        return reading

    def _close_window(self, program_s: float, reading: Reading | None = None) -> None:
        reading, busy_s, own_s = reading or self._meter.read(), self._busy.read_s(), self._own_s()
        self._tick(reading)
        start_s, end_s = ((at_ns - self._start_ns) / 1e9 for at_ns in (self._last.at_ns, reading.at_ns))
        self._windows.append(
            Window(
                start_s=start_s,
                end_s=end_s,
                joules=reading.since(self._known),
                busy_s=max(0.0, busy_s - self._last_busy_s),
                program_s=max(0.0, program_s - self.cpu_s),
                invalid_s=reading.invalid_s - self._last.invalid_s,
                greenprof_s=own_s - self._last_own_s,
            )
        )
        self._place_samples(end_s - start_s)
        self._closed_windows += 1
        self._known = _patched(reading, self._known)
        self._last, self._last_busy_s, self.cpu_s = reading, busy_s, program_s
        self._last_own_s = own_s

    def _look_at_memory(self) -> None:
        now_bytes, before_bytes = self.tree.rss_bytes(), self.peak_rss_bytes
        known = now_bytes is not None and before_bytes is not None
        self.peak_rss_bytes = max(now_bytes or 0, before_bytes or 0) if known else None

    def _place_samples(self, elapsed_s: float) -> None:
        """Book CPU time on the stacks that were sampled, and that of every other process on its command."""
        powers = self._power.close_window() if self._power is not None else {}
        flushed = self._sampler.flush(elapsed_s)
        waited_s = sum(seen.wait_s for seen in flushed)
        beside = min(1.0, elapsed_s / waited_s) if waited_s > 0 else 1.0  # several programs may wait side by side
        for seen in flushed:
            self._samples.append(
                Sample(
                    window=self._closed_windows - seen.windows_ago,
                    stack=self._places.of(seen.frames),
                    cpu_s=seen.cpu_s,
                    wait_s=seen.wait_s * beside,
                    count=seen.count,
                    power=powers.get(_function(seen.frames[-1]), 1.0),
                )
            )
        for spent in self._sampler.unplaced:
            if spent.command:
                self._place((_command_frame(spent.command[0]),), spent.cpu_s)
        if self._sampler.interpreters_s > 0:
            self._place((INTERPRETER_FRAME,), self._sampler.interpreters_s)

    def _place(self, frames: Sequence[Frame], cpu_s: float) -> None:
        """Book CPU time that was counted, and not sampled."""
        stack = self._places.of(frames)
        self._samples.append(Sample(window=self._closed_windows, stack=stack, cpu_s=cpu_s, wait_s=0.0, count=1))

    def _hand_on(self, *, last: bool = False) -> None:
        """Give the sinks what was seen since the last time."""
        frames, stacks = self._places.take_new()
        batch = Batch(frames=frames, stacks=stacks, windows=self._windows, samples=self._samples, last=last)
        self._windows, self._samples = [], []
        for sink in self._sinks:
            sink(batch)


class _Places:
    """Numbers for frames and stacks, in the order in which they were first seen."""

    def __init__(self, folder: Path) -> None:
        self.shortened = 0
        self._prefix = str(folder) + os.sep
        self._frames: dict[Frame, int] = {}
        self._known: dict[Frame, int] = {}
        self._stacks: dict[tuple[int, ...], int] = {}
        self._kept = 0
        self._new_frames: list[Frame] = []
        self._new_stacks: list[tuple[int, ...]] = []

    def of(self, frames: Sequence[Frame]) -> int:
        """The number of a stack, outermost frame first."""
        places = tuple(map(self._frame, frames))
        place = self._stacks.get(places)
        if place is not None:
            return place
        if self._kept > _MOST_PLACES and len(places) > 2 * _KEPT_END:
            self.shortened += 1
            places = places[:_KEPT_END] + places[-_KEPT_END:]
            if places in self._stacks:
                return self._stacks[places]
        self._kept += len(places)
        self._new_stacks.append(places)
        self._stacks[places] = len(self._stacks)
        return self._stacks[places]

    def take_new(self) -> tuple[list[Frame], list[tuple[int, ...]]]:
        """Frames and stacks that are new since this was last asked."""
        new = self._new_frames, self._new_stacks
        self._new_frames, self._new_stacks = [], []
        return new

    def _frame(self, frame: Frame) -> int:
        place = self._known.get(frame)
        if place is None:
            short = replace(frame, path=frame.path.removeprefix(self._prefix))
            place = self._frames.get(short)
            if place is None:
                place = self._frames[short] = len(self._frames)
                self._new_frames.append(short)
            self._known[frame] = place
        return place


def _function(frame: Frame) -> tuple[str, int]:
    """What power is told apart by."""
    return frame.path, frame.function_line


def _command_frame(program: str) -> Frame:
    """What stands for the lines of a process that cannot be sampled: its command."""
    name = Path(program).name
    return Frame(path=f"{COMMAND}{name}>", line=0, function=name, function_line=0)


def _patched(reading: Reading, known: Reading) -> Reading:
    """`reading`, with a domain that could not be read standing where it was last known to stand."""
    joules = tuple(then if now is None else now for now, then in zip(reading.joules, known.joules, strict=True))
    return Reading(at_ns=reading.at_ns, joules=joules, invalid_s=reading.invalid_s)
