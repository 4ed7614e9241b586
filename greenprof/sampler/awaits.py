"""What an event loop of asyncio waits for: the stacks of awaits of its tasks, read while the loop's thread waits.

The wait itself happens in a system call of the loop, on a stack that only says ``asyncio.run(main())``. But each task
that waits keeps its suspended coroutines, one awaiting the next, and the innermost says on which line. So
the wait is shared out equally among the tasks that wait. One that waits only for other tasks (``await task``,
``gather``, a `TaskGroup`) leaves it to these.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from struct import Struct
from struct import error as StructError

from greenprof.model import Frame
from greenprof.sampler.allowance import Allowance
from greenprof.sampler.code import CodeReader, TornRead
from greenprof.sampler.layout import Layout
from greenprof.sampler.memory import Memory, UnreadableMemory
from greenprof.sampler.objects import WORD_BYTES, Objects, UnknownObjects, is_address, words_of
from greenprof.sampler.snapshot import FrameFormat
from greenprof.sampler.tasks import (
    COROUTINES,
    ENTRY_BYTES,
    ROOM_FOR_STACK,
    Suspended,
    TaskLayout,
    attributes,
    awaited_coroutines,
    find_tasks,
    read_suspended,
)

MOST_TASKS = 32  # looked at in one wait; of more, some taken at random stand for all
_LEAST_TASKS = 2  # likewise, where the waits are so short that more cannot be read in one
_SLOTS, _MOST_PARTS = 256, 16  # of a set of tasks: read at once, and parts of that size looked at
_MOST_AWAITS = 100  # of one task: a coroutine that awaits a coroutine that awaits ...
_MOST_OF_A_PROCESSOR, _SAVED_S = 0.02, 0.02
_MOST_SEARCHES = 100  # for how tasks are laid out, where each time none could be found that waits
_LARGEST_COROUTINE = 1 << 14
_ITEMS_BYTES = 512  # looked at of a list of futures
_SELECTORS, _LOOP = "selectors.py", "asyncio/base_events.py"
# Coroutines of asyncio that wait for other tasks: always, or if the first of their local variables is or holds some.
_ALWAYS_FOR_TASKS = {("asyncio/taskgroups.py", "__aexit__"), ("asyncio/taskgroups.py", "_aexit")}
_MAYBE_FOR_TASKS = {("asyncio/tasks.py", "_wait"), ("asyncio/tasks.py", "wait_for")}
_WORD = Struct("<Q")

Stack = tuple[Frame, ...]


@dataclass(slots=True)
class _Task:
    """A task that waits: what for, and its coroutines from the outermost to the innermost."""

    waits_for: int
    coroutine: int
    awaits: list[Suspended] = field(default_factory=list)
    frames: Stack = ()

    @property
    def place(self) -> tuple[int, int, int]:
        """What it waits for, and where in which code."""
        last = self.awaits[-1]
        return self.waits_for, last.code, last.instruction


def loop_of(stack: Stack) -> int | None:
    """Which frame of a stack, counted from the innermost, is an event loop of asyncio that waits; None if none."""
    if len(stack) < 2 or stack[-1].function.rpartition(".")[2] != "select" or not stack[-1].path.endswith(_SELECTORS):
        return None
    loop = stack[-2]
    return 1 if loop.function.rpartition(".")[2] == "_run_once" and loop.path.endswith(_LOOP) else None


class AwaitReader:
    """Reads the stacks of awaits in one process.

    How tasks are laid out is looked for in the first wait with a task (`find_tasks`); where that fails, and while
    readings that took long are to be made up for, nothing is read.
    """

    def __init__(self, memory: Memory, layout: Layout, codes: CodeReader) -> None:
        self._memory = memory
        self._layout = layout
        self._codes = codes
        self._form = FrameFormat(layout)
        self._objects: Objects | None = None
        self._tasks: TaskLayout | None = None
        self._searches = 0
        self._most_tasks = MOST_TASKS
        self._allowance = Allowance(_MOST_OF_A_PROCESSOR, _SAVED_S)
        self._last: tuple[Stack, ...] = ()
        self._verdicts: dict[tuple[int, int, int], bool | None] = {}  # whether a task waits only for other tasks

    def forget(self) -> None:
        """What was read last is not to be trusted."""
        self._last = ()

    def stacks(self, loop_frame: int, still_waits: Callable[[], bool]) -> tuple[tuple[Stack, ...], bool]:
        """The awaits of each task that waits in the loop with this frame, outermost first; empty if not known.

        And whether that is how it is now. For a while after readings that took long, and where the loop went on
        while its tasks were read (they may not belong together), it is what was read the last time.
        """
        if self._allowance.is_overdrawn:
            return self._last, False
        begun_s = time.thread_time()
        found: tuple[Stack, ...] = ()
        with contextlib.suppress(TornRead, UnreadableMemory, StructError):
            objects, tasks = self._look(loop_frame)
            begun_s = begun_s if tasks is None else time.thread_time()  # what looking cost once is not made up for
            found = self._read(objects, tasks, loop_frame) if objects and tasks else ()
        is_now = still_waits()
        if is_now:
            self._last = found
        most = self._most_tasks
        self._most_tasks = min(2 * most, MOST_TASKS) if is_now else max(most // 2, _LEAST_TASKS)
        self._allowance.spend(time.thread_time() - begun_s)
        return self._last, is_now

    def _look(self, loop_frame: int) -> tuple[Objects | None, TaskLayout | None]:
        if self._tasks is None and self._searches < _MOST_SEARCHES:
            self._searches += 1
            try:
                self._objects = self._objects or Objects(self._memory, self._layout)
                self._tasks = find_tasks(self._objects, self._layout, self._form, loop_frame)
            except UnknownObjects:
                self._searches = _MOST_SEARCHES
        return self._objects, self._tasks

    def _read(self, objects: Objects, layout: TaskLayout, loop_frame: int) -> tuple[Stack, ...]:
        objects.again()
        loop = words_of(objects.data(loop_frame + self._form.size, WORD_BYTES))
        waiting, are_all = self._waiting(objects, layout, loop[0] if loop else 0)
        self._follow(objects, layout, waiting)
        waiting = [task for task in waiting if task.awaits]
        kinds = objects.kinds(task.waits_for for task in waiting)
        verdicts = {task.place: self._verdicts.get(task.place) for task in waiting}
        for task in waiting:
            if verdicts[task.place] is None:
                verdicts[task.place] = self._is_for_tasks(objects, layout, task, kinds)
        self._verdicts = verdicts
        last = tuple(task.frames for task in waiting if not verdicts[task.place])
        if last:
            return last
        return tuple(task.frames for task in waiting) if are_all else self._last

    def _waiting(self, objects: Objects, layout: TaskLayout, loop: int) -> tuple[list[_Task], bool]:
        """The tasks of this loop that wait, some of them at random if there are many; and whether these are all.

        Tasks that are done may stand among them for long, but wait for nothing.
        """
        size = max(layout.task_loop, layout.task_waits_for, layout.task_coroutine) + WORD_BYTES
        found: list[_Task] = []
        for keys in self._keys(objects, layout, layout.tasks):
            heads = objects.heads(keys).values()
            addresses = [first for kind, first in heads if kind.startswith("weakref") and is_address(first)]
            for data in objects.blocks(addresses, size):
                if len(data) == size and _WORD.unpack_from(data, layout.task_loop)[0] == loop:
                    waits_for = _WORD.unpack_from(data, layout.task_waits_for)[0]
                    if waits_for:
                        found.append(_Task(waits_for, _WORD.unpack_from(data, layout.task_coroutine)[0]))
            if len(found) > self._most_tasks:
                return random.sample(found, self._most_tasks), False
        return found, True

    def _follow(self, objects: Objects, layout: TaskLayout, tasks: Sequence[_Task]) -> None:
        """Find the coroutines of these tasks, and the lines that they are on."""
        level = [(task, task.coroutine) for task in tasks]
        for _ in range(_MOST_AWAITS):
            level = self._one_deeper(objects, layout, level)
            if not level:
                break
        same: dict[tuple[tuple[int, int], ...], Stack] = {}
        for task in tasks:
            places = tuple((suspended.code, suspended.instruction) for suspended in task.awaits)
            if places and places not in same:
                codes, instructions = zip(*places, strict=True)
                same[places] = self._codes.frames(codes, instructions)
            task.frames = same.get(places, ())

    def _one_deeper(
        self, objects: Objects, layout: TaskLayout, level: Sequence[tuple[_Task, int]]
    ) -> list[tuple[_Task, int]]:
        """Note where each of these coroutines is suspended: the coroutines that they await."""
        frame = layout.coroutine_frame
        size = frame + self._form.size + ROOM_FOR_STACK
        suspended = []
        for (task, coroutine), data in zip(level, objects.blocks([at for _, at in level], size), strict=True):
            if objects.kind_of(data) not in COROUTINES:
                continue
            await_ = read_suspended(data, coroutine, frame, self._form)
            if await_ is None:  # one with many local variables
                await_ = read_suspended(objects.data(coroutine, _LARGEST_COROUTINE), coroutine, frame, self._form)
            if await_ is not None:
                task.awaits.append(await_)
                suspended.append(task)
        following = awaited_coroutines(objects, [task.awaits[-1].awaits for task in suspended])
        deeper = [(task, following.get(task.awaits[-1].awaits, 0)) for task in suspended]
        return [(task, coroutine) for task, coroutine in deeper if coroutine]

    def _keys(self, objects: Objects, layout: TaskLayout, found: int) -> Iterator[list[int]]:
        """What may be addresses of what is in a set, part by part of its table; of a large one, some at random."""
        data = objects.data(found, max(layout.set_mask, layout.set_table) + WORD_BYTES)
        slots, table = _WORD.unpack_from(data, layout.set_mask)[0] + 1, _WORD.unpack_from(data, layout.set_table)[0]
        parts = range(0, slots, _SLOTS)
        for start in random.sample(parts, _MOST_PARTS) if len(parts) > _MOST_PARTS else parts:
            yield objects.words(table + start * ENTRY_BYTES, min(slots, _SLOTS) * ENTRY_BYTES)[::2]

    def _is_for_tasks(self, objects: Objects, layout: TaskLayout, task: _Task, kinds: dict[int, str]) -> bool:
        """Whether a task waits for nothing but other tasks."""
        kind = kinds.get(task.waits_for, "")
        if kind.endswith("Task"):
            return True
        if kind == "_GatheringFuture":
            lists = attributes(objects, task.waits_for, "list", layout.task_waits_for)
            return any(_any_task(objects, _items(objects, found)) for found in lists)
        place = next((name for name in _ALWAYS_FOR_TASKS | _MAYBE_FOR_TASKS if _is_in(task.frames[-1], *name)), None)
        if place in _MAYBE_FOR_TASKS:
            local = task.awaits[-1].first_local
            held = self._keys(objects, layout, local) if objects.kinds([local]).get(local) == "set" else [[local]]
            return any(_any_task(objects, part) for part in held)
        return place is not None or any(_is_in(frame, "asyncio/tasks.py", "_wait_for_one") for frame in task.frames)


def _is_in(frame: Frame, path: str, function: str) -> bool:
    return frame.function.rpartition(".")[2] == function and frame.path.endswith(path)


def _items(objects: Objects, found: int) -> list[int]:
    """What may be addresses of what is in a list."""
    blocks = objects.blocks(list(filter(is_address, objects.words(found, 6 * WORD_BYTES))), _ITEMS_BYTES)
    return [word for block in blocks for word in words_of(block)]


def _any_task(objects: Objects, addresses: Iterable[int]) -> bool:
    return any(kind.endswith("Task") for kind in objects.kinds(addresses).values())
