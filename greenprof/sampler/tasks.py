"""Where an asyncio in another process keeps its tasks: looked for, each place by what has to be there.

No offset in this file is taken from a header of CPython. The way to the tasks is known by its names (the module
``asyncio.tasks``, its set of all tasks), and every structure on it by what it has to hold: a set holds as many weak
references as it says, a task holds the loop that runs it and a coroutine, a coroutine a frame. The last
one proves the others: what a task says it waits for is what the innermost of its coroutines waits for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from greenprof.sampler.layout import Layout
from greenprof.sampler.objects import WORD_BYTES, Objects, UnknownObjects, is_address, words_of
from greenprof.sampler.snapshot import ADDRESS, OWNED_BY_GENERATOR, FrameFormat

COROUTINES = ("coroutine", "generator", "async_generator")
ROOM_FOR_STACK = 256  # read of a frame beyond its fixed part: its local variables, and above them what it awaits
_ALL_TASKS = ("_scheduled_tasks", "_all_tasks")  # of asyncio.tasks: since 3.12, and before
_OBJECT_BYTES, _SET_BYTES, _TASK_BYTES, _COROUTINE_BYTES = 256, 192, 320, 256
_BEFORE_OBJECT_BYTES = 4 * WORD_BYTES  # where it may keep its attributes, too
ENTRY_BYTES = 2 * WORD_BYTES  # of a set: a key and its hash
_SMALLEST_TABLE, _LARGEST_TABLE = 8, 1 << 24
_COUNTED_TABLE = 1 << 13  # of larger ones the keys are not counted to find the set's own figures
_WAYS = 200  # how many addresses are followed from one object to what it holds, at each step


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLayout:
    """Offsets in bytes within a set, a task and a coroutine; ``tasks`` is the set's address."""

    tasks: int
    set_mask: int
    set_table: int
    task_loop: int
    task_waits_for: int
    task_coroutine: int
    coroutine_frame: int


@dataclass(frozen=True, slots=True)
class Suspended:
    """A suspended coroutine: where it is, the address of what it awaits, and the first of its local variables."""

    code: int
    instruction: int
    awaits: int
    first_local: int


def find_tasks(objects: Objects, layout: Layout, form: FrameFormat, loop_frame: int) -> TaskLayout | None:
    """The layout of tasks by the frame of a loop that waits (`BaseEventLoop._run_once`); None without a waiting task.

    Raises:
        UnknownObjects: if there are tasks, and they are not as they should be.
    """
    words = objects.words(loop_frame, form.size + WORD_BYTES)
    loop = words[form.size // WORD_BYTES] if len(words) > form.size // WORD_BYTES else 0
    for tasks in _all_tasks(objects, words[: form.size // WORD_BYTES]):
        for mask, table, references in _tables(objects, tasks):
            found = _layout(objects, layout, form, loop, references)
            if found:
                return TaskLayout(tasks=tasks, set_mask=mask, set_table=table, **found)
    return None


def _all_tasks(objects: Objects, frame: Sequence[int]) -> Iterator[int]:
    """The sets that asyncio's own set of all tasks may hold: it has one inside for the tasks, and another."""
    for names in objects.of_kind(frame, "dict"):
        module = objects.named(names, "tasks")
        if objects.kinds([module]).get(module) != "module":
            continue
        for inner in objects.of_kind(objects.words(module, 8 * WORD_BYTES), "dict"):
            for name in _ALL_TASKS:
                weak_set = objects.named(inner, name)
                if objects.kinds([weak_set]).get(weak_set) == "WeakSet":
                    yield from attributes(objects, weak_set, "set")
                    return
    raise UnknownObjects("asyncio's set of all tasks was not found")


def attributes(objects: Objects, address: int, kind: str, size: int = 128) -> Iterator[int]:
    """The objects of a type among the attributes of an object of that size, at most three steps away from it."""
    near = [address - _BEFORE_OBJECT_BYTES]
    size += _BEFORE_OBJECT_BYTES
    seen: set[int] = set()
    for _ in range(4):
        words = [word for block in objects.blocks(near, size) for word in words_of(block)]
        size = _OBJECT_BYTES
        # A pointer to attributes may carry a mark in its lowest bit (3.12), and is then one less than their address.
        words = [word + word % 2 for word in words if word not in seen]
        seen.update(near)
        kinds = objects.kinds(words)
        yield from (word for word, name in kinds.items() if name == kind and word not in seen)
        seen.update(word for word, name in kinds.items() if name != "dict")
        near = [word for word in dict.fromkeys(words) if is_address(word) and word not in seen][:_WAYS]


def _tables(objects: Objects, found: int) -> Iterator[tuple[int, int, list[int]]]:
    """Where a set keeps its mask and its table, and the weak references in it: as many as the set says."""
    words = objects.words(found, _SET_BYTES)
    first = objects.fields // WORD_BYTES
    for mask_place, mask in enumerate(words[first:], first):
        if mask & (mask + 1) or not _SMALLEST_TABLE - 1 <= mask < _LARGEST_TABLE:
            continue
        for table_place, table in enumerate(words[first:], first):
            if not is_address(table):
                continue
            keys = objects.words(table, min(mask + 1, _COUNTED_TABLE) * ENTRY_BYTES)[::2]
            references = [at for at, kind in objects.kinds(keys).items() if kind.startswith("weakref")]
            counted = mask >= _COUNTED_TABLE or len(references) in words[first:]
            if references and counted:
                yield mask_place * WORD_BYTES, table_place * WORD_BYTES, references


def _layout(
    objects: Objects, layout: Layout, form: FrameFormat, loop: int, references: Sequence[int]
) -> dict[str, int] | None:
    """The layout of tasks and coroutines, by the tasks that are referred to; None if none of them waits."""
    tasks = [referent for _, referent in objects.heads(references[:_WAYS]).values()]
    for task in objects.of_kind(tasks, "_asyncio.Task"):
        found = _task_layout(objects, layout, form, loop, task)
        if found:
            return found
    return None


def _task_layout(objects: Objects, layout: Layout, form: FrameFormat, loop: int, task: int) -> dict[str, int] | None:
    words = objects.words(task, _TASK_BYTES)
    kinds = objects.kinds(words)
    coroutine = next((word for word in words if kinds.get(word) in COROUTINES), 0)
    if not coroutine or loop not in words:
        return None
    frame = coroutine_frame(objects, layout, coroutine)
    if frame is None:
        return None
    awaited = coroutine
    for _ in range(_WAYS):
        data = objects.data(awaited, frame + form.size + ROOM_FOR_STACK)
        suspended = read_suspended(data, awaited, frame, form)
        if suspended is None:
            return None
        end = suspended.awaits
        awaited = awaited_coroutines(objects, [end]).get(end, 0)
        if not awaited:
            break
    _, future = objects.heads([end]).get(end, ("", 0))
    if future not in words or not is_address(future):
        return None
    return {
        "task_loop": words.index(loop) * WORD_BYTES,
        "task_waits_for": words.index(future) * WORD_BYTES,
        "task_coroutine": words.index(coroutine) * WORD_BYTES,
        "coroutine_frame": frame,
    }


def coroutine_frame(objects: Objects, layout: Layout, coroutine: int) -> int | None:
    """Where a coroutine has its frame inside: what holds a code object there, and says that a generator owns it."""
    data = objects.data(coroutine, _COROUTINE_BYTES)
    words = words_of(data)
    kinds = objects.kinds(words)
    for place, word in enumerate(words):
        frame = place * WORD_BYTES - layout.code
        is_code = kinds.get(word) == "code" and frame >= objects.fields
        if is_code and data[frame + layout.owner :][:1] == bytes([OWNED_BY_GENERATOR]):
            return frame
    return None


def read_suspended(data: bytes, address: int, frame: int, form: FrameFormat) -> Suspended | None:
    """What is in the memory of the coroutine at `address`, from its `frame` on; None if it waits in no await."""
    if len(data) < frame + form.size:
        return None
    code, previous, instruction, stack_top, _, owner = form.unpack(data, frame)
    height = form.height(stack_top, address + frame)
    top = frame + form.size + (height - 1) * WORD_BYTES
    if previous or owner != OWNED_BY_GENERATOR or height < 1 or len(data) < top + WORD_BYTES:
        return None
    return Suspended(code & ADDRESS, instruction, _word(data, top) & ADDRESS, _word(data, frame + form.size) & ADDRESS)


def awaited_coroutines(objects: Objects, awaited: Iterable[int]) -> dict[int, int]:
    """The coroutine that each of these objects is, or holds where it only hands on; other objects are left out."""
    heads = objects.heads(awaited)
    inner = objects.kinds(first for kind, first in heads.values() if kind not in COROUTINES)
    found = {at: at if kind in COROUTINES else first for at, (kind, first) in heads.items()}
    return {at: coroutine for at, coroutine in found.items() if coroutine == at or inner.get(coroutine) in COROUTINES}


def _word(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + WORD_BYTES], "little")
