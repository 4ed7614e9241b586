"""pytest in the process that callgrind watches: what was measured of a test is called again, and each call marked.

A call (``energy(f)``) is made a few times to warm up and then a few times more; a test that is measured as a whole is
called once. Nothing is measured, judged or told here.
"""

from __future__ import annotations

import functools
import inspect
import json
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from greenprof.proxies import in_callgrind
from greenprof.proxies.instructions import CALLS as CALLED
from greenprof.proxies.instructions import WARM_UP
from greenprof.pytest_plugin import AGAIN, uses_fixture
from greenprof.pytest_plugin.counted import CALLS, WANTED
from greenprof.pytest_plugin.options import MARK

_BLOCK = "instructions of a block cannot be counted: measure a call, energy(f), or the whole test"
_AWAITED = "instructions of coroutines cannot be counted: set a budget of bytecodes"
_FAILED = "instructions could not be counted: it failed under callgrind"


class CountingSession:
    """Stands where the plugin's session stands otherwise."""

    def __init__(self, config: pytest.Config) -> None:
        folder = Path(os.environ[AGAIN])
        self._written = folder / CALLS
        # What the user gave has led to the same conftest.py; collected are the tests that are to be counted.
        config.args = json.loads((folder / WANTED).read_text(encoding="utf-8"))
        in_callgrind.settle()

    def fixture_for(self, item: pytest.Item) -> Iterator[EnergyAgain]:
        """The fixture's value for one test."""
        yield EnergyAgain(functools.partial(self.write, item.nodeid))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Count the whole call of a test that does not use the fixture."""
        function = getattr(item, "obj", None)
        if uses_fixture(item) or item.get_closest_marker(MARK) is None or function is None:
            return (yield)
        if inspect.iscoroutinefunction(function):
            self.write(item.nodeid, 0, _AWAITED)
            return (yield)
        calls = 0

        @functools.wraps(function)
        def counted(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            return in_callgrind.counted(lambda: function(*args, **kwargs))

        item.obj, said = counted, _FAILED  # type: ignore[attr-defined]
        try:
            value = yield
            said = "" if calls else _FAILED
        finally:
            item.obj = function  # type: ignore[attr-defined]
            self.write(item.nodeid, calls, said)
        return value

    def write(self, nodeid: str, calls: int, said: str) -> None:
        """Let the other process know that so many calls of a test were made, and what keeps them from counting."""
        with self._written.open("a", encoding="utf-8") as file:
            file.write(json.dumps((nodeid, calls, said)) + "\n")


class EnergyAgain:
    """The fixture, as far as calls go."""

    def __init__(self, write: Callable[[int, str], None]) -> None:
        self.result, self.units, self.extra_info = None, 1, dict[str, Any]()
        self._write = write

    def __call__(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Count ``function(*args, **kwargs)``."""
        return self._count(lambda: (args, kwargs), function)

    def pedantic(
        self,
        target: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        setup: Callable[[], Any] | None = None,
        **_rounds: int,
    ) -> Any:
        """Count a call of `target`, with what `setup` gives for each."""
        return self._count(lambda: (setup() if setup is not None else None) or (args, kwargs or {}), target)

    async def aio(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Await it, uncounted."""
        self._write(0, _AWAITED)
        return await function(*args, **kwargs)

    def __enter__(self) -> EnergyAgain:
        self._write(0, _BLOCK)
        return self

    def __exit__(self, *_error: object) -> None:
        """The block is over."""

    def _count(self, given: Callable[[], Any], function: Callable[..., Any]) -> Any:
        value, calls, said = None, 0, _FAILED
        try:
            for _ in range(WARM_UP + CALLED):
                args, kwargs = given()
                calls += 1
                value = in_callgrind.counted(functools.partial(function, *args, **kwargs))
            said = ""
        finally:
            self._write(calls, said)
        return value
