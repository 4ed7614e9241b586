"""A thread or process started for each item of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called
from greenprof.lint.length import SHORT, UNKNOWN, rounds_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_STARTED = frozenset({"threading.Thread", "multiprocessing.Process", "multiprocessing.context.Process"})
_WORKERS = re.compile(r"worker|thread|proc|cpu|core|jobs|parallel|concurren|rank|gpu|device|shard|queue", re.IGNORECASE)


class ThreadPerItem(Rule):
    """A pool starts a few and hands them the items, one after another."""

    name = "thread-per-item"
    group = "idle"
    message = "starts and ends a thread or process in each round of this loop"
    fix = "let the workers of one pool do all of it: with ThreadPoolExecutor() as pool: pool.map(work, items)"
    screen = Screen(words=frozenset({"Thread", "Process"}), mentions=frozenset({"threading", "multiprocessing"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it makes a thread or process."""
        return any(called(call, piece, _STARTED) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``for item in items: Thread(target=work, args=(item,)).start()``."""
        call = here.read_call(node)
        if not called(call, here, _STARTED):
            return None
        loop = here.many(node)
        if loop is None or loop.iterable is None or not any(loop.changes(word.value) for word in call.keywords):
            return None
        if _WORKERS.search(ast.unparse(loop.iterable)) or _WORKERS.search(loop.target):
            return None  # that many workers are wanted
        rounds = rounds_of(loop)
        return None if rounds == SHORT else Hit(node, confidence="medium" if rounds == UNKNOWN else "high")
