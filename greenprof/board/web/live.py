"""Live updates by server-sent events. One look at the store a second, whoever watches; a part is made once for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool

from greenprof.board import event
from greenprof.board.web.context import Board
from greenprof.errors import GreenprofError

LOOK_S = 1.0
KEEP_S = 20.0  # a comment now and then, so that what is between here and there does not cut the line
_REMEMBERED = 200


class Live:
    """Tells everybody who watches when the board has changed."""

    def __init__(self, board: Board, ending: Callable[[], bool] = lambda: False) -> None:
        """`ending` tells when the server is about to end."""
        self.board, self.state, self.viewers, self._ending = board, "", 0, ending
        self.closing = False
        self._changed = asyncio.Condition()
        self._parts: dict[tuple[str, ...], asyncio.Task[str]] = {}

    async def look(self) -> None:
        """Look at the store for as long as the server runs."""
        while not self.closing:
            with suppress(GreenprofError):  # the database is away: what is shown stays
                state = await run_in_threadpool(event.state_of, self.board.store)
                if state != self.state:
                    await self._tell(state)
            await asyncio.sleep(LOOK_S)
            self.closing = self.closing or self._ending()
        await self._tell(self.state)

    async def _tell(self, state: str) -> None:
        async with self._changed:
            if state != self.state:
                self._parts.clear()
            self.state = state
            self._changed.notify_all()

    async def stream(self, seen: str, key: tuple[str, ...], make: Callable[[], str]) -> AsyncIterator[bytes]:
        """The events of one viewer, who has seen the state `seen`; `make` makes the part of the page, once a `key`."""
        self.viewers += 1
        try:
            yield b"retry: 3000\n\n"
            while not self.closing:
                if self.state and self.state != seen:
                    state = self.state
                    try:
                        part = await self._part(key, make)
                    except GreenprofError:
                        self._parts.pop(key, None)
                        await asyncio.sleep(LOOK_S)
                        continue
                    seen = state
                    yield told("changed", seen, part)
                elif not await self._wait(seen):
                    yield b": still here\n\n"
        finally:
            self.viewers -= 1

    async def _wait(self, seen: str) -> bool:
        async with self._changed:
            try:
                await asyncio.wait_for(
                    self._changed.wait_for(lambda: self.closing or self.state not in ("", seen)), KEEP_S
                )
            except TimeoutError:
                return False
        return True

    async def _part(self, key: tuple[str, ...], make: Callable[[], str]) -> str:
        if len(self._parts) >= _REMEMBERED:
            self._parts.clear()
        if key not in self._parts:
            self._parts[key] = asyncio.create_task(run_in_threadpool(make))
        return await asyncio.shield(self._parts[key])


def told(name: str, number: str, text: str) -> bytes:
    """One event; a text of several lines is several lines of data."""
    data = "\n".join(f"data: {line}" for line in text.splitlines())
    return f"id: {number}\nevent: {name}\n{data}\n\n".encode()
