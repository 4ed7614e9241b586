"""Stacks of another CPython: from a thread to its innermost frame, and from each frame to its caller."""

from __future__ import annotations

from struct import Struct

from greenprof.sampler.code import TornRead
from greenprof.sampler.layout import Layout
from greenprof.sampler.memory import Memory, UnreadableMemory

MOST_FRAMES = 256  # of one stack; deeper ones keep these innermost frames
_PAGE = 4096
_OWNED_BY_C = 3  # FRAME_OWNED_BY_CSTACK: pushed by C code that runs Python; not a frame of the program
_MOST_THREADS = 100_000
_LINKS = Struct("<QQ")

RawStack = tuple[tuple[int, ...], tuple[int, ...]]  # addresses of code objects, instruction pointers; innermost first


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
        self._ids = Struct("<QQ")
        self._state_bytes = max(
            layout.thread_ids + 16, layout.cframe + 8, 0 if layout.cframe >= 0 else layout.current + 8
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
            thread_id, native_id = self._ids.unpack_from(state, self._layout.thread_ids)
            if previous != before:
                raise TornRead("the list of threads changed")
            if thread_id and 0 < native_id < 2**31:  # a thread that is just beginning has no ids yet
                found[native_id] = address
            address, before = following, address
        return found

    def is_newest(self, state: int) -> bool:
        """Whether no thread was started after the one with this PyThreadState."""
        try:
            return not any(self._memory.read(state, 8))
        except UnreadableMemory:
            return False

    def stack(self, state: int, native_id: int) -> RawStack:
        """The stack of the thread whose PyThreadState is at `state`. Empty if it runs no Python just now.

        Raises:
            TornRead, UnreadableMemory: if the process changed it meanwhile.
        """
        layout = self._layout
        data = self._memory.read(state, self._state_bytes)
        if self._ids.unpack_from(data, layout.thread_ids)[1] != native_id:
            raise TornRead(f"thread {native_id} has ended")
        if layout.cframe >= 0:
            cframe = int.from_bytes(data[layout.cframe : layout.cframe + 8], "little")
            data = self._memory.read(cframe, layout.current + 8)
        return self._walk(int.from_bytes(data[layout.current : layout.current + 8], "little"))

    def _walk(self, frame: int) -> RawStack:
        """From the innermost frame outwards.

        Frames lie one after another in chunks of memory, the callers below the called, so most of a stack comes
        with one read of the two pages around its innermost frame.
        """
        codes: list[int] = []
        instructions: list[int] = []
        unpack, size, owner = self._frame.unpack_from, self._frame.size, self._owner
        base, data, last = 0, memoryview(b""), -1
        hops = 0
        while frame and len(codes) < MOST_FRAMES:
            hops += 1
            offset = frame - base
            if not 0 <= offset <= last:
                base, data = self._around(frame, size)
                offset, last = frame - base, len(data) - size
            fields = unpack(data, offset)
            if owner is None or fields[owner] != _OWNED_BY_C:
                codes.append(fields[self._code])
                instructions.append(fields[self._instruction])
            elif hops > 4 * MOST_FRAMES:
                raise TornRead("a stack without an end")
            frame = fields[self._previous]
        return tuple(codes), tuple(instructions)

    def _around(self, frame: int, size: int) -> tuple[int, memoryview]:
        """Memory that holds this frame, and as much as there is of the page below it: its address and its bytes."""
        if frame % 8 or frame < _PAGE:
            raise TornRead(f"no frame at {frame:#x}")
        low = frame - frame % _PAGE - _PAGE
        data = self._memory.read_parts([(low, frame + size - low)])
        if len(data) == frame + size - low:
            return low, data
        low = frame - frame % _PAGE
        data = self._memory.read_parts([(low, frame + size - low)])
        if len(data) != frame + size - low:
            raise UnreadableMemory(f"the frame at {frame:#x}")
        return low, data
