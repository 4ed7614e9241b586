"""A list of all that an iterator yields, made only to go through it once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few
from greenprof.lint.calls import builtin, last_name, shown
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.steady import changed_by, is_reader, only_reads, paths_in
from greenprof.lint.uses import assigned_name, sole_use

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
    hidden_loops = 1
    fix = "leave list(…) out"
    needs_many = True
    screen = Screen(words=frozenset({"list", "tuple", "all", "any", *_LAZY}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a list is made of an iterator."""
        return (
            any(_may_be_needless(one, piece) for one in (*_gone_through(piece), *_given(piece)))
            or any(_makes_list(one.value) and _is_large(one.value, piece) for one in piece.of(ast.Assign))
            or any(
                isinstance(one.args[0], ast.ListComp)
                for one in piece.calls
                if one.args and last_name(one) in ("any", "all")
            )
        )

    def visit_ListComp(self, node: cst.ListComp, here: Place) -> Hit | None:
        """``any([x.ok for x in xs])``, which computes all before it looks at the first."""
        call: Any = here.trail[-2] if type(here.parent).__name__ == "Arg" else None
        if (
            type(call).__name__ != "Call"
            or len(call.args) != 1
            or builtin(here.read_call(call), here) not in ("any", "all")
        ):
            return None
        made = here.read(node)
        if not only_reads(made, here):
            return None  # what it calls may be meant to be called for all
        items = made.generators[0].iter if isinstance(made, ast.ListComp) else None
        few = items is not None and length_of(items, here) == SHORT
        fix = "leave the brackets out: it stops at the first answer"
        return Hit(node, confidence="low" if few else "medium", fix=fix, searched=items)

    def visit_List(self, node: cst.List, here: Place) -> Hit | None:
        """``for row in [*map(f, rows)]``."""
        made = here.read(node)
        match made:
            case ast.List(elts=[ast.Starred(value=ast.Call() as inner)]) if _lazy_name(inner, here) is not None:
                return self._hit(node, inner, here)
        return None

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``for pair in list(itertools.combinations(items, 2))``, ``sum(list(range(n)))``."""
        if here.method(node) not in ("list", "tuple"):
            return None
        iterator = _iterator(here.read_call(node), here)
        return self._hit(node, iterator, here) if iterator is not None else None

    def _hit(self, node: cst.Call | cst.List, iterator: ast.Call | ast.GeneratorExp, here: Place) -> Hit | None:
        if not _is_gone_through(node, here) or _is_changed_meanwhile(iterator, here):
            return None
        if isinstance(iterator, ast.GeneratorExp):
            return Hit(node, confidence="medium", fix=f"go through {shown(iterator)} itself")
        name = _lazy_name(iterator, here)
        if (iterator.args and all(is_few(one, here) for one in iterator.args)) or (
            name == "zip" and iterator.args and isinstance(iterator.args[0], ast.Starred)
        ):
            return None
        if name in _MANY:
            return Hit(node, fix=f"go through {shown(iterator)} itself")
        sure = "low" if length_of(iterator, here) == SHORT else "medium"
        return Hit(node, confidence=sure, fix=f"go through {shown(iterator)} itself")

    def repair(self, site: Site) -> Repair | None:
        """Without the list. Safe for what is not computed from other code's values while it is gone through."""
        inner = _iterator(site.node, site.piece) if isinstance(site.node, ast.Call) else None
        if not isinstance(inner, ast.Call) or isinstance(site.statement(site.node), ast.Assign):
            return None
        safe = builtin(inner, site) == "range" or _lazy_name(inner, site.piece) in _MANY
        return Repair((site.replace(site.node, site.text(inner)),), safe=safe)


def _gone_through(piece: Piece) -> Iterator[ast.expr]:
    """What the loops of a piece go through."""
    yield from (one.iter for one in piece.of(ast.For, ast.comprehension))


def _given(piece: Piece) -> Iterator[ast.expr]:
    """The one argument of functions that read all of it."""
    yield from (one.args[0] for one in piece.calls if len(one.args) == 1 and last_name(one) in _READS_ALL)


def _may_be_needless(node: ast.expr, piece: Piece) -> bool:
    """A quick look: whether `node` is a list that is made of an iterator."""
    match node:
        case ast.Call():
            return _makes_list(node) and _iterator(node, piece) is not None
        case ast.List(elts=[ast.Starred(value=ast.Call() as inner)]):
            return _lazy_name(inner, piece) is not None
    return False


def _makes_list(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and last_name(node) in ("list", "tuple")


def _iterator(call: ast.Call, known: Piece | Place) -> ast.Call | ast.GeneratorExp | None:
    """``zip(a, b)`` of ``list(zip(a, b))``."""
    match call:
        case ast.Call(args=[ast.GeneratorExp() as made], keywords=[]):
            return made if builtin(call, known) in ("list", "tuple") else None
        case ast.Call(args=[ast.Call() as inner], keywords=[]) if builtin(call, known) in ("list", "tuple"):
            return inner if _lazy_name(inner, known) is not None else None
    return None


def _lazy_name(call: ast.Call, known: Piece | Place) -> str | None:
    name = builtin(call, known)
    if name is not None:
        return name if name in _LAZY else None
    if known.origins(call) == {"builtins.generator()"}:
        return "generator"
    origins = known.origins(call.func)
    origin = next(iter(origins)) if len(origins) == 1 else ""
    name = origin.removeprefix("itertools.")
    return name if origin != name and name in _MANY | _CHAINS else None


def _is_gone_through(node: cst.Call, here: Place) -> bool:
    """Whether the list is what a loop goes over, or the one argument of a function that reads all of it."""
    parent: Any = here.parent
    kind = type(parent).__name__
    if use := sole_use(node, here):
        return _is_loop_over(use) and here.many(node) is None and _is_large(here.read(node), here)
    if kind in ("For", "CompFor"):
        return parent.iter is node and parent.asynchronous is None
    if kind != "Arg":
        return False
    call: Any = here.trail[-2]
    return type(call).__name__ == "Call" and len(call.args) == 1 and builtin(here.read_call(call), here) in _READS_ALL


def _is_large(made: ast.expr, known: Piece | Place) -> bool:
    """Whether a list that has a name holds combinations: so many that they are not kept for a reader's sake."""
    inner = made.args[0] if isinstance(made, ast.Call) and made.args else None
    return isinstance(inner, ast.Call) and _lazy_name(inner, known) in _MANY


def _is_loop_over(use: list[ast.AST]) -> bool:
    """Whether the one use of a name is a ``for`` statement of its function, in no other loop, that goes over it."""
    match use:
        case [name, ast.For(iter=items), *outer]:
            return items is name and not any(isinstance(one, ast.For | ast.While | ast.AsyncFor) for one in outer)
    return False


def _is_changed_meanwhile(iterator: ast.Call | ast.GeneratorExp, here: Place) -> bool:
    """Whether the loop changes what the iterator reads, or calls what might: then the copy has its reason."""
    parent: Any = here.parent
    if type(parent).__name__ == "For":
        code: ast.AST = here.read_statement(parent)
    elif assigned_name(parent.value, here) if type(parent).__name__ == "Assign" else None:
        code = sole_use(parent.value, here)[1]
    else:
        return False
    changed = {path.partition(".")[0] for one in ast.walk(code) for path in changed_by(one)}
    if not changed.isdisjoint(path.partition(".")[0] for path in paths_in(iterator)):
        return True
    body = [one for statement in getattr(code, "body", []) for one in ast.walk(statement)]
    shared = any(path.startswith(("self.", "cls.")) for path in paths_in(iterator))
    busy = any(isinstance(one, ast.Await) or (isinstance(one, ast.Call) and not is_reader(one, here)) for one in body)
    return shared and busy
