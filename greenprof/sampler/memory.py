"""Memory of another process, read while it runs: ``process_vm_readv(2)`` of Linux through ctypes.

Nothing is attached, stopped or signalled. The kernel asks for the permission that a debugger needs
(``ptrace(2)``, "PTRACE_MODE_ATTACH_REALCREDS"), which a program has over its own descendants unless
the machine forbids it altogether.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import sys
from collections.abc import Callable, Sequence
from struct import Struct
from struct import error as StructError
from typing import Any

_BUFFER_BYTES = 1 << 18
_MOST_PARTS = 512  # the kernel takes up to 1024 (IOV_MAX) in one call
_PART = Struct("=QQ")


class UnreadableMemory(Exception):
    """What should lie at an address cannot be read: the process has ended, or the address was stale."""


@functools.cache
def _process_vm_readv() -> Callable[..., int]:
    """The function of the C library.

    Raises:
        OSError: on a system that has none; the message says so.
    """
    if not sys.platform.startswith("linux"):
        raise OSError(errno.ENOSYS, f"sampling needs Linux, and this is {sys.platform}")
    try:
        function: Any = ctypes.CDLL(None, use_errno=True).process_vm_readv
    except AttributeError:
        raise OSError(errno.ENOSYS, "the C library has no process_vm_readv") from None
    function.restype = ctypes.c_ssize_t
    pointer, count = ctypes.c_void_p, ctypes.c_ulong
    function.argtypes = (ctypes.c_int, pointer, count, pointer, count, count)
    return function  # type: ignore[no-any-return]


class Memory:
    """The memory of process `pid`. One buffer is used again and again: a view is valid until the next read."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._function = _process_vm_readv()
        self._buffer = ctypes.create_string_buffer(_BUFFER_BYTES)
        self._bytes = memoryview(self._buffer).cast("B")
        # Two arrays of struct iovec, {address, size}: the buffer here, and the parts there.
        self._here = ctypes.create_string_buffer(_PART.size)
        self._there = ctypes.create_string_buffer(_PART.size * _MOST_PARTS)
        self._addresses = tuple(map(ctypes.addressof, (self._buffer, self._here, self._there)))

    def read_parts(self, *parts: int) -> memoryview:
        """Read parts, given as address, size, address, size ..., in a single call; they follow each other in the view.

        The view is shorter where a part cannot be read, and holds what came before.
        """
        return self._bytes[: self._call(parts, sum(parts[1::2]))]

    def read_many(self, addresses: Sequence[int], size: int) -> bytes:
        """`size` bytes at each of the addresses, one after another.

        Raises:
            UnreadableMemory: if any of them cannot be read.
        """
        most = min(_MOST_PARTS, _BUFFER_BYTES // size)
        if len(addresses) > most:
            return self.read_many(addresses[:most], size) + self.read_many(addresses[most:], size)
        total = size * len(addresses)
        if self._call([number for address in addresses for number in (address, size)], total) != total:
            raise UnreadableMemory(f"{size} bytes at one of {len(addresses)} addresses")
        return bytes(self._bytes[:total])

    def read_each(self, addresses: Sequence[int], size: int) -> list[bytes]:
        """`size` bytes at each of the addresses; none where they cannot be read."""
        found: list[bytes] = []
        most = min(_MOST_PARTS, _BUFFER_BYTES // size)
        while len(found) < len(addresses):
            part = addresses[len(found) : len(found) + most]
            got = self._call([number for address in part for number in (address, size)], size * len(part)) // size
            found += [bytes(self._bytes[at * size : (at + 1) * size]) for at in range(got)]
            if got < len(part):  # the kernel stops at the first that it cannot read
                found.append(b"")
        return found

    def read(self, address: int, size: int) -> bytes:
        """Exactly `size` bytes at `address`.

        Raises:
            UnreadableMemory: if not all of them can be read.
        """
        if self._call((address, size), size) != size:
            raise UnreadableMemory(f"{size} bytes at {address:#x}")
        return bytes(self._bytes[:size])

    def refusal(self, address: int) -> str | None:
        """Why the memory cannot be read, in words, tried on an address that exists; None if it can be read."""
        if self._call((address, 8), 8) == 8:
            return None
        code = ctypes.get_errno()
        if code == errno.EPERM:
            return "reading its memory is not permitted (see /proc/sys/kernel/yama/ptrace_scope, or CAP_SYS_PTRACE)"
        if code == errno.ENOSYS:
            return "this system does not let one process read another's memory (process_vm_readv)"
        if code == errno.ESRCH:
            return "it had ended"
        return f"its memory cannot be read ({os.strerror(code)})"

    def _call(self, parts: Sequence[int], total: int) -> int:
        """How many bytes were read, 0 if none could be. An address that no process can have reads nothing."""
        if total > _BUFFER_BYTES:
            return 0
        buffer, here, there = self._addresses
        _PART.pack_into(self._here, 0, buffer, total)
        try:
            _parts(len(parts)).pack_into(self._there, 0, *parts)
        except StructError:
            return 0
        return max(self._function(self._pid, here, 1, there, len(parts) // 2, 0), 0)


class Recalled:
    """Reads that are mostly the same each time they are done: after `again` those of the last time are at hand.

    They are made in one call then, where each would take one of its own.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._at_hand: dict[tuple[int, int], bytes] = {}
        self._used: dict[tuple[int, int], None] = {}

    def again(self) -> None:
        """Read what was read since the last call of this, as far as it fits into one."""
        parts: list[int] = []
        total = 0
        for address, size in self._used:
            total += size
            if total > _BUFFER_BYTES or len(parts) == 2 * _MOST_PARTS:
                break
            parts += [address, size]
        data, start = bytes(self._memory.read_parts(*parts)), 0
        self._used.clear()
        self._at_hand.clear()
        for address, size in zip(parts[::2], parts[1::2], strict=True):
            if start + size > len(data):
                break
            self._at_hand[address, size] = data[start : start + size]
            start += size

    def read_each(self, addresses: Sequence[int], size: int) -> list[bytes]:
        """`size` bytes at each of the addresses; none where they cannot be read."""
        at_hand, used = self._at_hand, self._used
        missing = [address for address in addresses if (address, size) not in at_hand]
        if missing:
            at_hand.update(
                ((address, size), data)
                for address, data in zip(missing, self._memory.read_each(missing, size), strict=True)
            )
        found = []
        for address in addresses:
            data = at_hand[address, size]
            if data:
                used[address, size] = None
            found.append(data)
        return found

    def read(self, address: int, size: int) -> bytes:
        """Exactly `size` bytes at `address`.

        Raises:
            UnreadableMemory: if not all of them can be read.
        """
        data = self.read_each([address], size)[0]
        if not data:
            raise UnreadableMemory(f"{size} bytes at {address:#x}")
        return data


@functools.cache
def _parts(numbers: int) -> Struct:
    return Struct(f"={numbers}Q")
