"""Run a program while a meter ticks: command in, `Recording` out.

The program is started unchanged, in its own process, with this process's standard streams, folder
and environment. While it runs, nothing happens here but short reads: a sample of its stacks about
100 times a second, and every tenth of a second a window (joules, CPU times). No linting, no
rendering, no heavy import: the meter counts the whole machine, greenprof's own work included.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from greenprof.child import end_of, signals_go_to
from greenprof.errors import EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, GreenprofError
from greenprof.hardware_counters import Counts, HardwareCounters, open_counters
from greenprof.host import describe_host
from greenprof.meters import Meter, info
from greenprof.model import Frame, Overhead, Process, Reading, Recording, Run, Sample, Window
from greenprof.own_code import COMMAND
from greenprof.processes import ProcessTree, adopting_orphans
from greenprof.procstat import BusyClock
from greenprof.redact import redact
from greenprof.sampler import Sampler, target_environment
from greenprof.sources import digests

SAMPLE_INTERVAL_S = 0.01
WINDOW_S = 0.1
_HANDOVER_PATIENCE_S = 2.0  # how long to look often for a Python that starts
_ORPHAN_PATIENCE_S = 2.0  # how long to stay for orphans that are still at work
_LAST_TRIES = 5
_NOT_ADOPTING = "child processes that outlived their parents could not be followed on this system"
_USER_ONLY = "cycles and instructions were counted in the program's own code only, not in the kernel"


def record(command: Sequence[str], meter: Meter, *, redact_all: bool = False) -> Recording:
    """Run `command` to its end and measure it; sample its stacks where it is a Python that can be read.

    Raises `GreenprofError` when the command cannot be started (exit code 126 or 127) and where this
    system cannot measure a process tree.
    """
    check_system()
    begun_ns, begun_cpu_s = time.monotonic_ns(), time.process_time()
    host = describe_host()
    with tempfile.TemporaryDirectory(prefix="greenprof-") as handover:
        session = _Session(meter, Sampler(Path(handover)), ProcessTree())
        with session, signals_go_to(lambda: session.pid) as forward_early, adopting_orphans() as adopting:
            session.start(command, target_environment(os.environ, Path(handover)))
            forward_early()
            session.watch()
            counts = session.counts
    spent_s = (time.monotonic_ns() - begun_ns) / 1e9
    used = session.tree.used
    return Recording(
        run=Run(
            command=redact((Path(command[0]).name, *command[1:]), everything=redact_all),
            started_at=session.started_at,
            duration_s=session.duration_s,
            exit_code=session.exit_code,
            cpu_s=session.cpu_s,
            processes=len(session.tree.ended),
            max_rss_bytes=used.max_rss_bytes if used.max_rss_bytes > _own_peak_bytes() else None,
            read_bytes=used.read_bytes,
            written_bytes=used.written_bytes,
            cycles=counts.cycles,
            instructions=counts.instructions,
        ),
        host=host,
        meter=info(meter),
        windows=tuple(session.windows),
        frames=tuple(session.frames),
        stacks=tuple(session.stacks),
        samples=tuple(session.samples),
        processes=tuple(
            Process(pid=pid, command=redact(words, everything=redact_all), cpu_s=cpu_s)
            for pid, (words, cpu_s) in sorted(session.tree.ended.items())
        ),
        overhead=Overhead(cpu_s=time.process_time() - begun_cpu_s, wall_s=max(0.0, spent_s - session.duration_s)),
        sources=digests(frame.path for frame in session.frames if not frame.path.startswith("<")),
        notes=(
            *session.notes,
            *(() if adopting else (_NOT_ADOPTING,)),
            *((_USER_ONLY,) if counts.user_only else ()),
        ),
    )


def check_system() -> None:
    """Raise `GreenprofError` where programs cannot be measured, in words that say what does work."""
    if not sys.platform.startswith("linux"):
        raise GreenprofError(f"measuring a program needs Linux (this is {sys.platform}); lint and report work here")


def _own_peak_bytes() -> int:
    """This process's own peak of memory: the kernel hands it on to a child, so less than that says nothing.

    VmHWM and not ``getrusage``, which in turn holds what this process was handed by its parent (proc(5)).
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0)


class _Session:
    """One program being measured: the state that grows while it runs."""

    def __init__(self, meter: Meter, sampler: Sampler, tree: ProcessTree) -> None:
        self.tree = tree
        self.windows: list[Window] = []
        self.frames: dict[Frame, int] = {}
        self.stacks: dict[tuple[int, ...], int] = {}
        self.samples: list[Sample] = []
        self.started_at = ""
        self.duration_s = 0.0
        self.exit_code = 0
        self.cpu_s = 0.0
        self.pid: int | None = None
        self._counters: HardwareCounters | None = None
        self._meter = meter
        self._sampler = sampler
        self._busy = BusyClock()
        self._alive = 0
        self._prefix = str(Path.cwd()) + os.sep
        self._frame_places: dict[Frame, int] = {}

    def __enter__(self) -> _Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._sampler.close()
        if self._counters is not None:
            self._counters.close()
        self._busy.close()
        self.tree.close()

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader has to know of processes that were not sampled, or not to their end."""
        notes = list(self._sampler.notes)
        children = [cpu_s for name, cpu_s in self._unsampled if name.startswith("python") and self._sampler.processes]
        if children:
            notes.append(
                f"{len(children)} child processes in Python, {sum(children):.2g} s of CPU time, were not sampled: "
                "they stand under their command, not on lines"
            )
        if self._alive:
            notes.append(
                f"{self._alive} processes that outlived the program still ran when measuring ended: what they used "
                "after that is not counted"
            )
        if self.windows[-1].end_s > self.duration_s + WINDOW_S:
            notes.append(
                f"measured for {self.windows[-1].end_s:.2g} s, because processes outlived the program, which took "
                f"{self.duration_s:.2g} s"
            )
        return tuple(notes)

    @property
    def _unsampled(self) -> list[tuple[str, float]]:
        """Name and CPU time of each process that stands under its command."""
        sampled = frozenset(self._sampler.processes)
        return [
            (Path(command[0]).name, cpu_s)
            for pid, (command, cpu_s) in self.tree.ended.items()
            if pid not in sampled and command
        ]

    @property
    def counts(self) -> Counts:
        """Cycles and instructions of the program and all that it started."""
        return self._counters.read() if self._counters else Counts(cycles=None, instructions=None, user_only=False)

    def start(self, command: Sequence[str], environment: dict[str, str]) -> None:
        """Read the meter and start the program."""
        self.started_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._last = self._known = self._meter.read()
        self._start_ns = self._last.at_ns
        self._last_busy_s = self._busy.read_s()
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

    def watch(self) -> None:
        """Sample and tick until the program has ended, and its orphans with it or a little later."""
        with end_of(self._process.pid) as ended:
            next_sample_s, next_window_s = 0.0, WINDOW_S
            while not ended(max(0.0, min(next_sample_s, next_window_s) - self._now_s())):
                now_s = self._now_s()
                if now_s >= next_sample_s:
                    self._sampler.sample()
                    next_sample_s = now_s + self._pause_s(now_s)
                if now_s >= next_window_s:
                    self._close_window(self.tree.cpu_s())
                    self.tree.reap_orphans()
                    next_window_s = now_s + WINDOW_S
        self.duration_s = self._now_s()
        status = self.tree.reap_root()
        self.exit_code = os.waitstatus_to_exitcode(status)
        self._process.returncode = self.exit_code  # reaped here, not by subprocess
        self.tree.walk()
        self._stay_for_orphans()
        self.tree.reap_orphans()
        self._alive = len(self.tree.orphans())
        self._close_window(self.tree.cpu_s(), self._last_reading())

    def _now_s(self) -> float:
        return (time.monotonic_ns() - self._start_ns) / 1e9

    def _pause_s(self, now_s: float) -> float:
        """Time to the next sample: jittered, so that a program's own rhythm is not mistaken for its work."""
        if self._sampler.processes or now_s < _HANDOVER_PATIENCE_S:
            return SAMPLE_INTERVAL_S * random.uniform(0.5, 1.5)
        return WINDOW_S

    def _stay_for_orphans(self) -> None:
        """Go on while processes that outlived the root are at work; an idle daemon is left alone."""
        deadline_s = self._now_s() + _ORPHAN_PATIENCE_S
        busy = True
        while busy and self.tree.orphans() and self._now_s() < deadline_s:
            before_s = self.tree.cpu_s()
            time.sleep(WINDOW_S)
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
        reading, busy_s = reading or self._meter.read(), self._busy.read_s()
        start_s, end_s = ((at_ns - self._start_ns) / 1e9 for at_ns in (self._last.at_ns, reading.at_ns))
        place = len(self.windows)
        self.windows.append(
            Window(
                start_s=start_s,
                end_s=end_s,
                joules=reading.since(self._known),
                busy_s=max(0.0, busy_s - self._last_busy_s),
                program_s=max(0.0, program_s - self.cpu_s),
                invalid_s=reading.invalid_s - self._last.invalid_s,
            )
        )
        self._place_samples(place, end_s - start_s)
        self._known = _patched(reading, self._known)
        self._last, self._last_busy_s, self.cpu_s = reading, busy_s, program_s

    def _place_samples(self, window: int, elapsed_s: float) -> None:
        """Book CPU time on the stacks that were sampled, and that of every other process on its command."""
        for seen in self._sampler.flush(elapsed_s):
            stack = self._stack(seen.frames)
            self.samples.append(
                Sample(window=window, stack=stack, cpu_s=seen.cpu_s, wait_s=seen.wait_s, count=seen.count)
            )
        sampled = frozenset(self._sampler.processes)
        for spent in self.tree.take_spent():
            if spent.pid not in sampled and spent.command:
                stack = self._stack((_command_frame(spent.command[0]),))
                self.samples.append(Sample(window=window, stack=stack, cpu_s=spent.cpu_s, wait_s=0.0, count=1))

    def _stack(self, frames: Sequence[Frame]) -> int:
        places = tuple(self._frame(frame) for frame in frames)
        return self.stacks.setdefault(places, len(self.stacks))

    def _frame(self, frame: Frame) -> int:
        place = self._frame_places.get(frame)
        if place is None:
            short = Frame(
                path=frame.path.removeprefix(self._prefix),
                line=frame.line,
                function=frame.function,
                function_line=frame.function_line,
            )
            place = self._frame_places[frame] = self.frames.setdefault(short, len(self.frames))
        return place


def _command_frame(program: str) -> Frame:
    """What stands for the lines of a process that cannot be sampled: its command."""
    name = Path(program).name
    return Frame(path=f"{COMMAND}{name}>", line=0, function=name, function_line=0)


def _patched(reading: Reading, known: Reading) -> Reading:
    """`reading`, with a domain that could not be read standing where it was last known to stand."""
    joules = tuple(then if now is None else now for now, then in zip(reading.joules, known.joules, strict=True))
    return Reading(at_ns=reading.at_ns, joules=joules, invalid_s=reading.invalid_s)
