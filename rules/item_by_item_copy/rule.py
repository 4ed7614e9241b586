"""A loop that puts items into another collection one by one, unchanged."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import builtin, last_name, shown
from greenprof.lint.hoist import is_forgotten
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.plain import is_iterable, is_surely
from greenprof.lint.steady import path_of, paths_in

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


_TAKE = {"extend": ("list", "deque", None), "update": ("dict", None)}
# Not a Counter, whose update adds.
_TAKE_UPDATE = {"builtins.dict()", "collections.defaultdict()", "collections.OrderedDict()"}
_GIVE_TUPLES = frozenset({"items", "enumerate", "zip", "zip_longest", "most_common", "product", "combinations"})


class ItemByItemCopy(Rule):
    """``for x in xs: out.append(x)`` is ``out.extend(xs)``, which CPython does without a loop in Python."""

    name = "item-by-item-copy"
    group = "loops"
    message = "adds one item at a time, where one call adds all of them"
    fix = "extend for a list, update for a dict"
    needs_many = True
    screen = Screen(words=frozenset({"for"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a loop only copies."""
        return any(_copies_somehow(one) is not None for one in piece.of(ast.For))

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for x in xs: out.append(x)``; ``for k, v in d.items(): e[k] = v``."""
        if node.asynchronous is not None or node.orelse is not None:
            return None
        loop = here.read_statement(node)
        copied = _copies_somehow(loop) if isinstance(loop, ast.For) else None
        if copied is None or not isinstance(loop, ast.For):
            return None
        target, better = copied
        if isinstance(target, ast.Name) and target.id == "self":
            return None  # how the class itself makes its update or extend: it would call itself for ever
        kind = _kind(target, here)
        numbered = better == "update" and builtin(loop.iter, here) == "enumerate"  # the places of a list or an array
        if kind not in (_TAKE[better][:1] if numbered else _TAKE[better]) or path_of(target) in paths_in(loop.iter):
            return None
        own_names = {one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
        if not own_names.isdisjoint(one.id for one in ast.walk(target) if isinstance(one, ast.Name)):
            return None
        items = _counted(loop.iter) or loop.iter
        return Hit(
            node,
            confidence=_certainty(kind, better, items, here),
            fix=f"{shown(target)}.{better}({shown(_all_items(loop, better))})",
            items=items,
        )

    def repair(self, site: Site) -> Repair | None:
        """``extend`` or ``update``, if nothing behind the loop reads its variables."""
        loop = site.node
        copied = _copies(loop) if isinstance(loop, ast.For) else None
        if copied is None or not isinstance(loop, ast.For):
            return None
        out, better = copied
        names = [one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)]
        if not all(is_forgotten(name, loop, site) for name in names):
            return None
        if better == "update":
            return _update(loop, out, site)
        if isinstance(loop.target, ast.Tuple) and not _gives_tuples(loop.iter):
            return None  # lists or rows, where the loop puts in tuples
        items = loop.iter
        safe = is_surely(out, "list", site) or is_surely(out, "deque", site)
        known = is_iterable(items, site)
        safe = safe and known and isinstance(out, ast.Name) and isinstance(items, ast.Name)
        edits = site.replace_block(loop, f"{site.text(out)}.extend({site.argument(items)})")
        return Repair(edits, safe=safe)


def _gives_tuples(items: ast.expr) -> bool:
    return isinstance(items, ast.Call) and last_name(items) in _GIVE_TUPLES


def _update(loop: ast.For, out: ast.expr, site: Site) -> Repair | None:
    """For a dict only: what else takes items by their keys, as a list or headers do, mostly has no ``update``."""
    origins = site.origins(out)
    if not origins or not origins <= _TAKE_UPDATE:
        return None
    items = _all_items(loop, "update")
    known = is_surely(items, "dict", site)
    if items is not loop.iter and not known:
        items = loop.iter  # a dict of lists may give other values by its items than as a dict
    elif not known and not _are_pairs(items, site):
        return None
    elif isinstance(loop.target, ast.Tuple) and items is loop.iter and known:
        return None  # a dict whose keys are pairs
    safe = origins == {"builtins.dict()"} and known and isinstance(out, ast.Name) and isinstance(items, ast.Name)
    edits = site.replace_block(loop, f"{site.text(out)}.update({site.argument(items)})")
    return Repair(edits, safe=safe)


def _are_pairs(items: ast.expr, site: Site) -> bool:
    """Whether it surely has no keys of its own, for which ``update`` would ask first."""
    return site.kind(items) in ("list", "generator") or builtin(items, site) in _GIVE_TUPLES


def _certainty(kind: str | None, better: str, items: ast.expr, here: Place) -> str:
    """Medium at most: it saves a step of the interpreter for each item."""
    fits = kind in ("list", "deque") if better == "extend" else kind == "dict"
    return "medium" if fits and length_of(items, here) != SHORT else "low"


def _kind(target: ast.expr, here: Place) -> str | None:
    """The kind of what is added to; also of ``table.setdefault(key, [])`` and of the items of ``defaultdict(list)``."""
    match target:
        case ast.Call(func=ast.Attribute(attr="setdefault"), args=[_, default]):
            return here.kind(default)
        case ast.Subscript(value=ast.Name(id=name)):
            match here.scope.value(name):
                case ast.Call(args=[ast.Name(id="list" | "dict" | "deque" as made), *_]) as call:
                    return made if here.origins(call.func) == {"collections.defaultdict"} else None
    return here.kind(target)


def _counted(iterable: ast.expr) -> ast.expr | None:
    """``xs`` of ``range(len(xs))``."""
    match iterable:
        case ast.Call(func=ast.Name(id="range"), args=[ast.Call(func=ast.Name(id="len"), args=[items])]):
            return items
    return None


def _copies_somehow(loop: ast.For) -> tuple[ast.expr, str] | None:
    """As `_copies`, and in ways that the repair does not know."""
    items, target = _counted(loop.iter), loop.target
    match loop.body:
        case [ast.Expr(value=ast.Call(func=ast.Attribute(value=out, attr="append"), args=[ast.Subscript() as item]))]:
            indexed = items is not None and ast.unparse(item) == f"{ast.unparse(items)}[{ast.unparse(target)}]"
            return (out, "extend") if indexed else None
        case [ast.Expr(value=ast.Call(func=ast.Attribute(value=out, attr="update"), args=[ast.Dict() as pair]))]:
            whole = ast.Tuple([*pair.keys, *pair.values])  # type: ignore[list-item]
            same = len(pair.values) == 1 and pair.keys[0] is not None and ast.unparse(whole) == ast.unparse(target)
            return (out, "update") if same else None
        case [ast.Expr(value=ast.Call(func=ast.Attribute(value=out, attr="insert"), args=[place, item]))]:
            at_end = ast.unparse(place) == f"len({ast.unparse(out)})" and ast.unparse(item) == ast.unparse(target)
            return (out, "extend") if at_end else None
    return _copies(loop)


def _copies(loop: ast.For) -> tuple[ast.expr, str] | None:
    """What is added to, and the method that adds all; None if the loop does anything else."""
    match loop.body:
        case [ast.Expr(value=ast.Call(func=ast.Attribute(value=out, attr="append"), args=[item], keywords=[]))]:
            return (out, "extend") if ast.unparse(item) == ast.unparse(loop.target) else None
        case [ast.AugAssign(target=out, op=ast.Add(), value=ast.List(elts=[item]))]:
            return (out, "extend") if ast.unparse(item) == ast.unparse(loop.target) else None
        case [ast.Assign(targets=[ast.Subscript(value=out, slice=key)], value=value)]:
            match loop.target, loop.iter:
                case ast.Tuple(elts=[ast.Name(id=one), ast.Name(id=two)]), _:
                    same = (
                        isinstance(key, ast.Name) and key.id == one and isinstance(value, ast.Name) and value.id == two
                    )
                    return (out, "update") if same else None
                case ast.Name(id=one), ast.Name(id=table):
                    return (
                        (out, "update") if (ast.unparse(key), ast.unparse(value)) == (one, f"{table}[{one}]") else None
                    )
    return None


def _all_items(loop: ast.For, better: str) -> ast.expr:
    """``d`` of ``d.items()``: ``update`` takes the dict itself."""
    match loop.iter:
        case ast.Call(func=ast.Attribute(value=table, attr="items"), args=[]) if better == "update":
            return table
    return _counted(loop.iter) or loop.iter
