"""Stacks of another CPython, read while it runs: each one is a stack that the thread really had.

Reading takes a moment, and in that moment the interpreter may make some calls: what was read as the current frame may
be gone when the frames are read. But a frame itself says whether it runs, and one that waits for the
function that it has called stays as it is, and so do all of its callers. So the frame that ran when the frames were
copied is looked for, and what does not fit together is read again.
"""

from __future__ import annotations

from struct import Struct

from greenprof.sampler.code import LEFT_OUT, TornRead
from greenprof.sampler.layout import Layout
from greenprof.sampler.memory import Memory, UnreadableMemory
from greenprof.sampler.snapshot import (
    ADDRESS,
    OWNED_BY_C,
    OWNED_BY_GENERATOR,
    Snapshot,
    SnapshotReader,
    ThreadPlace,
)

MOST_FRAMES = 256  # of one stack; of a deeper one these innermost frames are kept, and `LEFT_OUT` beyond them
_MOST_HOPS = 4 * MOST_FRAMES
_TRIES = 3
_MOST_CALLS = 8  # that may have been made since the current frame was read
_MOST_RETURNS = 24  # likewise
_MOST_THREADS = 100_000
_TWO_WORDS = Struct("<QQ")

RawStack = tuple[tuple[int, ...], tuple[int, ...]]  # addresses of code objects, instruction pointers; innermost first


class StackReader:
    """Reads the threads and stacks of one process."""

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self._memory = memory
        self._layout = layout
        self._reader = SnapshotReader(memory, layout)
        self._has_entry = self._reader.form.has_entry
        self._runs = self._reader.form.runs

    def threads(self) -> dict[int, int]:
        """Native thread id to the address of its PyThreadState, of all threads that run Python; the newest first.

        Raises:
            TornRead, UnreadableMemory: if the list changed while it was read, or there is none any more.
        """
        newest = self._layout.thread
        for _ in range(_MOST_THREADS):
            previous = _TWO_WORDS.unpack_from(self._memory.read(newest, 16))[0]
            if not previous:
                break
            newest = previous
        found: dict[int, int] = {}
        address, before = newest, 0
        while address and len(found) < _MOST_THREADS:
            state = self._memory.read(address, self._layout.thread_ids + 16)
            previous, following = _TWO_WORDS.unpack_from(state)
            thread_id, native_id = _TWO_WORDS.unpack_from(state, self._layout.thread_ids)
            if previous != before:
                raise TornRead("the list of threads changed")
            if thread_id and 0 < native_id < 2**31:  # a thread that is just beginning has no ids yet
                found[native_id] = address
            address, before = following, address
        return found

    def is_newest(self, place: ThreadPlace) -> bool:
        """Whether no thread was started after this one."""
        try:
            return not any(self._memory.read(place.state, 8))
        except UnreadableMemory:
            return False

    def stack(self, place: ThreadPlace) -> RawStack:
        """The stack of the thread at `place`. Empty if it runs no Python just now.

        Raises:
            TornRead, UnreadableMemory: if the process changed it meanwhile.
        """
        before = b""
        for _ in range(_TRIES):
            # What names the current frame lies on the stack of C in 3.11 and 3.12, and may be gone when it is read:
            # no frame there means that no Python runs only if it is so each time.
            snapshot = self._reader.take(place)
            try:
                running = self._running(snapshot) if snapshot.current else 0
            except TornRead:
                continue
            if running:
                return self._walk(snapshot, running, place)
            if snapshot.current and snapshot.stayed:  # it waits for C code
                return self._walk(snapshot, snapshot.current, place)
            if snapshot.current and snapshot.data == before:
                break
            before = snapshot.data
        if not snapshot.current:
            return (), ()
        # Nothing runs while what a function leaves behind is taken down, which can take long (a large list is freed).
        return self._walk(snapshot, snapshot.current, place)

    def _walk(self, snapshot: Snapshot, innermost: int, place: ThreadPlace) -> RawStack:
        """From the innermost frame outwards."""
        codes: list[int] = []
        instructions: list[int] = []
        frames: list[int] = []
        visited: list[tuple[int, int]] = []
        frame, may_run = innermost, True
        while frame and len(codes) < MOST_FRAMES:
            code, previous, instruction, stack_top, entry, owner = snapshot.at(frame)
            visited.append((frame, owner))
            if owner == OWNED_BY_C:
                may_run = True
            else:
                if stack_top == self._runs and not may_run:  # what it had called is over: the stack ends here
                    codes.clear()
                    instructions.clear()
                    frames.clear()
                if code == LEFT_OUT:
                    raise TornRead("a frame without code")
                codes.append(code & ADDRESS)
                instructions.append(instruction)
                frames.append(frame)
                may_run = bool(self._has_entry and entry)
            if len(visited) > _MOST_HOPS or (not previous and owner == OWNED_BY_GENERATOR):
                raise TornRead("a stack without an end, or one that ends in a generator")
            frame = previous
        if not frame:
            self._check_beginning(visited[-1][0], place, called_by_c=may_run)
        else:
            codes.append(LEFT_OUT)
            instructions.append(LEFT_OUT)
        place.frames = frames
        if snapshot.missed or not place.blocks:
            place.remember(visited, snapshot.cframe, self._reader.form.size)
        return tuple(codes), tuple(instructions)

    @staticmethod
    def _check_beginning(outermost: int, place: ThreadPlace, *, called_by_c: bool) -> None:
        """A stack begins where it began before, or there again when it is read once more; C code calls what is first.

        Raises:
            TornRead: otherwise.
        """
        if not called_by_c:
            raise TornRead("a stack without a beginning")
        if outermost != place.beginning:
            is_first, place.beginning = not place.beginning, outermost
            if not is_first:
                raise TornRead("a stack with another beginning")

    def _running(self, snapshot: Snapshot) -> int:
        """The frame that ran when the frames were copied: the current one, one called since, or where it returned to.

        0 if there is none to be seen: a call or a return was just under way.
        """
        frame = snapshot.current
        fields = snapshot.at(frame)
        if fields[5] == OWNED_BY_C:
            frame = fields[1]
        for _ in range(_MOST_RETURNS):
            if not frame:
                break
            _, previous, _, stack_top, entry, owner = snapshot.at(frame)
            if owner == OWNED_BY_C:
                break
            if stack_top == self._runs:
                return frame
            callee = self._running_callee(snapshot, frame)
            if callee:
                return callee
            if (self._has_entry and entry) or previous == frame:
                break
            frame = previous
        return 0

    def _running_callee(self, snapshot: Snapshot, frame: int) -> int:
        for _ in range(_MOST_CALLS):
            waits = 0
            for callee in snapshot.callees(frame):
                stack_top = snapshot.at(callee)[3]
                if stack_top == self._runs:
                    return callee
                waits = waits or callee
            if not waits:
                break
            frame = waits
        return 0
