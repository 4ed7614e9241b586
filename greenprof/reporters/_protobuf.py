"""Protocol Buffers on the wire, as far as writing a message needs it.

A field is a tag and a value: whole numbers as base-128 varints, everything else behind its length.
https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterable

_VARINT, _LENGTH_DELIMITED = 0, 2


def varint(number: int) -> bytes:
    """A whole number from 0 to 2^64 - 1, seven bits a byte, the lowest first."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def number(field: int, value: int) -> bytes:
    """A whole number that is not negative; nothing where it is 0, which is what a reader takes for absent."""
    return varint(field << 3 | _VARINT) + varint(value) if value else b""


def numbers(field: int, values: Iterable[int]) -> bytes:
    """A repeated whole number, packed."""
    return message(field, b"".join(varint(value) for value in values))


def text(field: int, value: str) -> bytes:
    """A string, the empty one too: it may be one of a list."""
    return message(field, value.encode("utf-8"))


def message(field: int, encoded: bytes) -> bytes:
    """A message within a message."""
    return varint(field << 3 | _LENGTH_DELIMITED) + varint(len(encoded)) + encoded
