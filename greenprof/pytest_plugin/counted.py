"""Budgets of bytecodes and of instructions: what a test does is counted beside the measuring, or instead of it.

Bytecodes are counted here: of a call that is measured in rounds, in calls of their own after them; of a block or a
whole test while it is measured, which then is slower, and said to be. Instructions are counted by callgrind in another
process, in which pytest runs the tests in question again (`counted_again`).
"""

from __future__ import annotations

import functools
import inspect
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenprof.budgets import BYTECODES, INSTRUCTIONS, Budget
from greenprof.errors import GreenprofError
from greenprof.proxies import bytecodes, instructions
from greenprof.pytest_plugin import AGAIN
from greenprof.pytest_plugin.counted_words import words_of

if TYPE_CHECKING:
    import pytest

_SLOWED = "bytecodes were counted meanwhile, which makes Python some 10 times slower: joules and time are of that"
_CALLS = 2
CALLS, WANTED = "calls", "wanted"  # files: what was called, and the tests that are to run


class Counting:
    """Counts the bytecodes of one test: ``counts`` per call or block; ``notes`` is what to know of them."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._found: list[int] = []
        self._next: bytecodes.Bytecodes | None = None
        self._block: bytecodes.Bytecodes | None = None
        self._is_inside = False
        self._around = 0
        try:
            bytecodes.check()
        except GreenprofError as error:
            self.notes.append(str(error))

    @property
    def counts(self) -> Mapping[str, float] | None:
        """The median of what was counted, None where nothing was."""
        return {BYTECODES.name: statistics.median_low(self._found)} if self._found else None

    def calls(self, again: Callable[[], object]) -> None:
        """Count a call that has been made before."""
        if not self.notes:
            with self._noting():
                self._found += bytecodes.count(again, repeats=_CALLS).counts

    async def awaited(self, again: Callable[[], Awaitable[object]]) -> None:
        """Count what awaiting it executes, that of tasks beside it included."""
        for _ in range(_CALLS):
            self.prepare(_around_nothing)
            self.begin()
            try:
                await again()
            finally:
                self.end(True)
        self.notes = [note for note in self.notes if note != _SLOWED]

    @contextmanager
    def inside(self, item: pytest.Item) -> Iterator[None]:
        """Count the function of a test alone, without what pytest and its plugins do around it."""
        function = getattr(item, "obj", None)
        if function is None or inspect.iscoroutinefunction(function):
            yield
            return
        self._is_inside = True
        item.obj = self._counted(function)  # type: ignore[attr-defined]
        try:
            yield
        finally:  # the test may run again
            item.obj = function  # type: ignore[attr-defined]

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            self._is_inside = False
            self.begin()
            keep = False
            try:
                value = function(*args, **kwargs)
                keep = True
            finally:
                self.end(keep)
                self._is_inside = True
            return value

        return counted

    def prepare(self, around: Callable[[], int]) -> None:
        """Do before the time of a block is measured what would take some of it; `around` is what an empty one counts.

        What stands between `begin` and the code of the test is the plugin's own, and always the same.
        """
        if self.notes and self.notes != [_SLOWED]:
            return
        with self._noting():
            self._around = _around_a_test() if self._is_inside else around()
            self._next = bytecodes.Bytecodes().prepare()

    def begin(self) -> None:
        """A block begins that was prepared."""
        if self._is_inside or self._next is None:
            return
        with self._noting():
            block, self._next = self._next, None
            self._block = block.__enter__()

    def end(self, keep: bool) -> None:
        """The block is over; it counts unless it failed."""
        block = _end_of(self)
        if keep and block is not None and block.count is not None:
            self._found.append(max(0, block.count - self._around))
            self.notes = [_SLOWED]

    def _noting(self) -> suppress:
        return _Noting(self.notes)


class _Noting(suppress):
    """Keeps what a `GreenprofError` says as a note."""

    def __init__(self, notes: list[str]) -> None:
        super().__init__(GreenprofError)
        self._notes = notes

    def __exit__(self, kind: Any, error: Any, where: Any) -> bool:
        if isinstance(error, GreenprofError):
            self._notes.append(str(error))
        return bool(super().__exit__(kind, error, where))


def around(block: Callable[[Counting], object]) -> int:
    """What is counted of a `block` that runs nothing of a test; its second time, for then Python has settled."""
    found = 0
    for _ in range(2):
        counting = Counting()
        counting.prepare(int)
        block(counting)
        found = counting._found[-1] if counting._found else 0
    return found


@functools.cache
def _around_nothing() -> int:
    """The end of `begin`, and the beginning of `end`."""

    def nothing(counting: Counting) -> None:
        counting.begin()
        counting.end(True)

    return around(nothing)


@functools.cache
def _around_a_test() -> int:
    """The same and what calls the function of a test; `int` is called in its place."""
    return around(lambda counting: counting._counted(int)())


def _end_of(counting: Counting) -> bytecodes.Bytecodes | None:
    """As `Counting.end` does it, to the end of the counting."""
    block, counting._block = counting._block, None
    if block is None:
        return None
    block.__exit__(None, None, None)
    return block


def counting(budgets: Sequence[Budget]) -> Counting | None:
    """What counts the bytecodes of a test with these budgets, None where there is none of bytecodes."""
    return Counting() if any(budget.quantity.name == BYTECODES.name for budget in budgets) else None


class CountedAgain:
    """Instructions of tests, each counted when it is first asked for together with those that will be."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._known: dict[str, tuple[float | None, str]] = {}

    def of(self, nodeid: str, others: Sequence[str]) -> tuple[float | None, str]:
        """The instructions of a test, and what to know of them; with None why they could not be counted."""
        if nodeid not in self._known:
            self._known |= self._count(list(dict.fromkeys((nodeid, *others))))
        return self._known[nodeid]

    def _count(self, nodeids: Sequence[str]) -> dict[str, tuple[float | None, str]]:
        with tempfile.TemporaryDirectory(prefix="greenprof-again-") as folder:
            scratch = Path(folder)
            written = scratch / CALLS
            written.touch()
            (scratch / WANTED).write_text(json.dumps(self._arguments(nodeids)), encoding="utf-8")
            try:
                counts = instructions.of_calls(
                    [sys.executable, "-m", "pytest", *words_of(self._config, scratch)],
                    expected=lambda: sum(calls for _, calls, _ in _lines(written)),
                    timeout_s=instructions.TIMEOUT_S * len(nodeids),
                    folder=self._config.invocation_params.dir,
                    environment={AGAIN: folder},
                    accepted=(0, 1),  # 1: a test failed in it, and the others are counted all the same
                    name="pytest",
                )
            except GreenprofError as error:
                return dict.fromkeys(nodeids, (None, f"instructions could not be counted: {error}"))
            found: dict[str, tuple[float | None, str]] = dict.fromkeys(
                nodeids, (None, "instructions could not be counted: the test did not run under callgrind")
            )
            place = 0
            for nodeid, calls, said in _lines(written):
                own = counts[place : place + calls]
                place += calls
                if nodeid in found:
                    warm = own[instructions.WARM_UP :] or own
                    found[nodeid] = (float(statistics.median_low(warm)), "") if own and not said else (None, said)
        return found

    def _arguments(self, nodeids: Sequence[str]) -> list[str]:
        return [f"{self._config.rootpath}{os.sep}{one}" for one in nodeids]


def _lines(written: Path) -> list[tuple[str, int, str]]:
    """Test, number of calls, and what to know of it, of each thing that was counted, in their order."""
    return [tuple(json.loads(line)) for line in written.read_text(encoding="utf-8").splitlines()]


def has_instructions(budgets: Sequence[Budget]) -> bool:
    """Whether one of them is of instructions."""
    return any(budget.quantity.name == INSTRUCTIONS.name for budget in budgets)
