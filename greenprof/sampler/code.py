"""Code objects of another process: which file, function and line an instruction belongs to."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from greenprof.model import Frame
from greenprof.sampler.layout import Layout
from greenprof.sampler.lines import UNIT_BYTES, lines_of
from greenprof.sampler.memory import Memory, UnreadableMemory

_TEXT_SHAPE = (16, 20)  # of a str: length (8 bytes), hash (8), state (4)
_BYTES_SHAPE = (16, 8)  # of a bytes: length
_LONGEST_TEXT = 4096
_LONGEST_TABLE = 1 << 17
_MOST_WATCHED_BYTES = 1 << 14
_MOST_CODES = 50_000  # kept; a program that makes code without end must not fill the memory
_ENCODINGS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}


LEFT_OUT = 0  # in place of a code object: here are the outer frames of a stack that is too deep
_FRAMES_LEFT_OUT = Frame(path="<deep stack>", line=1, function="<frames left out>", function_line=1)


class TornRead(Exception):
    """What was read does not fit together: the process went on while it was being read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSource:
    """What a code object says of itself, and where in memory it says so.

    ``size`` is that of its bytecode, in bytes. ``parts`` are the addresses and sizes of all that
    it was made from, ``content`` what stood there; the first ``header`` bytes are of the code object itself.
    """

    path: str
    name: str
    first_line: int
    size: int
    table: bytes
    parts: tuple[int, ...]
    content: bytes
    header: int

    def is_lasting(self) -> bool:
        """Whether it lives as long as the module that it belongs to: a function or class from a file."""
        return self.name != "<module>" and (not self.path.startswith("<") or self.path.startswith("<frozen "))


class Code:
    """One code object as it was read: where it is from, and the lines of its instructions."""

    __slots__ = ("_by_line", "_ends", "_frames", "_lines", "_start", "fingerprint", "lasting", "source")

    def __init__(self, source: CodeSource, start: int) -> None:
        self.source = source
        self.fingerprint = source.content[: source.header]
        self.lasting = source.is_lasting()
        self._start = start
        self._ends: list[int] = []
        self._lines: list[int] = []
        self._frames: dict[int, Frame] = {}
        self._by_line: dict[int, Frame] = {}
        line = source.first_line
        for _, end, own in lines_of(source.table, source.first_line):
            if own in (None, line) and self._lines:  # what has no line of its own counts with what is before it
                self._ends[-1] = end
                continue
            line = line if own is None else own
            self._ends.append(end)
            self._lines.append(line)

    def all_frames(self) -> Iterable[Frame]:
        """Every line that `frame_at` has told of."""
        return self._by_line.values()

    def frame_at(self, instruction: int) -> Frame:
        """The line that an instruction pointer is on; the same object for the same line.

        Raises:
            TornRead: if it does not point into this code.
        """
        frame = self._frames.get(instruction)
        if frame is None:
            source, offset = self.source, instruction - self._start
            # One unit before the first: a function that was called and has not begun yet.
            if not -UNIT_BYTES <= offset < source.size or offset % UNIT_BYTES:
                raise TornRead(f"{instruction:#x} is outside {source.name}")
            place = min(bisect_right(self._ends, max(offset, 0)), len(self._lines) - 1)
            line = self._lines[place] if self._lines else source.first_line
            frame = self._by_line.get(line)
            if frame is None:
                first_line = max(source.first_line, 1)
                frame = Frame(path=source.path, line=max(line, 1), function=source.name, function_line=first_line)
                self._by_line[line] = frame
            self._frames[instruction] = frame
        return frame


class Watch:
    """Short-lived code of one thread's last stack: all of it is read along with the next one, in the same call.

    ``parts`` are addresses and sizes to read, and ``seen`` is what was there.
    """

    __slots__ = ("_codes", "parts", "seen")

    def __init__(self) -> None:
        self.parts: tuple[int, ...] = ()
        self.seen = b""
        self._codes: dict[int, tuple[Code, int]] = {}

    def on(self, codes: Iterable[tuple[int, Code]]) -> None:
        """From the next stack on watch these codes, as far as they are few and small; pairs of address and code."""
        self.parts, self._codes, end = (), {}, 0
        for address, code in codes:
            size = len(code.source.content)
            if size + end <= _MOST_WATCHED_BYTES:
                self.parts += code.source.parts
                self._codes[address] = code, end
                end += size

    def unchanged(self, address: int) -> Code | None:
        """The code at this address, if it is watched and was there."""
        code, start = self._codes.get(address, (None, 0))
        if code is not None and self.seen[start : start + len(code.source.content)] == code.source.content:
            return code
        return None


class CodeReader:
    """Reads code objects once, and makes sure that the one at an address is still the same.

    A code object can be freed and another one take its place. Its header (first line, and the addresses of file, name
    and line table) is compared at the end of each window in which it was seen: what was seen on one that is no longer
    there is dropped. What is short-lived by its nature (the body of a module, code without a file) may be
    replaced by a twin with the same header: all of it is compared each time it is seen.
    """

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self._memory = memory
        self._layout = layout
        self._lasting: dict[int, Code] = {}
        self._others: dict[int, Code] = {}
        self._seen: set[int] = set()  # in this window
        self._paths: dict[str, str] = {}
        self._shim = -1  # code without a source, which calls an __init__ from 3.12 on: Python leaves it out as well
        places = (layout.code_first_line, layout.code_path, layout.code_name, layout.code_lines)
        self._low = min(places)
        self._high = max(places) + 8

    def frames(
        self, addresses: Sequence[int], instructions: Sequence[int], watch: Watch | None = None
    ) -> tuple[Frame, ...]:
        """The lines that these instructions of these code objects are on, in the same order.

        `watch` is of the thread whose stack they are.

        Raises:
            TornRead, UnreadableMemory: if there is no such code.
        """
        lasting, left_out = self._lasting, addresses[-1:] == (LEFT_OUT,)
        if left_out:
            addresses, instructions = addresses[:-1], instructions[:-1]
        codes: dict[int, Code | None] = {}
        for address in addresses:
            if address not in lasting:
                codes[address] = watch.unchanged(address) if watch else None
        unknown = [address for address, code in codes.items() if code is None]
        if unknown:
            codes.update(self._current(unknown))
            if watch:
                watch.on((address, code) for address, code in codes.items() if code and not code.lasting)
        frames = [
            (lasting.get(address) or codes[address]).frame_at(instruction)  # type: ignore[union-attr]
            for address, instruction in zip(addresses, instructions, strict=True)
        ]
        if self._shim in addresses:
            frames = [frame for frame, address in zip(frames, addresses, strict=True) if address != self._shim]
        self._seen.update(addresses)
        return (*frames, _FRAMES_LEFT_OUT) if left_out else tuple(frames)

    def end_window(self) -> frozenset[Frame]:
        """Look at all code of this window once more: the frames of what was replaced meanwhile, not to be trusted."""
        suspects = [address for address in self._seen if address in self._lasting]
        self._seen.clear()
        replaced: set[Frame] = set()
        try:
            headers = self._headers(suspects)
        except UnreadableMemory:  # the process has ended, or some of it is not mapped any more
            headers = [self._header(address) for address in suspects]
        for address, header in zip(suspects, headers, strict=True):
            if header != self._lasting[address].fingerprint:
                code = self._lasting.pop(address)
                if header:
                    replaced.update(code.all_frames())
        return frozenset(replaced)

    def _headers(self, addresses: Sequence[int]) -> list[bytes]:
        size = self._high - self._low
        headers = self._memory.read_many([address + self._low for address in addresses], size)
        return [headers[at : at + size] for at in range(0, len(headers), size)]

    def _header(self, address: int) -> bytes:
        try:
            return self._memory.read(address + self._low, self._high - self._low)
        except UnreadableMemory:
            return b""

    def _current(self, addresses: Sequence[int]) -> dict[int, Code]:
        """The code objects that are at these addresses just now."""
        codes = {}
        for address, header in zip(addresses, self._headers(addresses), strict=True):
            code = self._others.get(address)
            if code is None or code.fingerprint != header or not self._is_unchanged(code.source):
                source = self._read(address)
                code = self._keep(address, Code(source, address + self._layout.bytecode))
                if code.fingerprint != header:
                    raise TornRead(f"the code at {address:#x} was replaced")
            codes[address] = code
        return codes

    def _is_unchanged(self, source: CodeSource) -> bool:
        return self._memory.read_parts(*source.parts) == source.content

    def _keep(self, address: int, code: Code) -> Code:
        codes = self._lasting if code.lasting else self._others
        if len(codes) >= _MOST_CODES:
            codes.clear()
        codes[address] = code
        return code

    def _read(self, address: int) -> CodeSource:
        """The code object at `address`, in three calls: itself, the shapes of what it points to, and that."""
        layout, memory = self._layout, self._memory
        header = memory.read(address, self._high)
        if _number(header, 8) != layout.code_type:
            raise TornRead(f"no code object at {address:#x}")
        path, name, table = (_number(header, at) for at in (layout.code_path, layout.code_name, layout.code_lines))
        (skip, size), (skip_table, size_table) = _TEXT_SHAPE, _BYTES_SHAPE
        shapes = memory.read_parts(path + skip, size, name + skip, size, table + skip_table, size_table)
        path_part, path_encoding = self._text_part(path, bytes(shapes[:size]))
        name_part, name_encoding = self._text_part(name, bytes(shapes[size : 2 * size]))
        table_part = (table + layout.bytes_data, _number(shapes[2 * size :], 0))
        if len(shapes) < 2 * size + size_table or table_part[1] > _LONGEST_TABLE:
            raise TornRead(f"the code at {address:#x} is none")
        low, high = self._low, self._high
        lengths = (path + skip, 8, name + skip, 8, table + skip_table, 8)
        parts = (address + low, high - low, *lengths, *path_part, *name_part, *table_part)
        content = bytes(memory.read_parts(*parts))
        if len(content) < sum(parts[1::2]):
            raise UnreadableMemory(f"the code at {address:#x}")
        texts = content[high - low + 24 :]
        try:
            own_path = texts[: path_part[1]].decode(path_encoding, "surrogatepass")
            own_name = texts[path_part[1] :][: name_part[1]].decode(name_encoding, "surrogatepass")
        except UnicodeDecodeError:
            raise TornRead(f"the code at {address:#x} has no name") from None
        if own_path == own_name == "__init__":
            self._shim = address
        return CodeSource(
            path=self._full_path(own_path),
            name=own_name,
            first_line=int.from_bytes(header[layout.code_first_line :][:4], "little", signed=True),
            size=_number(header, 16) * UNIT_BYTES,
            table=texts[path_part[1] + name_part[1] :],
            parts=parts,
            content=content,
            header=high - low,
        )

    def _text_part(self, address: int, shape: bytes) -> tuple[tuple[int, int], str]:
        """Address, size and encoding of the characters of a str.

        Bits 2 to 4 of its state are the width of a character, bit 6 says that all are ASCII.
        """
        length, state = _number(shape, 0), int.from_bytes(shape[16:20], "little")
        width = state >> 2 & 7
        if width not in _ENCODINGS or length > _LONGEST_TEXT:
            raise TornRead(f"no text at {address:#x}")
        start = self._layout.ascii_text if state >> 6 & 1 else self._layout.other_text
        return (address + start, length * width), _ENCODINGS[width]

    def _full_path(self, path: str) -> str:
        """The absolute path, where there is such a file or archive; otherwise what the code object says."""
        found = self._paths.get(path)
        if found is None:
            found = path
            if not path.startswith(("<", os.sep)):
                whole = os.path.normpath(os.path.join(self._layout.cwd, path))  # noqa: PTH118
                found = whole if os.path.exists(whole) or _is_in_archive(whole) else path  # noqa: PTH110
            self._paths[path] = found
        return found


def _is_in_archive(path: str) -> bool:
    """Whether a part of the path is a file, as for a module that is imported out of an archive."""
    folder = os.path.dirname(path)  # noqa: PTH120
    while folder != os.path.dirname(folder) and not os.path.exists(folder):  # noqa: PTH110, PTH120
        folder = os.path.dirname(folder)  # noqa: PTH120
    return os.path.isfile(folder)  # noqa: PTH113


def _number(data: bytes | memoryview, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 8], "little")
