"""Runs in the process that callgrind watches: `counted` marks the calls whose instructions are collected.

Callgrind collects from where a function of C is entered to where it is left. What stands for ``a @= b`` in CPython is
such a function: it is exported by every build, calls a method of Python, and hardly a program uses it. So a call is
wrapped in a ``@=``, and neither the interpreter's start nor anything else between two calls is collected. Until the
first call callgrind is told not to look at all, where that can be told: a start takes a fifth of the time then.

This file takes the standard library only, and is also run as a program: ``python in_callgrind.py NAME CALLS``.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import Any, Generic, TypeVar

R = TypeVar("R")

SYMBOL = "PyNumber_InPlaceMatrixMultiply"
WAITS = "GREENPROF_CALLGRIND_WAITS"  # in the environment: callgrind looks at nothing until it is told to begin
SETTLED = 4  # calls of nothing until they take the same number of instructions


class _Call(Generic[R]):
    """Calls a function on ``@=``."""

    __slots__ = ("function", "value")

    def __init__(self, function: Callable[[], R]) -> None:
        self.function = function
        self.value: R

    def __imatmul__(self, _nothing: None) -> _Call[R]:
        self.value = self.function()
        return self


def counted(function: Callable[[], R]) -> R:
    """What ``function()`` returns; its instructions are a part of their own in what callgrind writes."""
    call = _Call(function)
    gc.collect()
    collects = gc.isenabled()
    gc.disable()
    try:
        call @= None
    finally:
        if collects:
            gc.enable()
    return call.value


def settle() -> None:
    """Let callgrind begin, and call nothing a few times: the last of these parts is what `counted` itself takes."""
    if WAITS in os.environ:
        _begin()
    for _ in range(SETTLED):
        counted(int)


def _begin() -> None:
    """Send callgrind the request to begin, by the instructions that valgrind knows for it on x86-64.

    They do nothing on a processor (valgrind.h and callgrind.h of valgrind: VALGRIND_DO_CLIENT_REQUEST_EXPR and
    CALLGRIND_START_INSTRUMENTATION).
    """
    import ctypes
    import mmap

    code = bytes.fromhex(
        "4889f8 31d2"  # mov rax, rdi (the request); xor edx, edx (the answer of a processor)
        "48c1c703 48c1c70d 48c1c73d 48c1c733 4887db"  # rol rdi by 3, 13, 61 and 51: as before; xchg rbx, rbx
        "4889d0 c3"  # mov rax, rdx; ret
    )
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    first = ctypes.c_char.from_buffer(page)
    request = (ctypes.c_uint64 * 6)((ord("C") << 24 | ord("T") << 16) + 4)
    ctypes.CFUNCTYPE(ctypes.c_uint64, ctypes.c_void_p)(ctypes.addressof(first))(ctypes.addressof(request))
    del first
    page.close()


def main(name: str, calls: int) -> None:
    """Count a function without arguments, ``module:name`` or ``module:Class.name``, so many times."""
    from functools import reduce
    from importlib import import_module

    module, _, path = name.partition(":")
    function: Any = reduce(getattr, path.split("."), import_module(module))
    settle()
    for _ in range(calls):
        counted(function)


if __name__ == "__main__":
    sys.path[0] = ""
    main(sys.argv[1], int(sys.argv[2]))
