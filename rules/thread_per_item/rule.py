"""A thread or process started for each item of a loop."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import called
from greenprof.lint.length import SHORT, rounds_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_STARTED = frozenset(
    {"threading.Thread", "multiprocessing.Process", "multiprocessing.context.Process", "_thread.start_new_thread"}
    | {"multiprocessing.get_context().Process"}
)
_NAMES = frozenset({"Thread", "Process", "start_new_thread"})
_WORKERS = re.compile(r"worker|thread|proc|cpu|core|jobs|parallel|concurren|rank|gpu|device|shard|queue", re.IGNORECASE)


class ThreadPerItem(Rule):
    """A pool starts a few and hands them the items, one after another."""

    name = "thread-per-item"
    group = "idle"
    message = "starts and ends a thread or process in each round of this loop"
    fix = "let the workers of one pool do all of it: with ThreadPoolExecutor() as pool: pool.map(work, items)"
    needs_many = True
    screen = Screen(words=_NAMES, mentions=frozenset({"threading", "multiprocessing", "_thread"}))

    def words_of(self, tree: ast.Module) -> frozenset[str]:
        """What makes a thread or process, and the classes of the file that are one."""
        classes = [one for one in tree.body if isinstance(one, ast.ClassDef)]
        return _NAMES | {one.name for one in classes if any(map(_is_named_thread, one.bases))}

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it makes a thread or process."""
        return any(_starts(call, piece) for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``for item in items: Thread(target=work, args=(item,)).start()``."""
        call = here.read_call(node)
        if not _starts(call, here):
            return None
        loop = here.many(node)
        given = [*call.args, *(word.value for word in call.keywords if word.arg != "name")]
        if loop is None or loop.iterable is None or not any(map(loop.changes, given)):
            return None
        if _WORKERS.search(ast.unparse(loop.iterable)) or _WORKERS.search(loop.target):
            return None  # that many workers are wanted
        return None if rounds_of(loop) == SHORT else Hit(node)


def _starts(call: ast.Call, known: Piece | Place) -> bool:
    """Whether it makes a thread or process, or an object of a class of the file that is one."""
    if called(call, known, _STARTED):
        return True
    if not isinstance(call.func, ast.Name):
        return False
    names = [one for one in known.scope.module.node.body if isinstance(one, ast.ClassDef) and one.name == call.func.id]
    return len(names) == 1 and any(
        _is_named_thread(base) and bool(found := known.scope.module.origins(base)) and found <= _STARTED
        for base in names[0].bases
    )


def _is_named_thread(base: ast.expr) -> bool:
    return (base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else "") in _NAMES
