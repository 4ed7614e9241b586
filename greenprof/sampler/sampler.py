"""Sampling a tree of processes: the hand-over before they start, one sampler for each that reports."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from greenprof.sampler.layout import Layout, NotSampled, read_layout
from greenprof.sampler.process import ProcessGone, ProcessSampler, StackSample
from greenprof.sampler.processors import Elbowroom

_TARGET = str(Path(__file__).resolve().parent.parent / "target")
_FOLDER_VARIABLE = "GREENPROF_HANDOVER"
_EMPTY_VARIABLE = "GREENPROF_PYTHONPATH_WAS_EMPTY"
_CLOCK_GRAIN_NS = 50_000_000  # of file times, generously
_MOST_OF_A_PROCESSOR = 0.2
_NOBODY = (
    "no Python process was sampled: none reported (an older Python than 3.11, an isolated one (-I, -E, -S), another "
    "language, or one that ended too soon)"
)


def target_environment(base: Mapping[str, str], handover: Path) -> dict[str, str]:
    """The environment `base`, in which every Python hands over to the folder `handover` before it begins.

    What is added takes itself out again: the program sees `base`.
    """
    environment = dict(base)
    before = base.get("PYTHONPATH")
    environment["PYTHONPATH"] = f"{_TARGET}{os.pathsep}{before}" if before else _TARGET
    environment[_FOLDER_VARIABLE] = str(handover.resolve())
    if before == "":
        environment[_EMPTY_VARIABLE] = "1"
    return environment


class Sampler:
    """Samples every Python process that hands over to the folder `handover`, from outside and without a pause.

    Call `sample` about 100 times a second, with some jitter, and `flush` about every 100 ms. Nothing
    is raised for what a process does: why one is not sampled is among the `notes`. The thread that calls
    `sample` is kept off the processors that the program runs on, as far as there are others; so is what it starts
    before `close`.
    """

    def __init__(self, handover: Path) -> None:
        self._folder = str(handover)
        self._running: dict[int, ProcessSampler] = {}
        self._gone: list[ProcessSampler] = []
        self._seen: list[int] = []
        self._refusals: dict[str, None] = {}
        self._reads = 0
        self._torn = 0
        self._looked_ns = 0
        self._rest_until_s = 0.0
        self._elbowroom = Elbowroom()

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of the Pythons that are or were sampled, in the order in which they reported."""
        return tuple(self._seen)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the samples should know: who is not sampled and why, and what was dropped."""
        notes = list(self._refusals)
        if not self._seen and not self._refusals:
            notes.append(_NOBODY)
        every = [*self._running.values(), *self._gone]
        reads, torn = self._reads + sum(p.reads for p in every), self._torn + sum(p.torn for p in every)
        if torn:
            notes.append(f"{torn} of {reads} stacks changed while they were read and were dropped")
        return tuple(notes)

    def sample(self) -> None:
        """One tick: look for processes that report, and at the threads of those that have.

        A tick is left out where all of them would take more than a fifth of a processor (a thousand threads do).
        """
        begun_s = time.thread_time()
        if time.monotonic() < self._rest_until_s:
            return
        self._look()
        spent_s = time.thread_time() - begun_s
        self._rest_until_s = time.monotonic() + spent_s * (1 / _MOST_OF_A_PROCESSOR - 1)

    def _look(self) -> None:
        self._pick_up()
        for pid, process in list(self._running.items()):
            try:
                process.sample()
            except ProcessGone as gone:
                if str(gone):
                    self._refuse(pid, f"no longer sampled: {gone}")
                self._gone.append(self._running.pop(pid))
        if any(process.displaced for process in self._running.values()):
            self._elbowroom.keep_off({number for process in self._running.values() for number in process.processors})

    def flush(self, elapsed_s: float) -> tuple[StackSample, ...]:
        """What was seen since the last flush, `elapsed_s` seconds ago: seconds of CPU time and of waiting by stack."""
        samples = [sample for process in [*self._running.values(), *self._gone] for sample in process.flush(elapsed_s)]
        for process in self._gone:
            self._let_go(process)
        self._gone.clear()
        return tuple(samples)

    def close(self) -> None:
        """Let go of all processes, which run on, and of the processors."""
        self._elbowroom.restore()
        for process in [*self._running.values(), *self._gone]:
            self._let_go(process)
        self._running.clear()
        self._gone.clear()

    def _pick_up(self) -> None:
        """Look for new hand-overs, if the folder has changed since the last look or only just before it."""
        try:
            changed_ns = os.stat(self._folder).st_mtime_ns  # noqa: PTH116
            if changed_ns < self._looked_ns - _CLOCK_GRAIN_NS:
                return
            self._looked_ns = time.time_ns()
            names = os.listdir(self._folder)  # noqa: PTH208
        except OSError:
            return
        for name in names:
            if name.endswith(".json"):
                path = Path(self._folder) / name
                self._begin(path.stem, path)
                path.unlink(missing_ok=True)

    def _begin(self, pid: str, path: Path) -> None:
        try:
            layout = read_layout(path)
            process = self._sampler_of(layout)
        except NotSampled as reason:
            self._refuse(pid, f"not sampled: {reason}")
            return
        before = self._running.pop(layout.pid, None)
        if before:  # it has become another Python (exec)
            self._gone.append(before)
        self._running[layout.pid] = process
        self._seen.append(layout.pid)

    @staticmethod
    def _sampler_of(layout: Layout) -> ProcessSampler:
        try:
            return ProcessSampler(layout)
        except OSError as error:
            raise NotSampled(error.strerror or str(error)) from None

    def _let_go(self, process: ProcessSampler) -> None:
        self._reads += process.reads
        self._torn += process.torn
        process.close()

    def _refuse(self, pid: int | str, what: str) -> None:
        self._refusals[f"process {pid} is {what}"] = None
