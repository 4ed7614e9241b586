"""Sampling a tree of processes: one sampler for each Python in it, whether it hands over or is found."""

from __future__ import annotations

import os
import time
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from greenprof.member import Spent
from greenprof.model import Frame
from greenprof.processes import ProcessTree
from greenprof.sampler.accounts import FOREIGN_S, Accounts
from greenprof.sampler.allowance import Allowance
from greenprof.sampler.inside import SUFFIX, InsideReader
from greenprof.sampler.joining import Joining
from greenprof.sampler.kin import Image, image_of
from greenprof.sampler.layout import Layout, NotSampled, read_layout
from greenprof.sampler.probe import TARGET, layout_of_running
from greenprof.sampler.process import ProcessGone, ProcessSampler, StackSample
from greenprof.sampler.processors import Elbowroom
from greenprof.sampler.remote import ask_to_hand_over
from greenprof.sampler.threads import ThreadEnded, cpu_ns_of

_FOLDER_VARIABLE = "GREENPROF_HANDOVER"
_EMPTY_VARIABLE = "GREENPROF_PYTHONPATH_WAS_EMPTY"
_INSIDE_VARIABLE = "GREENPROF_INSIDE"
_QUERIES_VARIABLE = "GREENPROF_QUERIES"
_CLOCK_GRAIN_NS = 50_000_000  # of file times, generously
_MOST_OF_A_PROCESSOR = 0.2
_TICKS_BETWEEN_LOOKS = 8  # at the folder, while every process is known
_SAVED_S = 0.2  # of its own CPU time that may be used at once, for the first looks at new processes
_NO_HAND_OVER = (
    "no Python process was sampled: none reported (an older Python than 3.11, an isolated one (-I, -E, -S), another "
    "language, or one that ended too soon)"
)
_NOBODY = "no Python process was sampled: there was none of 3.11 or newer, or it ended too soon"
_WORTH_A_NOTE_S = 0.01
_MOST_NAMED = 3  # processes of which a note gives the number


def target_environment(
    base: Mapping[str, str], handover: Path, inside: str | None = None, *, queries: bool = False
) -> dict[str, str]:
    """The environment `base`, in which every Python hands over to the folder `handover` before it begins.

    With `inside`, the reason why nobody can read its memory, it samples itself instead (`greenprof.sampler.inside`).
    With `queries` it counts the statements that it sends to databases (`greenprof.query_counts`).
    What is added takes itself out again: the program sees `base`.
    """
    environment = dict(base)
    before = base.get("PYTHONPATH")
    environment["PYTHONPATH"] = f"{TARGET}{os.pathsep}{before}" if before else TARGET
    environment[_FOLDER_VARIABLE] = str(handover.resolve())
    if before == "":
        environment[_EMPTY_VARIABLE] = "1"
    if inside is not None:
        environment[_INSIDE_VARIABLE] = inside
    if queries:
        environment[_QUERIES_VARIABLE] = str(handover.resolve())
    return environment


@dataclass(slots=True)
class _Sampled:
    """A process that is sampled, and as what it was recognised."""

    process: ProcessSampler
    layout: Layout
    image: Image | None
    torn: int = 0


class Sampler:
    """Samples every Python process that hands over to the folder `handover`, from outside and without a pause.

    Waiting is told of the Pythons at the top: one that another has started mostly waits for its orders.
    With a `tree`, its other Pythons too: those that are started by these, or in isolation, or with another
    environment. Then all CPU time of the tree is told apart: `flush` gives what is placed on stacks, and `unplaced`
    what is not.

    Call `sample` about 100 times a second, with some jitter, and `flush` about every 100 ms, just after
    ``tree.cpu_s``. Nothing is raised for what a process does: why one is not sampled is among the `notes`. The thread
    that calls `sample` is kept off the processors that the program runs on, as far as there are others; so is what it
    starts before `close`.

    A Python that cannot be read samples itself, and here what it tells is passed on. With `inside` they all do
    (`target_environment`), and no memory is looked at.
    """

    def __init__(self, handover: Path, tree: ProcessTree | None = None, *, inside: bool = False) -> None:
        self.unplaced: tuple[Spent, ...] = ()
        self.interpreters_s = 0.0
        self._folder = str(handover)
        self._tree = tree
        self._inside = InsideReader()
        self._all_inside = inside
        self._joining = Joining(handover / "asked", tree.leave_out) if tree is not None and not inside else None
        self._accounts = Accounts()
        self._running: dict[int, _Sampled] = {}
        self._interpreters_s = 0.0  # since the last flush
        self._left: list[StackSample] = []  # of processes that have gone since the last flush
        self._seen: dict[int, None] = {}
        self._refusals: dict[str, list[int]] = {}
        self._reads = 0
        self._torn = 0
        self._foreign_s = 0.0
        self._looks = 0
        self._held = 0
        self._looked_ns = 0
        self._ticks = 0
        self._allowance = Allowance(_MOST_OF_A_PROCESSOR, _SAVED_S)
        self._looked_s = time.monotonic()
        self._flushed_s = time.monotonic()
        self._elbowroom = Elbowroom()

    @property
    def processes(self) -> tuple[int, ...]:
        """Process ids of the Pythons that are or were sampled, in the order in which they were found."""
        return tuple(self._seen)

    @property
    def exact_lines(self) -> bool:
        """Whether a line that was seen is the one that ran, and not only one of its loop."""
        return not self._inside.processes

    @property
    def running(self) -> tuple[Frame, ...]:
        """The innermost frame of each thread that was seen running at the last `sample`."""
        return tuple(frame for sampled in self._running.values() for frame in sampled.process.running)

    @property
    def held_part(self) -> float:
        """The part of the time in which a tracer, such as py-spy, held the sampled processes: of all looks at them."""
        processes = [sampled.process for sampled in self._running.values()]
        looks, held = self._looks + sum(p.looks for p in processes), self._held + sum(p.held for p in processes)
        return held / looks if looks else 0.0

    @property
    def asking_cpu_s(self) -> float:
        """CPU time of the interpreters that were started to ask them: greenprof's own, and not the program's."""
        return self._joining.asking_cpu_s if self._joining is not None else 0.0

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the samples should know: who is not sampled and why, and what was dropped."""
        told = frozenset(self._inside.processes)
        refusals = {what: [pid for pid in pids if int(pid) not in told] for what, pids in self._refusals.items()}
        notes = [_refusal(pids, what) for what, pids in refusals.items() if pids]
        notes += self._inside.notes
        if not self._seen and not self._refusals:
            notes.append(_NO_HAND_OVER if self._tree is None else _NOBODY)
        unseen, unseen_s = self._accounts.unseen, self._accounts.unseen_s
        if unseen and unseen_s >= _WORTH_A_NOTE_S:
            who = "1 short-lived process" if unseen == 1 else f"{unseen} short-lived processes"
            notes.append(
                f"{who} in Python, {unseen_s:.2g} s of CPU time, ended before being seen at work: it stands under "
                "the command, not on lines"
            )
        processes = [sampled.process for sampled in self._running.values()]
        reads, torn = self._reads + sum(p.reads for p in processes), self._torn + sum(p.torn for p in processes)
        if self._foreign_s >= _WORTH_A_NOTE_S:
            notes.append(
                f"{self._foreign_s:.2g} s of CPU time of threads that run no Python (of NumPy's BLAS, for instance) "
                "stand on the lines that ran or waited meanwhile"
            )
        if torn:
            notes.append(f"{torn} of {reads} samples were dropped: the stack changed while it was read")
        return tuple(notes)

    def attach(self, pid: int) -> None:
        """Sample a Python that runs already, from now on; where it cannot be, the notes say why. Takes 50 ms."""
        if self._all_inside:
            self._inside.expect(pid)
            return
        try:
            layout = layout_of_running(pid, Path(self._folder) / "asked")
            if self._joining is not None:
                self._joining.learn(layout)
            self._begin(self._with_what_is_due(layout, 0.0), image_of(pid), from_now=True)
        except NotSampled as reason:
            why = ask_to_hand_over(pid, Path(self._folder))
            if why != "":
                self._refuse(pid, f"not sampled: {reason}")
            if why:
                self._refuse(pid, f"one that {why}")

    def sample(self) -> None:
        """One tick: look for new processes, and at the threads of those that are known.

        Ticks are left out where all of them would take more than a fifth of a processor (a thousand threads do); what
        has not been used for some time may be used at once, so that new processes do not blind it.
        """
        if self._allowance.is_overdrawn:
            return
        begun_s = time.thread_time()
        if self._is_anybody_due():
            self._pick_up()
        self._find()
        self._look()
        self._looked_s = time.monotonic()
        self._allowance.spend(time.thread_time() - begun_s)

    def _look(self) -> None:
        for pid, sampled in list(self._running.items()):
            try:
                sampled.process.sample()
            except ProcessGone as gone:
                self._end(pid, str(gone))
                continue
            if sampled.process.torn != sampled.torn:  # perhaps it is another program now
                sampled.torn = sampled.process.torn
                if image_of(pid) not in (None, sampled.image):
                    self._end(pid, "it has become another program")
        if any(sampled.process.displaced for sampled in self._running.values()):
            busy = {number for sampled in self._running.values() for number in sampled.process.processors}
            self._elbowroom.keep_off(busy)

    def flush(self, elapsed_s: float) -> tuple[StackSample, ...]:
        """What was seen since the last flush, `elapsed_s` seconds ago: seconds of CPU time and of waiting by stack.

        With a tree: the little that a process which has ended used since it was last looked at is on the stacks of its
        last window; what belongs on no stack is in `unplaced`, and what interpreters took to start and to end in
        `interpreters_s`, from then on until the next flush.
        """
        self._elbowroom.reconsider()
        samples, self._left = self._left, []
        for pid, sampled in self._running.items():
            own = sampled.process.flush(elapsed_s)
            self._place(pid, own, sampled.process)
            samples += own
        self.interpreters_s, self._interpreters_s = self._interpreters_s, 0.0
        self._flushed_s = time.monotonic()
        for pid, own in self._inside.flush(elapsed_s).items():
            if pid not in self._running:
                self._accounts.place(pid, own)
                samples += own
        if self._tree is not None:
            samples += self._settle(self._tree)
        return tuple(samples)

    def _place(self, pid: int, samples: Sequence[StackSample], process: ProcessSampler) -> None:
        """Note what was seen of a process since the last flush."""
        self._accounts.place(pid, samples, process.interpreter_s)
        self._interpreters_s += process.interpreter_s

    def _settle(self, tree: ProcessTree) -> list[StackSample]:
        """What is due of the CPU time of the tree, after all that was seen has been placed."""
        newcomers, expected = tree.newcomers(), frozenset[int]()
        others: Container[int] = tree
        if self._joining is not None:
            self._joining.consider(newcomers)  # those that the tree has found just now
            expected, others = self._joining.expected, self._joining
        spent = tree.take_spent()
        for each in spent:
            if each.pid:
                self._accounts.spend(each)
        foreign = self._place_foreign()
        sampled = self._inside if self._all_inside else self._running.keys() | self._inside.processes
        rests, commands = self._accounts.settle(sampled, expected, others)
        self.unplaced = (*commands, *(each for each in spent if not each.pid))
        return [*foreign, *rests]

    def _place_foreign(self) -> list[StackSample]:
        """What threads that run no Python have used, on the stacks that ran or waited meanwhile."""
        samples: list[StackSample] = []
        for pid, sampled in self._running.items():
            if self._accounts.due_s(pid) > FOREIGN_S:
                samples += self._accounts.place_foreign(pid, sampled.process.foreign_s())
        self._foreign_s += sum(sample.cpu_s for sample in samples)
        return samples

    def close(self) -> None:
        """Let go of all processes, which run on, and of the processors."""
        self._elbowroom.restore()
        for sampled in self._running.values():
            self._let_go(sampled.process)
        self._running.clear()
        if self._joining is not None:
            self._joining.close()

    def _is_anybody_due(self) -> bool:
        """Whether somebody may have left something in the folder: looking there at every tick would cost a tenth."""
        self._ticks += 1
        is_settled = self._joining is not None and not self._joining.candidates and self._running
        return not is_settled or self._ticks % _TICKS_BETWEEN_LOOKS == 0

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
                self._take_over(path.stem, path)
                path.unlink(missing_ok=True)
            elif name.endswith(SUFFIX):
                self._pass_on(Path(self._folder) / name)

    def _take_over(self, pid: str, path: Path) -> None:
        """Begin to sample a process by what it has handed over."""
        try:
            layout = read_layout(path)
            image = image_of(layout.pid)
            known = self._running.get(layout.pid)
            if known is not None and (known.image, known.layout.thread) == (image, layout.thread):
                return  # found before it handed over
            if self._joining is not None:
                self._joining.learn(layout)
            was_there = self._tree is not None and self._tree.was_there(layout.pid)
            self._begin(layout, image, from_now=was_there)
            self._interpreters_s += self._accounts.begin(layout.pid, 0.0 if was_there else layout.cpu_ns / 1e9)
        except NotSampled as reason:
            if self._tree is None or image_of(int(pid)) is not None:  # that some end soon is told in one note
                self._refuse(int(pid), f"not sampled: {reason}")

    def _pass_on(self, path: Path) -> None:
        """Take what a Python tells that samples itself."""
        pid = self._inside.take(path)
        if pid is not None and pid not in self._running:
            self._seen[pid] = None
            if self._joining is not None:
                self._joining.forget(pid)

    def _find(self) -> None:
        """Begin to sample processes that did not hand over."""
        if self._tree is None or self._joining is None:
            return
        self._joining.consider(self._tree.newcomers())
        if not self._joining.candidates:
            return
        known = {pid: (each.layout, each.image) for pid, each in self._running.items() if each.image is not None}
        for layout, image in self._joining.look(known):
            try:
                was_there = self._tree.was_there(layout.pid)
                due_s = 0.0 if was_there else self._accounts.due_s(layout.pid) + self._tree.pending_s(layout.pid)
                self._begin(
                    self._with_what_is_due(layout, due_s),
                    image,
                    from_now=was_there,
                    with_waits=layout.pid == self._tree.root,
                )
            except NotSampled as reason:
                if image_of(layout.pid) == image:
                    self._refuse(layout.pid, f"not sampled: {reason}")
                    self._joining.consider_again(layout.pid, image)
                else:
                    self._joining.forget(layout.pid)
        for pid, why in self._joining.refusals:
            self._refuse(pid, f"not sampled: {why}")
        self._joining.refusals.clear()

    @staticmethod
    def _with_what_is_due(layout: Layout, due_s: float) -> Layout:
        """`layout`, with the last `due_s` of what its main thread has used so far yet to be placed."""
        try:
            used_ns = cpu_ns_of(layout.pid, layout.native_id)
        except ThreadEnded:
            raise NotSampled("it had ended") from None
        return replace(layout, cpu_ns=max(0, used_ns - round(due_s * 1e9)))

    def _begin(self, layout: Layout, image: Image | None, *, from_now: bool = False, with_waits: bool = True) -> None:
        if layout.pid in self._running:  # it has become another Python (exec)
            self._end(layout.pid, "")
        try:
            process = ProcessSampler(layout, from_now=from_now, with_waits=with_waits)
        except OSError as error:
            raise NotSampled(error.strerror or str(error)) from None
        self._running[layout.pid] = _Sampled(process, layout, image)
        self._seen[layout.pid] = None
        self._accounts.begin(layout.pid)
        if self._joining is not None:
            self._joining.forget(layout.pid)

    def _end(self, pid: int, what: str) -> None:
        """A process has ended, or has become another."""
        sampled = self._running.pop(pid)
        own = sampled.process.flush(time.monotonic() - self._flushed_s)
        self._place(pid, own, sampled.process)
        self._accounts.end(pid, time.monotonic() - self._looked_s)
        self._left += own
        self._let_go(sampled.process)
        image = image_of(pid)
        if self._joining is not None and sampled.image is not None and image is not None:
            self._joining.consider_again(pid, sampled.image)
            if image != sampled.image:  # its later CPU time stands under its command, or is sampled again
                return
        if what:
            self._refuse(pid, f"no longer sampled: {what}")

    def _let_go(self, process: ProcessSampler) -> None:
        self._reads += process.reads
        self._torn += process.torn
        self._looks += process.looks
        self._held += process.held
        process.close()

    def _refuse(self, pid: int, what: str) -> None:
        pids = self._refusals.setdefault(what, [])
        if pid not in pids:
            pids.append(pid)


def _refusal(pids: Sequence[int], what: str) -> str:
    if len(pids) == 1:
        return f"process {pids[0]} is {what}"
    more = f" and {len(pids) - _MOST_NAMED} more" if len(pids) > _MOST_NAMED else ""
    return f"processes {', '.join(map(str, pids[:_MOST_NAMED]))}{more} are {what}"
