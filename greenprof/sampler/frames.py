"""Stacks of another CPython: from a thread to its innermost frame, and from each frame to its caller."""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from greenprof.sampler.code import TornRead
from greenprof.sampler.layout import Layout
from greenprof.sampler.memory import Memory, UnreadableMemory

MOST_FRAMES = 256  # of one stack; deeper ones keep these innermost frames
_PAGE = 4096
_OWNED_BY_C = 3  # FRAME_OWNED_BY_CSTACK: pushed by C code that runs Python; not a frame of the program
_MOST_THREADS = 100_000
_LINKS = Struct("<QQ")
_WORD = Struct("<Q")
_NO_ADDRESS = bytes(8)
_END_OF_ADDRESSES = 1 << 56
_LARGEST_WINDOW = 1 << 14  # of a stack, read in one go with the thread's state
_ROOM_FOR_CALLS = 1 << 10  # read beyond the frame that was the innermost one the last time

RawStack = tuple[tuple[int, ...], tuple[int, ...]]  # addresses of code objects, instruction pointers; innermost first


@dataclass(slots=True)
class ThreadPlace:
    """Where a thread's PyThreadState is, and where its frames were the last time; the latter is only a guess."""

    state: int
    native_id: int
    cframe: int = 0
    low: int = 0
    high: int = 0
    is_newest: bool = False


class StackReader:
    """Reads the threads and stacks of one process. Nothing is believed: what does not fit together is a torn read."""

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self._memory = memory
        self._layout = layout
        places = {layout.code: "Q", layout.previous: "Q", layout.instruction: "Q"}
        if layout.owner >= 0:
            places[layout.owner] = "B"
        pattern, at = "<", 0
        for place, kind in sorted(places.items()):
            pattern += f"{place - at}x{kind}"
            at = place + (8 if kind == "Q" else 1)
        order = sorted(places)
        self._frame = Struct(pattern)
        self._code, self._previous = order.index(layout.code), order.index(layout.previous)
        self._instruction = order.index(layout.instruction)
        self._owner = order.index(layout.owner) if layout.owner >= 0 else None
        self._cframe_bytes = layout.current + 8 if layout.cframe >= 0 else 0
        self._state_bytes = max(
            layout.thread_ids + 16, layout.cframe + 8, 0 if self._cframe_bytes else layout.current + 8
        )

    def threads(self) -> dict[int, int]:
        """Native thread id to the address of its PyThreadState, of all threads that run Python.

        Raises:
            TornRead, UnreadableMemory: if the list changed while it was read, or there is none any more.
        """
        newest = self._layout.thread
        for _ in range(_MOST_THREADS):
            previous = _LINKS.unpack_from(self._memory.read(newest, 16))[0]
            if not previous:
                break
            newest = previous
        found: dict[int, int] = {}
        address, before = newest, 0
        while address and len(found) < _MOST_THREADS:
            state = self._memory.read(address, self._state_bytes)
            previous, following = _LINKS.unpack_from(state)
            thread_id, native_id = _LINKS.unpack_from(state, self._layout.thread_ids)
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

        The thread's state and the frames where they were the last time come with one call, so that little
        can change in between.

        Raises:
            TornRead, UnreadableMemory: if the process changed it meanwhile.
        """
        layout, states, cframes = self._layout, self._state_bytes, self._cframe_bytes
        data = self._memory.read_parts(place.state, states, place.cframe, cframes, place.low, place.high - place.low)
        if len(data) < states:
            raise UnreadableMemory(f"the state of thread {place.native_id}")
        place.is_newest = data[:8] == _NO_ADDRESS
        if _word(data, layout.thread_ids + 8) != place.native_id:
            raise TornRead(f"thread {place.native_id} has ended")
        current = _word(data, layout.current) if not cframes else 0
        if cframes:
            cframe = _word(data, layout.cframe)
            if cframe == place.cframe and len(data) >= states + cframes:
                current = _word(data, states + layout.current)
            else:  # C code has called Python, or returned from it: read again from there
                place.cframe = cframe
                window = (place.low, place.high - place.low)
                data = self._memory.read_parts(cframe, cframes, *window)
                if len(data) < cframes:
                    raise UnreadableMemory(f"the current frame of thread {place.native_id}")
                current, states = _word(data, layout.current), 0
        return self._walk(place, current, data[states + cframes :])

    def _walk(self, place: ThreadPlace, innermost: int, data: memoryview) -> RawStack:
        """From the innermost frame outwards, through the memory from `place.low` on, and through more where that ends.

        Frames lie one after another in chunks of memory, the callers below the called; only
        those of generators and coroutines lie elsewhere.
        """
        codes: list[int] = []
        instructions: list[int] = []
        unpack, size, owner = self._frame.unpack_from, self._frame.size, self._owner
        base, last = place.low, len(data) - size
        frame = lowest = innermost
        hops = 0
        while frame and len(codes) < MOST_FRAMES:
            offset = frame - base
            if not 0 <= offset <= last:
                base, data = self._around(frame, size)
                offset, last = frame - base, len(data) - size
            fields = unpack(data, offset)
            if owner is None or fields[owner] != _OWNED_BY_C:
                codes.append(fields[self._code])
                instructions.append(fields[self._instruction])
            hops += 1
            if hops > 4 * MOST_FRAMES:
                raise TornRead("a stack without an end")
            frame = fields[self._previous]
            if frame < lowest and innermost - frame < _LARGEST_WINDOW:
                lowest = frame
        if codes:
            place.low = lowest - lowest % 8
            place.high = max(place.low, innermost) + size + _ROOM_FOR_CALLS
        return tuple(codes), tuple(instructions)

    def _around(self, frame: int, size: int) -> tuple[int, memoryview]:
        """Memory that holds this frame, and as much as there is of the page below it: its address and its bytes."""
        if frame % 8 or not _PAGE <= frame < _END_OF_ADDRESSES:
            raise TornRead(f"no frame at {frame:#x}")
        end = frame + size
        for low in (frame - frame % _PAGE - _PAGE, frame - frame % _PAGE):
            data = self._memory.read_parts(low, end - low)
            if len(data) == end - low:
                return low, data
        raise UnreadableMemory(f"the frame at {frame:#x}")


def _word(data: bytes | memoryview, offset: int) -> int:
    return _WORD.unpack_from(data, offset)[0]  # type: ignore[no-any-return]
