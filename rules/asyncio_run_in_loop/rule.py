"""An event loop made for each round of a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen

if TYPE_CHECKING:
    import ast

    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_STARTS = frozenset({"asyncio.run", "asyncio.new_event_loop", "anyio.run", "trio.run", "asyncio.Runner", "uvloop.run"})
# In a thread of a server they hand the coroutine to the event loop that runs already; elsewhere they make one.
_STARTS_IF_NONE_RUNS = frozenset({"asgiref.sync.async_to_sync()", "asgiref.sync.AsyncToSync()"})


class AsyncioRunInLoop(Rule):
    """One event loop runs all coroutines, and side by side."""

    name = "asyncio-run-in-loop"
    group = "network"
    cost = "cpu"
    surest = "medium"
    message = "makes, runs and closes an event loop in each round of this loop"
    fix = "move the loop into a coroutine, and run that once"
    needs_many = True
    screen = Screen(
        words=frozenset({"run", "new_event_loop", "Runner", "async_to_sync", "AsyncToSync"}),
        mentions=frozenset({"asyncio", "anyio", "trio", "uvloop", "asgiref"}),
    )

    def worth_reading(self, piece: Piece) -> bool:
        """Whether one of its calls starts an event loop."""
        return any(_starts(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``asyncio.run(fetch(url))``."""
        if not _starts(here.read_call(node), here.piece):
            return None
        loop = here.many(node)
        if loop is None or loop.is_endless:
            return None
        if not _STARTS_IF_NONE_RUNS.isdisjoint(here.origins(node.func)):
            return Hit(node, confidence="low")
        # A handful of event loops is made in a millisecond, and what they wait for takes longer.
        return Hit(node, confidence="medium" if loop.is_while else "high", unless_many="medium")


def _starts(call: ast.Call, piece: Piece) -> bool:
    return not (_STARTS | _STARTS_IF_NONE_RUNS).isdisjoint(piece.origins(call.func))
