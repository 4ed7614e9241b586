"""Runs in the process that callgrind watches: `counted` marks the calls whose instructions are collected.

Callgrind collects from where a function of C is entered to where it is left. What stands for ``a @= b`` in CPython is
such a function: it is exported by every build, calls a method of Python, and hardly a program uses it. So a call is
wrapped in a ``@=``, and neither the interpreter's start nor anything else between two calls is collected.

This file takes the standard library only, and is also run as a program: ``python in_callgrind.py NAME CALLS``.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any, Generic, TypeVar

R = TypeVar("R")

SYMBOL = "PyNumber_InPlaceMatrixMultiply"
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
    """Call nothing a few times, as the first parts: the last of them is what `counted` itself takes."""
    for _ in range(SETTLED):
        counted(int)


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
