"""Run a program while a meter ticks: command in, `Recording` out.

The program is started unchanged, in its own process, with this process's standard streams, folder
and environment. While it runs, nothing happens here but short reads: a sample of its stacks about
100 times a second, and every tenth of a second a window (joules, CPU times). No linting, no
rendering, no heavy import: the meter counts the whole machine, greenprof's own work included.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from greenprof.child import signals_go_to
from greenprof.errors import EXIT_NOT_FOUND, GreenprofError
from greenprof.host import describe_host
from greenprof.journal import Journal
from greenprof.llm.counts import asked_in
from greenprof.meters import Meter, info
from greenprof.model import Frame, NativeSamples, Overhead, Process, Recording, Run
from greenprof.processes import ProcessTree, adopting_orphans
from greenprof.query_counts import sent_in
from greenprof.redact import redact
from greenprof.sampler import Sampler, target_environment
from greenprof.sampler.inside import ASKED_FOR, why_inside
from greenprof.session import INTERVAL_S, Session, Sink
from greenprof.sources import digests

if TYPE_CHECKING:
    from greenprof.sampler.pyspy import PySpy

_NOT_ADOPTING = "child processes that outlived their parents could not be followed on this system"
_USER_ONLY = "cycles and instructions were counted in the program's own code only, not in the kernel"
_JOINED = "the program ran before measuring began, and what it did then is not counted"
_LEFT = "the program still ran when measuring ended"


def record(
    command: Sequence[str],
    meter: Meter,
    *,
    redact_all: bool = False,
    interval_s: float = INTERVAL_S,
    watchers: Sequence[Sink] = (),
    inside: bool = False,
    queries: bool = True,
    native: bool = False,
) -> Recording:
    """Run `command` to its end and measure it; sample its stacks where it is a Python that can be read.

    Samples are `interval_s` apart on average. `watchers` are shown what is seen, about once a second. Where
    memory of other processes cannot be read, or with `inside`, the program's Pythons sample themselves; with `queries`
    they count the statements that they send to databases. With `native` py-spy looks which native functions run below
    their lines. Raises `GreenprofError` when the command cannot be started (exit code 126 or 127), where this system
    cannot measure a process tree, and without py-spy.
    """
    check_system()
    why = ASKED_FOR if inside else why_inside()
    with _Measurement(
        command,
        meter,
        redact_all=redact_all,
        interval_s=interval_s,
        watchers=watchers,
        inside=why is not None,
        native=native,
    ) as measurement:
        session = measurement.session
        with signals_go_to(lambda: session.pid) as forward_early, adopting_orphans() as adopting:
            session.start(command, target_environment(os.environ, measurement.handover, why, queries=queries))
            forward_early()
            session.watch()
        return measurement.recording(() if adopting else (_NOT_ADOPTING,))


def record_running(
    pid: int,
    meter: Meter,
    *,
    duration_s: float | None = None,
    redact_all: bool = False,
    interval_s: float = INTERVAL_S,
    watchers: Sequence[Sink] = (),
    native: bool = False,
) -> Recording:
    """Measure process `pid`, which runs already, until it ends, for `duration_s`, or until Ctrl-C or SIGTERM.

    With `native` py-spy looks which native functions run below its lines. Raises `GreenprofError` if there is no such
    process, this system cannot measure one, or there is no py-spy.
    """
    check_system()
    command = _command_of(pid)
    begun_s = time.monotonic()
    with (
        _Measurement(
            command, meter, redact_all=redact_all, interval_s=interval_s, watchers=watchers, native=native
        ) as measurement,
        _told_to_stop() as told,
    ):
        measurement.session.join(pid, command)
        measurement.session.watch(
            lambda: told() or (duration_s is not None and time.monotonic() - begun_s >= duration_s)
        )
        return measurement.recording((_JOINED, _LEFT) if Path(f"/proc/{pid}").exists() else (_JOINED,))


class _Measurement:
    """One measurement, from what it needs to the recording that comes of it."""

    def __init__(
        self,
        command: Sequence[str],
        meter: Meter,
        *,
        redact_all: bool,
        interval_s: float,
        watchers: Sequence[Sink],
        inside: bool = False,
        native: bool = False,
    ) -> None:
        self._begun_ns, self._begun_cpu_s = time.monotonic_ns(), time.process_time()
        self._host = describe_host()
        self._meter = meter
        self._redact_all = redact_all
        self._run = _run_so_far(redact((Path(command[0]).name, *command[1:]), everything=redact_all))
        self._folder = tempfile.TemporaryDirectory(prefix="greenprof-")
        self._started_in = Path.cwd()  # which the program may move or remove
        self._journal = Journal(self._run, self._host, info(meter), self._started_in)
        self.handover = Path(self._folder.name)
        sinks = (self._journal.write, *watchers)
        self._native = _py_spy(self.handover) if native else None
        tree = ProcessTree()
        sampler = Sampler(self.handover, tree, inside=inside)
        self.session = Session(meter, sampler, tree, sinks, interval_s, native=self._native)

    def __enter__(self) -> _Measurement:
        return self

    def __exit__(self, *_: object) -> None:
        if self._native is not None:
            self._native.close()
        self.session.close()
        self._journal.remove()
        self._folder.cleanup()

    def recording(self, notes: Sequence[str]) -> Recording:
        """What was seen, when it is over; with these notes, and those of the session."""
        session, used, counts = self.session, self.session.tree.used, self.session.counts
        seen = self._journal.read_back()
        native, native_notes = self._native_seen(seen.frames)
        frames, sent = sent_in(self.handover, seen.frames, self._started_in)
        frames, asked = asked_in(self.handover, frames, self._started_in)
        spent_s = (time.monotonic_ns() - self._begun_ns) / 1e9
        return Recording(
            run=replace(
                self._run,
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
                peak_rss_bytes=session.peak_rss_bytes or None,
            ),
            host=self._host,
            meter=info(self._meter),
            windows=tuple(seen.windows),
            frames=frames,
            stacks=tuple(seen.stacks),
            samples=tuple(seen.samples),
            processes=tuple(
                Process(pid=pid, command=redact(words, everything=self._redact_all), cpu_s=cpu_s)
                for pid, (words, cpu_s) in sorted(session.tree.ended.items())
            ),
            overhead=Overhead(
                cpu_s=time.process_time() - self._begun_cpu_s + (self._native.cpu_s if self._native else 0.0),
                wall_s=max(0.0, spent_s - session.duration_s),
                paused_s=session.paused_s,
            ),
            sources=digests(frame.path for frame in frames if not frame.path.startswith("<")),
            exact_lines=session.exact_lines,
            queries=sent,
            native=native,
            asked=asked,
            notes=(*session.notes, *native_notes, *notes, *((_USER_ONLY,) if counts.user_only else ())),
        )

    def _native_seen(self, frames: Sequence[Frame]) -> tuple[NativeSamples | None, tuple[str, ...]]:
        """What py-spy saw, and what a reader should know of it."""
        if self._native is None:
            return None, ()
        self._native.finish()
        native, note = self._native.seen(frames, self._started_in)
        return native, (note,)


def _py_spy(folder: Path) -> PySpy:
    from greenprof.sampler.pyspy import PySpy

    return PySpy(folder)


def _run_so_far(command: tuple[str, ...]) -> Run:
    """What the journal of a run says of it while it goes on."""
    return Run(
        command=command,
        started_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        duration_s=0.0,
        exit_code=None,
        cpu_s=0.0,
        processes=0,
        max_rss_bytes=None,
        read_bytes=None,
        written_bytes=None,
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


def _command_of(pid: int) -> tuple[str, ...]:
    """The words that a running process was started with."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    except OSError:
        raise GreenprofError(f"there is no process {pid}", EXIT_NOT_FOUND) from None
    if not words:
        raise GreenprofError(f"process {pid} has ended, or is a part of the kernel", EXIT_NOT_FOUND)
    return tuple(word.decode("utf-8", "replace") for word in words)


@contextmanager
def _told_to_stop() -> Iterator[Callable[[], bool]]:
    """Inside, Ctrl-C and SIGTERM only make the function that is yielded say True."""
    told: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: told.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield lambda: bool(told)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
