"""All items copied into a list, to take the first."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import builtin, keys_of, shown
from greenprof.lint.length import LONG, SHORT, length_of
from greenprof.lint.loops import is_few
from greenprof.lint.steady import only_reads, starts_in

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_VIEWS = frozenset({"keys", "values", "items"})


class ListCopyForFirstItem(Rule):
    """``list(items)[0]`` copies all of them; ``next(iter(items))`` takes one."""

    name = "list-copy-for-first-item"
    group = "memory"
    message = "copies all items to take the first one"
    fix = "next(iter(items))"
    screen = Screen(words=frozenset({"list", "tuple", "for"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether the first item of a fresh list is taken."""
        return any(_copied(one, piece) is not None for one in piece.of(ast.Subscript))

    def visit_Subscript(self, node: cst.Subscript, here: Place) -> Hit | None:
        """``list(table)[0]``, ``list(table.values())[-1]``, ``[x for x in items if x.ok][0]``."""
        if type(node.value).__name__ not in ("Call", "ListComp"):
            return None
        code = here.read(node)
        copied = _copied(code, here) if isinstance(code, ast.Subscript) else None
        if copied is None or not isinstance(code, ast.Subscript):
            return None
        if isinstance(copied, ast.ListComp):
            if is_few(copied.generators[0].iter, here):
                return None
            length = length_of(copied.generators[0].iter, here)
            sure = "low" if length == SHORT else "high" if length == LONG and only_reads(copied, here) else "medium"
            return Hit(node, confidence=sure, message="makes a whole list to take its first item", fix=_first(copied))
        if is_few(copied, here):
            return None
        first = _number(code.slice) == 0
        sure = "high" if length_of(copied, here) == LONG or _is_kept_in_loop(copied, node, here) else "medium"
        return Hit(
            node, confidence=sure, fix=f"next(iter({shown(copied)}))" if first else f"next(reversed({shown(copied)}))"
        )

    def repair(self, site: Site) -> Repair | None:
        """``next(iter(items))``: where there is none, that is StopIteration and not IndexError."""
        code = site.node
        copied = _copied(code, site.piece) if isinstance(code, ast.Subscript) else None
        if copied is None or not isinstance(code, ast.Subscript):
            return None
        if isinstance(copied, ast.ListComp):
            better = f"next({site.text(copied)[1:-1].strip()})"
        else:
            way = "iter" if _number(code.slice) == 0 else "reversed"
            better = f"next({way}({site.argument(copied)}))"
        return Repair((site.replace(code, better),), safe=False)


def _is_kept_in_loop(copied: ast.expr, node: cst.Subscript, here: Place) -> bool:
    """Whether the same collection, known as one, is copied in each round of a loop."""
    loop = here.many(node)
    known = here.kind(keys_of(copied) or copied) in ("dict", "set", "list", "deque")
    return loop is not None and known and length_of(copied, here) != SHORT and not starts_in(copied, loop)


def _copied(code: ast.Subscript, known: Piece | Place) -> ast.expr | None:
    """``items`` of ``list(items)[0]``; the comprehension of ``[…][0]``; a dict's view also of ``[-1]``."""
    place = _number(code.slice)
    if place not in (0, -1):
        return None
    match code.value:
        case ast.ListComp(generators=[ast.comprehension(is_async=0), *_]) as made:
            return made if place == 0 else None
        case ast.Call(args=[ast.expr() as items], keywords=[]) as call:
            if isinstance(items, ast.Starred) or builtin(call, known) not in ("list", "tuple"):
                return None
            view = isinstance(items, ast.Call) and isinstance(items.func, ast.Attribute) and items.func.attr in _VIEWS
            return items if place == 0 or view or known.kind(items) == "dict" else None
    return None


def _number(index: ast.expr) -> int | None:
    match index:
        case ast.Constant(value=int() as value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
    return None


def _first(made: ast.ListComp) -> str:
    return f"stop at the first: next({shown(ast.GeneratorExp(made.elt, made.generators)).strip('()')})"
