"""The instructions of Python that are executed, counted one by one through ``sys.monitoring`` (Python 3.12 and newer).

Code that does the same gives the same number, to the last one, on the same version of Python. What makes it differ:
caches that fill, the order of sets of strings (it follows the hash seed, ``PYTHONHASHSEED``), and threads that poll.
All threads of the process and all code of Python count, that of libraries too, or own code only; work inside compiled
code is not seen. Counting makes Python code 8 to 15 times slower.
"""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from types import CodeType
from typing import TYPE_CHECKING, Any

from greenprof.budgets import BYTECODES
from greenprof.errors import GreenprofError
from greenprof.proxies import Count

if TYPE_CHECKING:
    from types import TracebackType

TOOL = "greenprof bytecodes"
_PLACES = (4, 3, 5, 2, 1, 0)  # those that have a name for nobody first (debuggers 0, coverage 1, profilers 2)

_monitoring: Any = getattr(sys, "monitoring", None)

Instruction = Callable[[CodeType, int], object]


def check() -> None:
    """Raise `GreenprofError` where bytecodes cannot be counted, with the reason and what to do."""
    if sys.version_info < (3, 12):
        raise GreenprofError(
            f"bytecodes are counted through sys.monitoring, which begins with Python 3.12; this is "
            f"{sys.version_info.major}.{sys.version_info.minor}: run the tests on 3.12, or set a budget of instructions"
        )
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        raise GreenprofError("bytecodes are counted on a Python with the GIL only: set PYTHON_GIL=1")


class Bytecodes:
    """``with Bytecodes() as counted: …``, and ``counted.count`` is how many were executed in the block.

    With `own`, which is asked for the name of each file once, only the code of those files counts. Garbage is collected
    before and not meanwhile, because when that happens depends on what went before. Raises `GreenprofError` as `check`
    does, and where other tools hold all places.
    """

    def __init__(self, own: Callable[[str], bool] | None = None) -> None:
        check()
        self.count: int | None = None
        self._own = own
        self._place: int | None = None
        self._read: Callable[[], int] = int
        self._collects = self._is_prepared = False

    def prepare(self) -> Bytecodes:
        """Do now what takes milliseconds, where the time of the block is measured too."""
        if self._own is None:
            _empty_block()
        gc.collect()
        self._is_prepared = True
        return self

    def __enter__(self) -> Bytecodes:
        instruction, self._read = _every_one() if self._own is None else _own_ones(self._own)
        self._place = place = _take_a_place()
        if not self._is_prepared:
            gc.collect()
        self._collects = gc.isenabled()
        gc.disable()
        _monitoring.register_callback(place, _monitoring.events.INSTRUCTION, instruction)
        _monitoring.set_events(place, _monitoring.events.INSTRUCTION)
        _monitoring.restart_events()  # who had this place before may have switched some instructions off
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        seen = self._read()
        place = self._place
        assert place is not None
        _leave(place)
        if self._own is not None:
            _monitoring.restart_events()
        if self._collects:
            gc.enable()
        self.count = max(0, seen - (_empty_block() if self._own is None else 0))


def count(call: Callable[[], object], *, repeats: int = 2, own: Callable[[str], bool] | None = None) -> Count:
    """What each of `repeats` calls executes; to be warmed up before, where the first call differs from the others."""
    counts = []
    for _ in range(repeats):
        with Bytecodes(own) as counted:
            call()
        assert counted.count is not None
        counts.append(counted.count)
    if own is None:
        counts = [max(0, number - _empty_call()) for number in counts]
    return Count(quantity=BYTECODES, counts=tuple(counts))


def _every_one() -> tuple[Instruction, Callable[[], int]]:
    """A callback that counts, and what reads the count.

    A function with its number in a cell is what Python calls fastest here, faster than anything built in. Between the
    steps of adding one no thread can take over: Python switches at calls and at jumps backwards.
    """
    seen = 0

    def instruction(_code: CodeType, _offset: int) -> None:
        nonlocal seen
        seen += 1

    return instruction, lambda: seen


def _own_ones(own: Callable[[str], bool]) -> tuple[Instruction, Callable[[], int]]:
    """The same for own code; an instruction of other code is seen once and then switched off, so that it runs fast."""
    seen = 0
    known: dict[str, bool] = {__file__: False}
    off = _monitoring.DISABLE

    def instruction(code: CodeType, _offset: int) -> Any:
        nonlocal seen
        name = code.co_filename
        is_own = known.get(name)
        if is_own is None:
            is_own = known[name] = own(name)
        if is_own:
            seen += 1
            return None
        return off

    return instruction, lambda: seen


def _take_a_place() -> int:
    for place in _PLACES:
        with suppress(ValueError):
            _monitoring.use_tool_id(place, TOOL)
            return place
    holders = ", ".join(sorted({str(_monitoring.get_tool(place)) for place in _PLACES}))
    raise GreenprofError(
        f"bytecodes cannot be counted: other tools hold all places of sys.monitoring ({holders}); "
        "leave one of them out, or set a budget of instructions"
    )


def _leave(place: int) -> None:
    _monitoring.set_events(place, 0)
    _monitoring.register_callback(place, _monitoring.events.INSTRUCTION, None)
    _monitoring.free_tool_id(place)


@functools.cache
def _empty_block() -> int:
    """What is counted of the counting itself: the end of `__enter__` and the beginning of `__exit__`."""
    empty = Bytecodes.__new__(Bytecodes)
    empty._own, empty._collects, empty._is_prepared = None, False, False
    seen = []
    for _ in range(2):
        empty.__enter__()
        seen.append(empty._read())
        assert empty._place is not None
        _leave(empty._place)
        if empty._collects:
            gc.enable()
    return seen[-1]


@functools.cache
def _empty_call() -> int:
    """What is counted of a call in `count` that executes nothing."""
    call, seen = int, 0
    for _ in range(2):
        with Bytecodes() as counted:
            call()
        seen = counted.count or 0
    return seen
