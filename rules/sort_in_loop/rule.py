"""A list that is sorted again each time that something was added to it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import builtin
from greenprof.lint.imports import imported
from greenprof.lint.length import SHORT, length_of, rounds_of
from greenprof.lint.local import stored_value, uses_of
from greenprof.lint.loops import CalledInLoop
from greenprof.lint.often import loop_or_calls
from greenprof.lint.plain import ORDERED, plain_items
from greenprof.lint.steady import starts_in
from greenprof.lint.tree import all_nodes

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


class SortInLoop(Rule):
    """Keeping a list in order by sorting all of it after each new item."""

    name = "sort-in-loop"
    group = "data-structures"
    message = "sorts the whole list again after each new item"
    hidden_loops = 1
    fix = "bisect.insort puts an item in its place; heapq, if only the smallest is taken; or sort once after the loop"
    needs_many = True
    screen = Screen(words=frozenset({"sort", "sorted"}), called=frozenset({"sort", "sorted"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something is sorted that is also added to."""
        lists = {ast.unparse(items) for call in piece.calls if (items := _sorted_list(call, piece)) is not None}
        nodes = piece.nodes if "loop" in piece.words else all_nodes(piece.scope.node)
        return any(_adds(one, name) for name in lists for one in nodes)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``items.append(x); items.sort()``, and ``sorted(items)`` of a list that grows in the same loop."""
        if here.method(node) not in ("sort", "sorted"):
            return None
        items = _sorted_list(here.read_call(node), here)
        loop = loop_or_calls(node, here) if items is not None else None
        if items is None or loop is None or not _grows_by_one(items, loop) or starts_in(items, loop):
            return None
        if here.kind(items) not in ("list", None) or SHORT in (length_of(items, here), rounds_of(loop)):
            return Hit(node, confidence="low")
        known = here.kind(items) == "list" and not isinstance(loop, CalledInLoop)
        return Hit(node, confidence="high" if known and not here.is_conditional() else "medium", items=items)

    def repair(self, site: Site) -> Repair | None:
        """``bisect.insort`` in place of ``append`` and ``sort`` right after it: safe if the list surely is in order."""
        match site.node:
            case ast.Call(func=ast.Attribute(value=items, attr="sort"), keywords=[]):
                statement = site.statement(site.node)
            case _:
                return None
        block = site.block(statement)
        before = block[block.index(statement) - 1] if block[0] is not statement else None
        match before:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[item]) as adds):
                if ast.unparse(owner) != ast.unparse(items):
                    return None
                insort, edits = imported(site, "bisect", "insort")
                better = f"{insort}({site.text(items)}, {site.argument(item)})"
                edits += (site.remove(before), site.replace(site.node, better))
                return Repair(edits, safe=_is_in_order(items, {adds, site.node}, site))
        return None


def _sorted_list(call: ast.Call, known: Piece | Place) -> ast.expr | None:
    """``items`` of ``items.sort()`` and ``sorted(items)``."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Name() | ast.Attribute() | ast.Subscript() as items, attr="sort"), args=[]
        ):
            return items
        case ast.Call(func=ast.Attribute(attr="sort") as function, args=[ast.Name() | ast.Attribute() as items]):
            return items if known.origins(function) <= {"builtins.list.sort", "numpy.sort"} else None
        case ast.Call(func=ast.Name(id="sorted"), args=[ast.List(elts=[ast.Starred(value=ast.Name() as items), _])]):
            return items if builtin(call, known) == "sorted" else None
        case ast.Call(func=ast.Name(id="sorted"), args=[ast.Name() | ast.Attribute() as items]):
            return items if builtin(call, known) == "sorted" else None
        case ast.Call(func=ast.Name(id="sorted"), args=[ast.BinOp(left=ast.Name() as items, op=ast.Add())]):
            return items if builtin(call, known) == "sorted" else None
    return None


def _grows_by_one(items: ast.expr, loop: Loop) -> bool:
    """Whether the loop adds to the list in each round, and not in a loop inside of it, which would be a batch."""
    name = ast.unparse(items)
    inner = [one for one in ast.walk(loop.code) if isinstance(one, ast.For | ast.While) and one is not loop.code]
    batches = {id(below) for one in inner for below in ast.walk(one)}
    return any(_adds(one, name) and id(one) not in batches for one in ast.walk(loop.code))


def _adds(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="append" | "insert")):
            grown = ast.unparse(owner) == name
            match owner:  # ``table.setdefault(key, []).append(x)`` adds to ``table[key]``
                case ast.Call(func=ast.Attribute(value=table, attr="setdefault"), args=[key, _]):
                    return f"{ast.unparse(table)}[{ast.unparse(key)}]" == name
            return grown
        case ast.Assign(
            targets=[target],
            value=ast.Call(func=ast.Name(id="sorted"), args=[ast.List(elts=[ast.Starred(value=items), _])]),
        ):
            return ast.unparse(target) == ast.unparse(items) == name
        case ast.AugAssign(target=target, op=ast.Add(), value=ast.List()):
            return ast.unparse(target) == name
        case ast.Assign(targets=[target], value=ast.Call(func=ast.Name(id="sorted"), args=[ast.BinOp(left=left)])):
            return ast.unparse(target) == ast.unparse(left) == name
    return False


_KEEPS_ORDER = frozenset(
    {"stored", "item", "slice", "sought", "tested", "iterated", "argument", "returned", "item deleted"}
)


def _is_in_order(items: ast.expr, pair: set[ast.AST], site: Site) -> bool:
    """Whether a list starts empty, and only this `pair` of calls adds to it."""
    uses = uses_of(items.id, site.scope, site.code) if isinstance(items, ast.Name) else None
    if uses is None or plain_items(items, site) not in ORDERED:
        return False
    empty = all(ast.unparse(stored_value(use) or use.name) in ("[]", "list()") for use in uses if use.how == "stored")
    return empty and all(
        use.how in _KEEPS_ORDER or use.whole in pair or (use.how == "method" and use.word in ("pop", "remove", "clear"))
        for use in uses
    )
