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
from array import array
from collections.abc import Callable, Sequence
from typing import Any

_BUFFER_BYTES = 1 << 18
_MOST_PARTS = 512  # the kernel takes up to 1024 (IOV_MAX) in one call


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
        self._address = ctypes.addressof(self._buffer)
        self._bytes = memoryview(self._buffer).cast("B")

    def read_parts(self, parts: Sequence[tuple[int, int]]) -> memoryview:
        """Read ``(address, size)`` parts one after another in a single call; they follow each other in the view.

        The view is shorter where a part cannot be read, and holds what came before that part.
        """
        total = sum(size for _, size in parts)
        remote = array("Q", [number for part in parts for number in part])
        return self._bytes[: self._call(remote, len(parts), total)]

    def read_many(self, addresses: Sequence[int], size: int) -> memoryview:
        """`size` bytes at each of the addresses, one after another in the view.

        Raises:
            UnreadableMemory: if any of them cannot be read.
        """
        if len(addresses) > _MOST_PARTS or len(addresses) * size > _BUFFER_BYTES:
            middle = len(addresses) // 2
            first = bytes(self.read_many(addresses[:middle], size))
            return memoryview(first + bytes(self.read_many(addresses[middle:], size)))
        total = size * len(addresses)
        remote = array("Q", [number for address in addresses for number in (address, size)])
        if self._call(remote, len(addresses), total) != total:
            raise UnreadableMemory(f"{size} bytes at one of {len(addresses)} addresses")
        return self._bytes[:total]

    def read(self, address: int, size: int) -> bytes:
        """Exactly `size` bytes at `address`.

        Raises:
            UnreadableMemory: if not all of them can be read.
        """
        if not 0 <= size <= _BUFFER_BYTES or self._call(array("Q", (address, size)), 1, size) != size:
            raise UnreadableMemory(f"{size} bytes at {address:#x}")
        return bytes(self._bytes[:size])

    def refusal(self, address: int) -> str | None:
        """Why the memory cannot be read, in words, tried on an address that exists; None if it can be read."""
        if self._call(array("Q", (address, 8)), 1, 8) == 8:
            return None
        code = ctypes.get_errno()
        if code == errno.EPERM:
            return "reading its memory is not permitted (see /proc/sys/kernel/yama/ptrace_scope, or CAP_SYS_PTRACE)"
        if code == errno.ENOSYS:
            return "this system does not let one process read another's memory (process_vm_readv)"
        if code == errno.ESRCH:
            return "it had ended"
        return f"its memory cannot be read ({os.strerror(code)})"

    def _call(self, remote: array[int], count: int, total: int) -> int:
        local = array("Q", (self._address, total))
        done = self._function(self._pid, local.buffer_info()[0], 1, remote.buffer_info()[0], count, 0)
        return max(done, 0)
