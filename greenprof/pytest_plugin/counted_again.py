"""pytest in the process that callgrind watches: what was measured of a test is called again, and each call marked.

A call (``energy(f)``) is made a few times to warm up and then a few times more; a test that is measured as a whole is
called once. Nothing is measured, judged or told here.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from greenprof.proxies import in_callgrind
from greenprof.proxies.instructions import CALLS, WARM_UP
from greenprof.pytest_plugin import AGAIN, uses_fixture
from greenprof.pytest_plugin.options import MARK

_BLOCK = "instructions of a block cannot be counted: measure a call, energy(f), or the whole test"
_AWAITED = "instructions of coroutines cannot be counted: set a budget of bytecodes"


class CountingSession:
    """Stands where the plugin's session stands otherwise."""

    def __init__(self) -> None:
        self._written = Path(os.environ[AGAIN])
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
        item.obj = functools.wraps(function)(  # type: ignore[attr-defined]
            lambda *args, **kwargs: in_callgrind.counted(lambda: function(*args, **kwargs))
        )
        self.write(item.nodeid, 1, "")
        return (yield)

    def write(self, nodeid: str, calls: int, said: str) -> None:
        """Let the other process know that so many calls of a test come next."""
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
        value = None
        for _ in range(WARM_UP + CALLS):
            args, kwargs = given()
            value = in_callgrind.counted(functools.partial(function, *args, **kwargs))
        self._write(WARM_UP + CALLS, "")
        return value
