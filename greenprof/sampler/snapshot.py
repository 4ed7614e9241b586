"""Frames of a running thread, copied in a single call from where they were the last time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import Struct

from greenprof.sampler.code import TornRead
from greenprof.sampler.layout import Layout, NotSampled
from greenprof.sampler.memory import Memory, UnreadableMemory

RUNS = -1  # the stack top of a frame that runs
OWNED_BY_THREAD, OWNED_BY_C = 0, 3
_LARGEST_GAP = 2048  # between two frames that are read as one block
_LARGEST_BLOCK = 1 << 15
_MOST_BLOCKS = 200
_MOST_OTHERS = 16
_ROOM_FOR_CALLS = 1024  # read beyond the innermost frame, where it calls others
_END_OF_ADDRESSES = 1 << 56
_WORD = Struct("<Q")

FrameFields = tuple[int, int, int, int, int, int]  # code, previous, instruction, stack top, entry, owner


@dataclass(slots=True)
class ThreadPlace:
    """Where a thread's PyThreadState is, and where its frames were the last time; the latter is only a guess.

    ``blocks`` are pairs of address and size; the first block holds the innermost frames, and ends before
    ``limit``, where nothing more can be read. ``others`` are frames outside the thread's own stack: those of
    generators and of C code. ``frames`` are those of the last stack, innermost first.
    """

    state: int
    native_id: int
    cframe: int = 0
    blocks: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    frames: Sequence[int] = ()
    limit: int = _END_OF_ADDRESSES
    is_newest: bool = False

    def forget(self, read: int) -> None:
        """Only `read` bytes of the blocks were there: do not read on where the first one ended, or guess anew."""
        if self.blocks and read < self.blocks[1]:
            self.limit = self.blocks[0] + read
        self.blocks = self.others = ()

    def remember(self, frames: Sequence[tuple[int, int]], size: int) -> None:
        """Note where the frames of a stack are, given as address and owner from the innermost to the outermost."""
        own = [frame for frame, owner in frames if owner == OWNED_BY_THREAD]
        others = [frame for frame, owner in frames if owner != OWNED_BY_THREAD]
        blocks = _blocks(own, size)
        if blocks:
            low, length = blocks[0]
            if low + length > self.limit:  # the thread's stack goes on in another chunk of memory
                self.limit = _END_OF_ADDRESSES
            blocks[0] = (low, min(length + _ROOM_FOR_CALLS, self.limit - low))
        self.others = tuple(dict.fromkeys([*others, *self.others]))[: max(_MOST_OTHERS, len(others))]
        blocks += [(frame, size) for frame in self.others]
        self.blocks = tuple(number for block in blocks[:_MOST_BLOCKS] for number in block)


def _blocks(frames: Sequence[int], size: int) -> list[tuple[int, int]]:
    """Address and length of the blocks that hold these frames, the one with the first of them in front."""
    blocks: list[tuple[int, int]] = []
    for frame in sorted(frames, reverse=True):
        if blocks:
            low, length = blocks[-1]
            if low - frame <= _LARGEST_GAP and low + length - frame <= _LARGEST_BLOCK:
                blocks[-1] = (frame, low + length - frame)
                continue
        blocks.append((frame, size))
    if frames:
        first = next(at for at, (low, length) in enumerate(blocks) if low <= frames[0] < low + length)
        blocks.insert(0, blocks.pop(first))
    return blocks


class FrameFormat:
    """Where the fields of a _PyInterpreterFrame are.

    Where frames do not say whether C code called them (3.12 and newer), ``entry`` means nothing.
    """

    def __init__(self, layout: Layout) -> None:
        self.has_entry = layout.entry >= 0
        entry = layout.entry if self.has_entry else layout.stack_top + 4
        if (entry, layout.owner) != (layout.stack_top + 4, layout.stack_top + (5 if self.has_entry else 6)):
            raise NotSampled("the fields of its frames are not in the known order")
        pattern, end = "<", 0
        for place, kind, size in (
            (layout.code, "Q", 8),
            (layout.previous, "Q", 8),
            (layout.instruction, "Q", 8),
            (layout.stack_top, "i", 4),
            (entry, "B", 1),
            (layout.owner, "B", 1),
        ):
            if place < end:
                raise NotSampled("the fields of its frames are not in the known order")
            pattern += f"{place - end}x{kind}"
            end = place + size
        self.previous = layout.previous
        self.unpack = Struct(pattern).unpack_from
        self.size = end + -end % 8


class Snapshot:
    """What one call read: the frame that the thread state named as the current one, and frames by address.

    A frame that was not among what was read is read when it is asked for; ``missed`` counts these.
    """

    def __init__(self, reader: SnapshotReader, current: int, data: bytes, blocks: Sequence[int]) -> None:
        self.current = current
        self.missed = 0
        self._memory = reader.memory
        self._form = reader.form
        self._data = data
        start = 0
        self._places: list[tuple[int, int, int]] = []  # first and last address of a frame, where that is in the data
        for low, size in zip(blocks[::2], blocks[1::2], strict=True):
            size = max(0, min(size, len(data) - start))  # noqa: PLW2901
            self._places.append((low, low + size - self._form.size, start))
            start += size

    def at(self, frame: int) -> FrameFields:
        """The fields of a frame.

        Raises:
            TornRead, UnreadableMemory: if there cannot be one.
        """
        for low, last, start in self._places:
            if low <= frame <= last:
                return self._form.unpack(self._data, start + frame - low)
        if frame % 8 or not 0 < frame < _END_OF_ADDRESSES:
            raise TornRead(f"no frame at {frame:#x}")
        self.missed += 1
        return self._form.unpack(self._memory.read(frame, self._form.size), 0)

    def callees(self, frame: int) -> list[int]:
        """Addresses where there could be a frame that names this one as its caller: above it, or elsewhere."""
        if not self._places:
            return []
        name, found = _WORD.pack(frame), []
        (low, last, start), *others = self._places
        if low <= frame <= last:
            end = start + last - low + self._form.previous + 8
            at = self._data.find(name, start + frame - low + self._form.size, end)
            while at >= 0:
                callee = low + at - start - self._form.previous
                if callee % 8 == 0 and callee > frame:
                    found.append(callee)
                at = self._data.find(name, at + 1, end)
        for low, last, start in others:
            if low == last and self._data[start + self._form.previous :][:8] == name:
                found.append(low)
        return found


class SnapshotReader:
    """Takes snapshots of the threads of one process."""

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self.form = FrameFormat(layout)
        self.memory = memory
        self._layout = layout
        current_end = layout.current + 8
        self._cframe_bytes = current_end if layout.cframe >= 0 else 0
        self._state_bytes = max(layout.thread_ids + 16, layout.cframe + 8, 0 if layout.cframe >= 0 else current_end)

    def take(self, place: ThreadPlace) -> Snapshot:
        """The thread's current frame, and the blocks where its frames were the last time.

        Raises:
            TornRead, UnreadableMemory: if the thread is no more.
        """
        layout, states, cframes = self._layout, self._state_bytes, self._cframe_bytes
        blocks = place.blocks
        data = bytes(self.memory.read_parts(place.state, states, place.cframe, cframes, *blocks))
        if len(data) < states:
            raise UnreadableMemory(f"the state of thread {place.native_id}")
        place.is_newest = not any(data[:8])
        if _word(data, layout.thread_ids + 8) != place.native_id:
            raise TornRead(f"thread {place.native_id} has ended")
        start, current = states + cframes, _word(data, layout.current) if not cframes else 0
        if cframes:
            cframe = _word(data, layout.cframe)
            if cframe == place.cframe and len(data) >= start:
                current = _word(data, states + layout.current)
            else:  # C code has called Python, or returned to it: once more, from there
                place.cframe = cframe
                data = bytes(self.memory.read_parts(cframe, cframes, *blocks))
                if len(data) < cframes:
                    raise UnreadableMemory(f"the current frame of thread {place.native_id}")
                start, current = cframes, _word(data, layout.current)
        if len(data) < start + sum(blocks[1::2]):
            place.forget(len(data) - start)
        return Snapshot(self, current, data[start:], blocks)


def _word(data: bytes, offset: int) -> int:
    return _WORD.unpack_from(data, offset)[0]  # type: ignore[no-any-return]
