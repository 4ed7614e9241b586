"""A list of all that an iterator yields, made only to go through it once."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import builtin, shown
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.loops import is_few
from greenprof.lint.steady import changed_by, paths_in

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_MANY = frozenset({"product", "permutations", "combinations", "combinations_with_replacement"})
_LAZY = frozenset({"range", "zip", "enumerate", "map", "filter", "reversed"})
_CHAINS = frozenset(
    {"chain", "chain.from_iterable", "islice", "accumulate", "pairwise", "starmap", "zip_longest", "batched"}
)
_READS_ALL = frozenset({"sum", "min", "max", "any", "all", "set", "frozenset"})


class IteratorMadeAList(Rule):
    """``for x in list(iterator)`` keeps all items in memory, where one at a time would do."""

    name = "iterator-made-a-list"
    group = "memory"
    message = "keeps all items in memory to go through them once"
    fix = "leave list(…) out"
    screen = Screen(words=frozenset({"list", "tuple"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a list is made of an iterator."""
        return any(_iterator(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``for pair in list(itertools.combinations(items, 2))``, ``sum(list(range(n)))``."""
        if here.method(node) not in ("list", "tuple"):
            return None
        iterator = _iterator(here.read_call(node), here)
        if iterator is None or not _is_gone_through(node, here):
            return None
        name = _lazy_name(iterator, here)
        if all(is_few(one, here) for one in iterator.args) or (
            name == "zip" and iterator.args and isinstance(iterator.args[0], ast.Starred)
        ):
            return None
        if _is_changed_meanwhile(iterator, here):
            return None
        if name in _MANY:
            return Hit(node, fix=f"go through {shown(iterator)} itself")
        sure = "low" if length_of(iterator, here) == SHORT else "medium"
        return Hit(node, confidence=sure, fix=f"go through {shown(iterator)} itself")

    def repair(self, site: Site) -> Repair | None:
        """Without the list. Safe for what is not computed from other code's values while it is gone through."""
        inner = _iterator(site.node, site.piece) if isinstance(site.node, ast.Call) else None
        if inner is None:
            return None
        safe = builtin(inner, site) == "range" or _lazy_name(inner, site.piece) in _MANY
        return Repair((site.replace(site.node, site.text(inner)),), safe=safe)


def _iterator(call: ast.Call, known: Piece | Place) -> ast.Call | None:
    """``zip(a, b)`` of ``list(zip(a, b))``."""
    match call:
        case ast.Call(args=[ast.Call() as inner], keywords=[]) if builtin(call, known) in ("list", "tuple"):
            return inner if _lazy_name(inner, known) is not None else None
    return None


def _lazy_name(call: ast.Call, known: Piece | Place) -> str | None:
    name = builtin(call, known)
    if name is not None:
        return name if name in _LAZY else None
    origins = known.origins(call.func)
    origin = next(iter(origins)) if len(origins) == 1 else ""
    name = origin.removeprefix("itertools.")
    return name if origin != name and name in _MANY | _CHAINS else None


def _is_gone_through(node: cst.Call, here: Place) -> bool:
    """Whether the list is what a loop goes over, or the one argument of a function that reads all of it."""
    parent: Any = here.parent
    kind = type(parent).__name__
    if kind in ("For", "CompFor"):
        return parent.iter is node and parent.asynchronous is None
    if kind != "Arg":
        return False
    call: Any = here.trail[-2]
    return type(call).__name__ == "Call" and len(call.args) == 1 and builtin(here.read_call(call), here) in _READS_ALL


def _is_changed_meanwhile(iterator: ast.Call, here: Place) -> bool:
    """Whether the loop changes what the iterator reads: then the copy has its reason."""
    parent: Any = here.parent
    if type(parent).__name__ != "For":
        return False
    code = here.read_statement(parent)
    changed = {path.partition(".")[0] for one in ast.walk(code) for path in changed_by(one)}
    calls = {path.partition(".")[0] for path in paths_in(iterator) if path.startswith(("self.", "cls."))}
    return not changed.isdisjoint(path.partition(".")[0] for path in paths_in(iterator)) or bool(calls)
