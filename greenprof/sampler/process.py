"""One sampled process: its threads' stacks between two windows, and what they weigh at the end of one."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field

from greenprof.model import Frame
from greenprof.sampler.awaits import AwaitReader, loop_of
from greenprof.sampler.code import CodeReader, TornRead
from greenprof.sampler.frames import StackReader
from greenprof.sampler.layout import Layout, NotSampled
from greenprof.sampler.memory import Memory, UnreadableMemory
from greenprof.sampler.snapshot import ThreadPlace
from greenprof.sampler.threads import ForeignThreads, KernelThread, ThreadEnded, is_alive

_TRIES = 3  # a stack that changed while it was read is read again at once
_ENDING_TICKS = 10
_MOST_FAILURES = 100  # in a row, after which a process is given up

Stack = tuple[Frame, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSample:
    """What one stack did within one window. ``frames`` are outermost first.

    ``cpu_s`` is the CPU time that fell on it, ``wait_s`` the time that the main thread waited in it, ``count``
    how often it was seen. ``windows_ago`` is 0 but for what is told late (`greenprof.sampler.inside`).
    """

    frames: Stack
    cpu_s: float
    wait_s: float
    count: int
    windows_ago: int = 0


class ProcessGone(Exception):
    """The process is not there any more. The message is empty, or says what is odd about it."""


@dataclass(slots=True)
class _Tally:
    """How often each stack was seen, known by the identities of its frames.

    Several stacks may share one sighting: ``weights`` are the sum of the shares.
    """

    stacks: dict[tuple[int, ...], Stack] = field(default_factory=dict)
    counts: dict[tuple[int, ...], int] = field(default_factory=dict)
    weights: dict[tuple[int, ...], float] = field(default_factory=dict)

    def add(self, stack: Stack, share: float = 1) -> None:
        key = tuple(map(id, stack))
        self.stacks[key] = stack
        self.counts[key] = self.counts.get(key, 0) + 1
        self.weights[key] = self.weights.get(key, 0) + share

    def total(self) -> float:
        return sum(self.weights.values())

    def drop(self, replaced: frozenset[Frame]) -> int:
        """Forget stacks with one of these frames: how many sightings that were."""
        bad = [key for key, stack in self.stacks.items() if not replaced.isdisjoint(stack)]
        for key in bad:
            del self.stacks[key], self.weights[key]
        return sum(self.counts.pop(key) for key in bad)

    def clear(self) -> None:
        self.stacks.clear()
        self.counts.clear()
        self.weights.clear()


class _Thread:
    """One thread of the process and what was seen of it in this window."""

    def __init__(self, kernel: KernelThread, place: ThreadPlace, placed_ns: int, *, is_main: bool) -> None:
        self.kernel = kernel
        self.place = place
        self.is_main = is_main
        self.placed_ns = placed_ns  # the CPU time that is on stacks already
        self.running = _Tally()
        self.displaced = _Tally()  # ready to run, while the sampler itself kept the processor from it
        self.waiting = _Tally()
        self.waits_in: dict[Stack, float] = {}  # the shares of the wait that goes on
        self.wait_is_known = False


class ProcessSampler:
    """Samples one process by the layout that it handed over.

    What its main thread had used when it handed over is not placed on stacks; ``from_now``: nor is
    what its other threads have used so far.

    Raises:
        NotSampled: if its memory cannot be read, or is not as its layout says.
    """

    def __init__(self, layout: Layout, *, from_now: bool = False, with_waits: bool = True) -> None:
        self.pid = layout.pid
        self.reads = 0
        self.torn = 0
        self.looks = 0  # at its main thread
        self.held = 0  # looks at which a tracer had stopped that
        self.interpreter_s = 0.0  # CPU time of the main thread in no function of Python, within the last window
        self.running: list[Frame] = []  # the innermost frame of each thread that ran at the last `sample`
        self._with_waits = with_waits
        self._layout = layout
        self._foreign = ForeignThreads(layout.pid, from_now=from_now)
        self._memory = Memory(layout.pid)
        self._stacks = StackReader(self._memory, layout)
        self._codes = CodeReader(self._memory, layout)
        self._awaits = AwaitReader(self._memory, layout, self._codes)
        self._threads: dict[int, _Thread] = {}
        self._ended: list[_Thread] = []
        self._newest = 0
        self._failures = 0
        self._check()
        self._since = time.monotonic()
        try:
            self._find_threads()
        except ProcessGone:
            raise NotSampled("it had ended") from None
        if from_now:
            self._leave_out_the_past()

    def _leave_out_the_past(self) -> None:
        for thread in self._threads.values():
            if not thread.is_main:
                with contextlib.suppress(ThreadEnded):
                    thread.kernel.look()
                thread.placed_ns = thread.kernel.cpu_ns

    def _check(self) -> None:
        """Read back what the process said of itself: its thread, and every line of a function that it knows."""
        layout = self._layout
        refusal = self._memory.refusal(layout.thread)
        if refusal:
            raise NotSampled(refusal)
        try:
            if self._stacks.threads().get(layout.native_id) != layout.thread:
                raise NotSampled("its threads are not where it said")
            start, line = layout.probe_code + layout.bytecode, layout.probe_first_line
            for first, end, own in layout.probe_lines:
                line = line if own is None else own
                for frame in self._codes.frames([layout.probe_code] * 2, [start + first, start + end - 2]):
                    if (frame.path, frame.function, frame.line) != (layout.probe_path, layout.probe_name, line):
                        raise NotSampled("its code is not where it said")
        except (TornRead, UnreadableMemory):
            raise NotSampled("its interpreter is not as it said") from None

    @property
    def processors(self) -> set[int]:
        """Where its threads ran at the last `sample`."""
        return {thread.kernel.processor for thread in self._threads.values() if thread.kernel.running}

    @property
    def displaced(self) -> bool:
        """Whether the sampler itself kept one of its threads from running at the last `sample`."""
        return any(thread.kernel.displaced for thread in self._threads.values())

    def sample(self) -> None:
        """One tick: the stack of each thread that runs, and that of the main thread in any case.

        Raises:
            ProcessGone: if the process has ended or has become another program; a last `flush` is still due.
        """
        self.running.clear()
        for thread in list(self._threads.values()):
            thread.place.is_newest = False
            try:
                self._see(thread)
            except ThreadEnded:
                self._forget(thread)
        newest = self._threads.get(self._newest)
        if newest is None or not (newest.place.is_newest or self._stacks.is_newest(newest.place)):
            self._find_threads()
        if not self._threads:
            raise ProcessGone

    def _see(self, thread: _Thread) -> None:
        did_something = thread.kernel.look()
        if thread.is_main:
            self.looks += 1
            self.held += thread.kernel.held
        if thread.kernel.running:
            stack = self._stack_of(thread.place)
            if stack:
                self.running.append(stack[-1])
            if stack is not None:
                (thread.displaced if thread.kernel.displaced else thread.running).add(stack)
        elif thread.is_main and self._with_waits and not thread.kernel.held:
            if did_something or not thread.wait_is_known:
                thread.waits_in, thread.wait_is_known = self._waits_of(thread)
            for stack, share in thread.waits_in.items():
                thread.waiting.add(stack, share)

    def _waits_of(self, thread: _Thread) -> tuple[dict[Stack, float], bool]:
        """The stacks that a thread waits in with the share of each: one, or those of the tasks of its event loop.

        And whether that holds until the thread does something, or should be looked at again.
        """
        stack = self._stack_of(thread.place)
        if stack is None:
            return {}, False
        loop = loop_of(stack)
        if loop is None:
            return {stack: 1}, True
        awaits, is_known = self._awaits.stacks(thread.place.frames[loop], lambda: not thread.kernel.look())
        shares: dict[Stack, float] = {}
        for own in awaits:
            whole = stack[:-loop] + own
            shares[whole] = shares.get(whole, 0) + 1 / len(awaits)
        return shares or {stack: 1}, is_known

    def _find_threads(self) -> None:
        """Bring the list of threads up to date."""
        try:
            found = self._stacks.threads()
            self._failures = 0
        except (TornRead, UnreadableMemory):
            self._failures += 1
            if not is_alive(self.pid):
                raise ProcessGone from None
            # A process that is about to end has no memory any more, for a moment.
            replaced = self._failures > _ENDING_TICKS and self._memory.refusal(self._layout.thread)
            if replaced or self._failures > _MOST_FAILURES:
                raise ProcessGone("it has become another program, or its interpreter was taken down") from None
            return
        for native_id, thread in list(self._threads.items()):
            if found.get(native_id) != thread.place.state:
                self._forget(thread)
        for native_id, state in found.items():
            if native_id not in self._threads:
                is_main = state == self._layout.thread
                placed_ns = self._layout.cpu_ns if is_main else 0
                kernel, place = KernelThread(self.pid, native_id), ThreadPlace(state, native_id)
                self._threads[native_id] = _Thread(kernel, place, placed_ns, is_main=is_main)
        self._newest = next(iter(found), 0)

    def _forget(self, thread: _Thread) -> None:
        del self._threads[thread.place.native_id]
        thread.kernel.close()
        self._ended.append(thread)
        self._newest = 0

    def _stack_of(self, place: ThreadPlace) -> Stack | None:
        """Its stack, outermost frame first; None if it could not be read whole."""
        self.reads += 1
        for _ in range(_TRIES):
            try:
                return self._codes.frames(*self._stacks.stack(place), place.watch)[::-1]
            except (TornRead, UnreadableMemory):
                continue
        self.torn += 1
        if self.reads == self.torn >= _MOST_FAILURES:
            raise ProcessGone("none of its stacks could be read")
        return None

    def flush(self, elapsed_s: float) -> list[StackSample]:
        """What was seen since the last flush, `elapsed_s` seconds ago, weighed.

        How much: the CPU time that each thread has used. Where: the stacks in which it was seen running, in equal
        shares. CPU time of a thread that was never seen running stays due until it is. What fell on an empty stack (an
        interpreter that takes itself down) is on no line and so in no sample; that of the main thread is then
        `interpreter_s`.

        A thread that the sampler itself displaced from its processor is seen where it could be displaced, mostly in
        system calls, and not where it spends its time. Such sightings count only where there are no others.
        """
        now = time.monotonic()
        elapsed_s = min(elapsed_s, now - self._since)
        samples: dict[tuple[int, ...], StackSample] = {}
        self.interpreter_s = 0.0
        self._drop(self._codes.end_window())
        for thread in [*self._threads.values(), *self._ended]:
            ran = thread.running if thread.running.counts else thread.displaced
            running, displaced, waited = (t.total() for t in (thread.running, thread.displaced, thread.waiting))
            cpu_s = 0.0
            if ran.counts:
                cpu_s = max(0, thread.kernel.cpu_ns - thread.placed_ns) / 1e9
                thread.placed_ns = max(thread.placed_ns, thread.kernel.cpu_ns)
                _book(samples, ran, cpu_s=cpu_s / ran.total(), wait_s=0.0)
                if thread.is_main:
                    self.interpreter_s += cpu_s * ran.weights.get((), 0.0) / ran.total()
            if waited:
                wait_s = min(elapsed_s * waited / (running + displaced + waited), max(0.0, elapsed_s - cpu_s))
                _book(samples, thread.waiting, cpu_s=0.0, wait_s=wait_s / waited)
            thread.running.clear()
            thread.displaced.clear()
            thread.waiting.clear()
        self._ended.clear()
        return list(samples.values())

    def _drop(self, replaced: frozenset[Frame]) -> None:
        """Forget stacks with code that another took the place of before it could be made sure of."""
        if replaced:
            self._awaits.forget()
            for thread in [*self._threads.values(), *self._ended]:
                thread.wait_is_known = False
                self.torn += sum(t.drop(replaced) for t in (thread.running, thread.displaced, thread.waiting))

    def foreign_s(self) -> float:
        """CPU time since this was last asked of its threads that run no Python, and so have no stacks."""
        return self._foreign.take_s(self._threads)

    def close(self) -> None:
        """Let go of the process."""
        for thread in self._threads.values():
            thread.kernel.close()
        self._threads.clear()


def _book(samples: dict[tuple[int, ...], StackSample], tally: _Tally, *, cpu_s: float, wait_s: float) -> None:
    """Add what each sighting of a stack weighs to what is there of that stack."""
    for key, stack in tally.stacks.items():
        if not stack:
            continue
        count, weight, before = tally.counts[key], tally.weights[key], samples.get(key)
        samples[key] = StackSample(
            frames=stack,
            cpu_s=cpu_s * weight + (before.cpu_s if before else 0.0),
            wait_s=wait_s * weight + (before.wait_s if before else 0.0),
            count=count + (before.count if before else 0),
        )
