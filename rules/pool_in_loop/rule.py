"""A pool of threads or processes made anew in each round of a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called
from greenprof.lint.clients import call_in, depends_on, is_kept
from greenprof.lint.loops import CalledInLoop
from greenprof.lint.often import loop_or_calls

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_MODULES = ("concurrent.futures", "concurrent.futures.thread", "concurrent.futures.process")
_POOLS = frozenset(
    {f"{module}.{kind}PoolExecutor" for module in _MODULES for kind in ("Thread", "Process")}
    | {"multiprocessing.Pool", "multiprocessing.pool.Pool", "multiprocessing.pool.ThreadPool"}
    | {"multiprocessing.dummy.Pool", "multiprocessing.get_context().Pool"}
)
_NAMES = frozenset({one.rpartition(".")[2] for one in _POOLS})


class PoolInLoop(Rule):
    """A pool is there to be used again: its threads or processes start once."""

    name = "pool-in-loop"
    group = "idle"
    message = "starts and ends a pool of workers in each round of this loop"
    fix = "make the pool once, before the loop, and hand it the work of all rounds"
    needs_many = True
    screen = Screen(words=_NAMES, called=_NAMES)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it makes a pool."""
        return any(called(call, piece, _POOLS) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``for batch in batches: with ThreadPoolExecutor() as pool: …``."""
        call = here.read_call(node)
        if not called(call, here, _POOLS):
            return None
        # A loop that takes some items at a time, each time with a pool of its own, starts a pool for each of them.
        batches = next((one for one in here.loops(node) if one.is_batched and not one.left_after), None)
        loop = loop_or_calls(node, here) or batches
        # A pool whose size, or whose start, is another one in each round cannot be kept.
        if loop is None or depends_on(call, loop):
            return None
        if isinstance(loop, CalledInLoop):
            real = call_in(here.piece, call)
            if real is None or is_kept(real, here.piece):
                return None
            return Hit(node, confidence="medium", message="starts and ends a pool of workers each time this is called")
        return Hit(node, confidence="medium" if loop.is_while or loop is batches else "high")
