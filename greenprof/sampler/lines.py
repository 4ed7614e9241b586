"""The location table of a code object: which line each instruction is on."""

from __future__ import annotations

import re
from collections.abc import Iterator

UNIT_BYTES = 2  # of bytecode: one instruction, or one entry of its inline cache
_ENTRY = re.compile(rb"[\x80-\xff][\x00-\x7f]*")


def lines_of(table: bytes, first_line: int) -> Iterator[tuple[int, int, int | None]]:
    """``(start, end, line)`` of each entry of a location table, in bytes of bytecode; as ``code.co_lines()`` tells.

    The format is that of CPython 3.11 and newer, described in ``Objects/locations.md`` (later
    ``InternalDocs/code_objects.md``) of CPython's source: each entry begins with a byte that has the top
    bit set, then four bits of kind and three bits of length; the others that follow are arguments.
    """
    line, start = first_line, 0
    for entry in _ENTRY.findall(table):
        kind = (entry[0] >> 3) & 15
        end = start + ((entry[0] & 7) + 1) * UNIT_BYTES
        if kind >= 10:
            if kind in (13, 14):
                line += _signed(entry, 1)
            elif kind <= 12:
                line += kind - 10
        yield start, end, None if kind == 15 else line
        start = end


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
