"""Frames of a running thread, copied in a single call from where they were the last time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import Struct

from greenprof.sampler.code import TornRead, Watch
from greenprof.sampler.layout import Layout, NotSampled
from greenprof.sampler.memory import Memory, UnreadableMemory

OWNED_BY_THREAD, OWNED_BY_GENERATOR, OWNED_BY_C = 0, 1, 3
_OWNERS = (OWNED_BY_THREAD, OWNED_BY_C, OWNED_BY_GENERATOR)
_LARGEST_GAP = 2048  # between two frames that are read as one block
_LARGEST_BLOCK = 1 << 15
_MOST_BLOCKS = 200
_MOST_OTHERS = 16
_LARGEST_C_STACK = 1 << 14
_ROOM_FOR_CALLS = 1024  # read beyond the innermost frame, where it calls others
_LARGEST_FRAME = 1024  # with its local variables: where it may have called another
_END_OF_ADDRESSES = 1 << 56
ADDRESS = ~7  # of a reference: from 3.14 on its lowest bits may say how it is counted
_WORD = Struct("<Q")

FrameFields = tuple[int, int, int, int, int, int]  # code, previous, instruction, stack top, entry, owner


@dataclass(slots=True)
class ThreadPlace:
    """Where a thread's PyThreadState is, and where its frames were the last time; the latter is only a guess.

    ``blocks`` are pairs of address and size: first, if ``c_bytes`` is not 0, the part of the stack of C that its frames
    of C code were in; then the one that holds the innermost frame and ends before ``limit``, where nothing more can be
    read; then others of its own stack, and single frames of generators (``others``). ``regions`` says for each of them,
    that of C last, the first and last address that a frame in it can have, and where it begins in what is read.

    ``frames`` are those of the last stack, innermost first; it began at ``beginning``. What ``watch`` names is read
    with the frames.
    """

    state: int
    native_id: int
    blocks: tuple[int, ...] = ()
    regions: tuple[tuple[int, int, int], ...] = ()
    c_bytes: int = 0
    others: tuple[int, ...] = ()
    frames: Sequence[int] = ()
    beginning: int = 0
    limit: int = _END_OF_ADDRESSES
    is_newest: bool = False
    watch: Watch = field(default_factory=Watch)

    def forget(self, read: int) -> None:
        """Only `read` bytes of the blocks were there: do not read on where the innermost one ended, or guess anew."""
        first = 2 if self.c_bytes else 0
        if len(self.blocks) > first and 0 <= read - self.c_bytes < self.blocks[first + 1]:
            self.limit = self.blocks[first] + read - self.c_bytes
        self.blocks = self.regions = self.others = ()
        self.c_bytes = 0

    def remember(self, frames: Sequence[tuple[int, int]], cframe: int, size: int) -> None:
        """Note where the frames of a stack are, given as address and owner from the innermost to the outermost.

        `cframe` is what else was on the stack of C, and `size` how much is to be read of each.
        """
        own, of_c, others = ([frame for frame, owner in frames if owner == wanted] for wanted in _OWNERS)
        blocks = _blocks(own, size)
        if blocks:
            low, length = blocks[0]
            if low + length > self.limit:  # the thread's stack goes on in another chunk of memory
                self.limit = _END_OF_ADDRESSES
            before = sum(self.blocks[2:4] if self.c_bytes else self.blocks[:2])
            end = _receded(low + length + _ROOM_FOR_CALLS, before, _LARGEST_BLOCK)
            blocks[0] = (low, min(end, self.limit) - low)
        self.others = tuple(dict.fromkeys([*others, *self.others]))[: max(_MOST_OTHERS, len(others))]
        blocks += [(frame, size) for frame in self.others]
        c_stack = self._c_stack([*of_c, cframe] if cframe else of_c, size)
        self.c_bytes = sum(length for _, length in c_stack)
        blocks = [*c_stack, *blocks[:_MOST_BLOCKS]]
        start, regions = 0, []
        for low, length in blocks:
            regions.append((low, low + length - size, start))
            start += length
        self.regions = (*regions[len(c_stack) :], *regions[: len(c_stack)])
        self.blocks = tuple(number for block in blocks for number in block)

    def _c_stack(self, found: Sequence[int], size: int) -> list[tuple[int, int]]:
        """The part of the stack of C that holds these frames, and most of what it held before if that is near."""
        before = self.blocks[:2] if self.c_bytes else ()
        if not found:
            return [(before[0], before[1])] if before else []
        low, end = min(found), max(found) + size
        if before:
            end = _receded(end, sum(before), _LARGEST_C_STACK)
            low = -_receded(-low, -before[0], _LARGEST_C_STACK)
        return [(low, min(end - low, _LARGEST_C_STACK))]


def _receded(now: int, before: int, farthest: int) -> int:
    """Where a region ends that has to reach as far as `now`: a little less far than `before`, if that is near."""
    return before - (before - now) // 32 * 8 if 0 < before - now < farthest else now


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
    ``runs`` is the top of the stack of a frame that runs; with ``has_pointer`` (3.14 and newer) the top is an address
    and no height, and a frame has one too while it waits for C code.
    """

    def __init__(self, layout: Layout) -> None:
        self.has_entry = layout.entry >= 0
        self.has_pointer = layout.owner - layout.stack_top > 8
        self.runs = 0 if self.has_pointer else -1
        top_bytes = 8 if self.has_pointer else 4
        entry = layout.entry if self.has_entry else layout.stack_top + top_bytes
        owner = layout.stack_top + top_bytes + (1 if self.has_entry else 2)
        if (entry, layout.owner) != (layout.stack_top + top_bytes, owner):
            raise NotSampled("the fields of its frames are not in the known order")
        pattern, end = "<", 0
        for place, kind, size in (
            (layout.code, "Q", 8),
            (layout.previous, "Q", 8),
            (layout.instruction, "Q", 8),
            (layout.stack_top, "Q" if self.has_pointer else "i", top_bytes),
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

    def height(self, stack_top: int, frame: int) -> int:
        """How many words lie in front of the top of a stack, for the frame at this address; its variables included."""
        return (stack_top - frame - self.size) // 8 if self.has_pointer else stack_top


class Snapshot:
    """What one call read: the frame that the thread state named as the current one, and frames by address.

    A frame that was not among what was read is read when it is asked for; ``missed`` counts these. ``cframe`` is where
    else the current frame was named, 0 if that was among what was read. ``stayed``: the current frame was looked up
    once more after the frames, and was the same.
    """

    def __init__(self, reader: SnapshotReader, current: int, data: bytes, start: int, place: ThreadPlace) -> None:
        self.current = current
        self.cframe = 0
        self.missed = 0
        self.stayed = False
        self.data = data
        self.regions = place.regions
        self.start = start
        self._read_since: dict[int, FrameFields] = {}
        self._memory = reader.memory
        self._form = reader.form

    def at(self, frame: int) -> FrameFields:
        """The fields of a frame.

        Raises:
            TornRead, UnreadableMemory: if there cannot be one.
        """
        for low, last, start in self.regions:
            if low <= frame <= last:
                fields = self._form.unpack(self.data, self.start + start + frame - low)
                break
        else:
            fields = self._read_since.get(frame) or self._read(frame)
        if fields[5] not in _OWNERS:
            raise TornRead(f"no frame at {frame:#x}")
        return fields

    def _read(self, frame: int) -> FrameFields:
        if frame % 8 or not 0 < frame < _END_OF_ADDRESSES:
            raise TornRead(f"no frame at {frame:#x}")
        self.missed += 1
        fields = self._read_since[frame] = self._form.unpack(self._memory.read(frame, self._form.size), 0)
        return fields

    def callees(self, frame: int) -> list[int]:
        """Addresses where there could be a frame that names this one as its caller: above it, or elsewhere."""
        if not self.regions:
            return []
        name, found = _WORD.pack(frame), []
        low, last, start = self.regions[0]
        if low <= frame <= last:
            start += self.start
            first = start + frame - low + self._form.size
            end = min(start + last - low + self._form.previous + 8, first + _LARGEST_FRAME)
            at = self.data.find(name, first, end)
            while at >= 0:
                callee = low + at - start - self._form.previous
                if callee % 8 == 0 and callee > frame:
                    found.append(callee)
                at = self.data.find(name, at + 1, end)
        for low, last, start in self.regions[1:]:
            if low == last and self.data[self.start + start + self._form.previous :][:8] == name:
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
        layout, start, elsewhere = self._layout, self._state_bytes, 0
        again = (place.state + layout.current, 8) if self.form.has_pointer else ()
        blocks, watched = place.blocks, (*again, *place.watch.parts)
        data = bytes(self.memory.read_parts(place.state, start, *blocks, *watched))
        if len(data) < start:
            raise UnreadableMemory(f"the state of thread {place.native_id}")
        place.is_newest = not any(data[:8])
        if _word(data, layout.thread_ids + 8) != place.native_id:
            raise TornRead(f"thread {place.native_id} has ended")
        if not self._cframe_bytes:
            current = _word(data, layout.current)
        else:
            cframe = _word(data, layout.cframe)
            offset = cframe + layout.current - blocks[0] if place.c_bytes else -1
            if 0 <= offset <= place.c_bytes - 8 and len(data) >= start + place.c_bytes:
                current = _word(data, start + offset)
            else:  # C code has called Python elsewhere: once more, from there
                start = self._cframe_bytes
                data = bytes(self.memory.read_parts(cframe, start, *blocks, *watched))
                if len(data) < start:
                    raise UnreadableMemory(f"the current frame of thread {place.native_id}")
                current = _word(data, layout.current)
                elsewhere = cframe
        end = start + sum(blocks[1::2])
        place.watch.seen = data[end + sum(again[1:]) :]
        if len(data) < end:
            place.forget(len(data) - start)
        snapshot = Snapshot(self, current, data, start, place)
        snapshot.stayed = bool(again) and len(data) >= end + 8 and _word(data, end) == current
        if elsewhere:
            snapshot.missed, snapshot.cframe = 1, elsewhere
        return snapshot


def _word(data: bytes, offset: int) -> int:
    return _WORD.unpack_from(data, offset)[0]  # type: ignore[no-any-return]
