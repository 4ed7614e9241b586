"""The location table of a code object: which line each instruction is on."""

from __future__ import annotations

from collections.abc import Iterator

UNIT_BYTES = 2  # of bytecode: one instruction, or one entry of its inline cache


def lines_of(table: bytes, first_line: int) -> Iterator[tuple[int, int, int | None]]:
    """``(start, end, line)`` of each entry of a location table, in bytes of bytecode; as ``code.co_lines()`` tells.

    The format is that of CPython 3.11 and newer, described in ``Objects/locations.md`` (later
    ``InternalDocs/code_objects.md``) of CPython's source: each entry begins with a byte that has the top
    bit set, then four bits of kind and three bits of length; the others that follow are arguments.
    """
    line, start, place = first_line, 0, 0
    while place < len(table):
        kind, units = (table[place] >> 3) & 15, (table[place] & 7) + 1
        end = start + units * UNIT_BYTES
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
