"""Code objects of another process: which file, function and line an instruction belongs to."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from greenprof.model import Frame
from greenprof.sampler.layout import Layout
from greenprof.sampler.memory import Memory, UnreadableMemory

_HEADER_BYTES = 24  # reference count, type, size
_TEXT_HEADER_BYTES = 36
_LONGEST_TEXT = 4096
_LONGEST_TABLE = 1 << 18
_MOST_CODES = 50_000  # kept; a program that makes code without end must not fill the memory
_UNIT_BYTES = 2  # of a bytecode unit
_ENCODINGS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}


class TornRead(Exception):
    """What was read does not fit together: the process went on while it was being read."""


def lines_of(table: bytes, first_line: int) -> Iterator[tuple[int, int, int | None]]:
    """``(start, end, line)`` of each entry of a location table, in bytes of bytecode; as ``code.co_lines()`` tells.

    The format is that of CPython 3.11 and newer, described in ``Objects/locations.md`` (later
    ``InternalDocs/code_objects.md``) of CPython's source: each entry begins with a byte that has the top
    bit set, then four bits of kind and three bits of length; the others that follow are arguments.
    """
    line, start, place = first_line, 0, 0
    while place < len(table):
        kind, units = (table[place] >> 3) & 15, (table[place] & 7) + 1
        end = start + units * _UNIT_BYTES
        if kind in (13, 14):
            line += _signed(table, place + 1)
        elif 10 <= kind <= 12:
            line += kind - 10
        yield start, end, None if kind == 15 else line
        start = end
        place += 1
        while place < len(table) and not table[place] & 128:
            place += 1


def _signed(table: bytes, place: int) -> int:
    """A signed number in groups of six bits, the lowest first: bit 6 means more, bit 0 of all is the sign."""
    value = shift = 0
    more = True
    while more and place < len(table):
        value |= (table[place] & 63) << shift
        more = bool(table[place] & 64)
        shift += 6
        place += 1
    return -(value >> 1) if value & 1 else value >> 1


@dataclass(frozen=True, slots=True)
class CodeSource:
    """What a code object says of itself; `size` is that of its bytecode, `table` its location table, in bytes."""

    path: str
    name: str
    first_line: int
    size: int
    table: bytes

    def is_lasting(self) -> bool:
        """Whether it lives as long as the module that it belongs to: a function or class from a file."""
        return self.name != "<module>" and (not self.path.startswith("<") or self.path.startswith("<frozen "))


class Code:
    """One code object as it was read: where it is from, and the lines of its instructions."""

    __slots__ = ("_by_line", "_ends", "_frames", "_lines", "_source", "_start", "fingerprint", "lasting")

    def __init__(self, source: CodeSource, fingerprint: bytes, start: int) -> None:
        self.fingerprint = fingerprint
        self.lasting = source.is_lasting()
        self._source = source
        self._start = start
        self._ends: list[int] = []
        self._lines: list[int] = []
        self._frames: dict[int, Frame] = {}
        self._by_line: dict[int, Frame] = {}
        line = source.first_line
        for _, end, own in lines_of(source.table, source.first_line):
            line = line if own is None else own  # what has no line of its own counts with what is before it
            self._ends.append(end)
            self._lines.append(line)

    def is_still(self, source: CodeSource, fingerprint: bytes) -> bool:
        """Whether what was read now is what this was made from."""
        return fingerprint == self.fingerprint and source == self._source

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
            source, offset = self._source, instruction - self._start
            # One unit before the first: a function that was called and has not begun yet.
            if not -_UNIT_BYTES <= offset < source.size or offset % _UNIT_BYTES:
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


class CodeReader:
    """Reads code objects once, and makes sure that the one at an address is still the same.

    A code object can be freed and another one take its place. Its header (first line, and the addresses of file, name
    and line table) is compared when it is seen first in a window, and at the end of the window once more.
    What is short-lived by its nature (the body of a module, code without a file) may be
    replaced by a twin with the same header: it is read anew each time it is seen.
    """

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self._memory = memory
        self._layout = layout
        self._codes: dict[int, Code] = {}
        self._trusted: dict[int, Code] = {}
        self._paths: dict[str, str] = {}
        places = (layout.code_first_line, layout.code_path, layout.code_name, layout.code_lines)
        self._low = min(places)
        self._high = max(places) + 8

    def frames(self, addresses: Sequence[int], instructions: Sequence[int]) -> tuple[Frame, ...]:
        """The lines that these instructions of these code objects are on, in the same order.

        Raises:
            TornRead, UnreadableMemory: if there is no such code.
        """
        trusted = self._trusted
        unknown = {address: None for address in addresses if address not in trusted}
        codes = self._current(list(unknown)) if unknown else {}
        return tuple(
            [
                (trusted.get(address) or codes[address]).frame_at(instruction)
                for address, instruction in zip(addresses, instructions, strict=True)
            ]
        )

    def end_window(self) -> frozenset[Frame]:
        """Look at all code of this window once more: the frames of what was replaced meanwhile, not to be trusted."""
        suspects = list(self._trusted)
        replaced: set[Frame] = set()
        try:
            headers = self._headers(suspects)
        except UnreadableMemory:  # the process has ended, or some of it is not mapped any more
            headers = [self._header(address) for address in suspects]
        for address, header in zip(suspects, headers, strict=True):
            if header and header != self._trusted[address].fingerprint:
                replaced.update(self._codes.pop(address).all_frames())
        self._trusted.clear()
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
            code = self._codes.get(address)
            if code is None or not code.lasting or code.fingerprint != header:
                code = self._renewed(address, code)
                if code.fingerprint != header:
                    raise TornRead(f"the code at {address:#x} was replaced")
            if code.lasting:
                self._trusted[address] = code
            codes[address] = code
        return codes

    def _renewed(self, address: int, known: Code | None) -> Code:
        """The code object as it is now: `known`, if it is still that one."""
        layout, header = self._layout, self._memory.read(address, self._high)
        if _word(header, 8) != layout.code_type:
            raise TornRead(f"no code object at {address:#x}")
        source = CodeSource(
            path=self._full_path(self._text(_word(header, layout.code_path))),
            name=self._text(_word(header, layout.code_name)),
            first_line=int.from_bytes(header[layout.code_first_line :][:4], "little", signed=True),
            size=_word(header, 16) * _UNIT_BYTES,
            table=self._bytes(_word(header, layout.code_lines)),
        )
        fingerprint = header[self._low : self._high]
        if known is None or not known.is_still(source, fingerprint):
            if len(self._codes) >= _MOST_CODES:
                self._codes.clear()
            known = self._codes[address] = Code(source, fingerprint, address + layout.bytecode)
        return known

    def _full_path(self, path: str) -> str:
        """The absolute path, where there is such a file; otherwise what the code object says."""
        found = self._paths.get(path)
        if found is None:
            found = path
            if not path.startswith(("<", os.sep)):
                whole = os.path.normpath(os.path.join(self._layout.cwd, path))  # noqa: PTH118
                found = whole if os.path.exists(whole) else path  # noqa: PTH110
            self._paths[path] = found
        return found

    def _text(self, address: int) -> str:
        """A str object. Bits 2 to 4 of its state are the width of a character, bit 6 says that all are ASCII."""
        header = self._memory.read(address, _TEXT_HEADER_BYTES)
        length, state = _word(header, 16), int.from_bytes(header[32:36], "little")
        encoding = _ENCODINGS.get(state >> 2 & 7)
        if encoding is None or length > _LONGEST_TEXT:
            raise TornRead(f"no text at {address:#x}")
        start = self._layout.ascii_text if state >> 6 & 1 else self._layout.other_text
        data = self._memory.read(address + start, length * (state >> 2 & 7))
        try:
            return data.decode(encoding, "surrogatepass")
        except UnicodeDecodeError:
            raise TornRead(f"no text at {address:#x}") from None

    def _bytes(self, address: int) -> bytes:
        length = _word(self._memory.read(address, _HEADER_BYTES), 16)
        if length > _LONGEST_TABLE:
            raise TornRead(f"no bytes at {address:#x}")
        return self._memory.read(address + self._layout.bytes_data, length)


def _word(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 8], "little")
