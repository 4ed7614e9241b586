"""Sorting everything to take the first or the last few."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few, whole_number
from greenprof.lint.calls import builtin, last_name, shown
from greenprof.lint.imports import imported
from greenprof.lint.length import LONG, SHORT, length_of
from greenprof.lint.plain import ORDERED, plain_items
from greenprof.lint.tree import own_nodes
from greenprof.lint.uses import assigned_name

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint import Edit
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope
    from greenprof.lint.site import Site

MOST = 10  # a heap of so many is still much quicker than sorting
_ENDS = {0: "min", -1: "max"}
_BACKWARDS = {"min": "max", "max": "min"}


class SortedForExtreme(Rule):
    """``sorted(items)[0]`` is ``min(items)``."""

    name = "sorted-for-extreme"
    group = "data-structures"
    surest = "medium"
    message = "sorts everything to take one end of it"
    hidden_loops = 1
    fix = "min or max; for the first few, heapq.nsmallest or nlargest"
    needs_many = True
    screen = Screen(words=frozenset({"sorted", "sort", "sort_values"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a sorted list stands where an end may be taken of it."""
        return any(
            isinstance(one, ast.Call) and last_name(one) in self.screen.words
            for node in piece.nodes
            for one in _used_by(node)
            if not isinstance(node, ast.Assign) or _takes_end(node, piece.scope)
        )

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sorted(items)[0]``, ``sorted(items)[:3]``, ``sorted(items).pop()``; also by way of a name."""
        if here.method(node) == "sort_values":
            return _of_frame(node, here)
        if here.method(node) not in ("sorted", "sort"):
            return None
        call = here.read_call(node)
        known = builtin(call, here) == "sorted" or here.origins(call.func) == {"numpy.sort"}
        if not known or not call.args or is_few(call.args[0], here):
            return None
        ends = _ends_taken(node, here)
        if not ends:
            return None
        names = sorted({_named(end, call) for end in ends})
        words = " and ".join(f"{name}({shown(call.args[0])}{_key(call)})" for name in names)
        length = length_of(call.args[0], here)
        shorter = all(" " not in end for end in ends)  # min is less to read than sorted, too; heapq is more
        sure = "low" if length == SHORT else "medium" if shorter and length != LONG else "high"
        return Hit(node, confidence=sure, fix=f"{words}, without sorting", items=call.args[0], always=shorter)

    def repair(self, site: Site) -> Repair | None:
        """Nothing in, another error out; and ``[-1]`` took the last of equals, ``max`` takes the first."""
        call, taken = site.node, site.parent(site.node)
        if not isinstance(call, ast.Call) or not isinstance(taken, ast.Subscript) or taken.value is not call:
            return None
        if builtin(call, site) != "sorted":
            return None
        end = _end(taken.slice)
        if end is None:
            return None
        backwards = [word.value for word in call.keywords if word.arg == "reverse"]
        if any(word.arg not in ("key", "reverse") for word in call.keywords) or not all(map(_is_flag, backwards)):
            return None
        edits: tuple[Edit, ...] = ()
        name = _named(end, call)
        if " " in end:
            name, edits = imported(site, *name.split("."))
            edits += (site.insert_argument(call, end.split()[1]),)
        edits += tuple(site.remove_argument(call, one) for one in backwards)
        rest = "[::-1]" if _is_tail(end, taken) else ""
        edits += (site.replace(call.func, name), site.replace_end(call, taken, rest))
        safe = " " in end and not any(word.arg == "key" for word in call.keywords)
        return Repair(edits, safe=safe and plain_items(call.args[0], site) in ORDERED)


def _used_by(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that `node` may take an end of, or give a name to."""
    match node:
        case ast.Subscript(value=items) | ast.Attribute(value=items, attr="pop") | ast.NamedExpr(value=items):
            yield items
        case ast.Assign(value=items) | ast.AnnAssign(value=ast.expr() as items):
            yield items
        case ast.Call(func=ast.Name(id="iter" | "list" | "reversed" | "islice"), args=[items, *_]):
            yield items
        case ast.Attribute(value=items, attr="iloc" | "head" | "tail"):
            yield items
        case ast.For(iter=items, body=[*_, ast.Break() | ast.Return()]):
            yield items


def _ends_taken(node: cst.Call, here: Place) -> set[str]:  # noqa: PLR0911  (one return per form)
    """``min``, ``max``, ``nsmallest 3``, ``nlargest 3``: all that becomes of the sorted list; empty if it is more."""
    name = assigned_name(node, here)
    if name is not None:
        return _ends_of_name(name, here.scope)
    trail: list[Any] = here.trail[-2:]
    above: Any = trail[-1] if trail else None
    kind = type(above).__name__
    if kind == "Assign" and above.value is node:
        return {"min"} if _is_first_unpacked(above) else set()
    if kind == "For" and above.iter is node:
        loop = here.read_statement(above)
        leaves = isinstance(loop, ast.For) and isinstance(loop.body[-1], ast.Break | ast.Return)
        skips = any(isinstance(one, ast.Continue) for one in ast.walk(loop))
        return {"min"} if leaves and not skips else set()
    if kind == "Arg" and here.method(trail[0]) in ("list", "reversed") and len(trail[0].args) == 1:
        return _ends_of_wrapped(trail[0], here)
    if kind == "Arg" and here.origin(trail[0].func) == "itertools.islice" and len(trail[0].args) == 2:
        count = whole_number(here.read_call(trail[0]).args[1])
        return {f"nsmallest {count}"} if count is not None and 0 < count <= MOST else set()
    if kind == "Subscript" and above.value is node:
        code = here.read(above)
        end = _end(code.slice) if isinstance(code, ast.Subscript) else None
        return {end} if end else set()
    if kind == "Attribute" and above.attr.value == "pop" and type(trail[0]).__name__ == "Call":
        arguments = here.read_call(trail[0]).args
        end = _end(arguments[0] if arguments else ast.Constant(-1))
        return {end} if end in ("min", "max") else set()
    if kind == "Arg" and here.method(trail[0]) == "iter":
        return {"min"} if len(here.trail) > 3 and here.method(here.trail[-4]) == "next" else set()
    return set()


def _is_first_unpacked(assign: Any) -> bool:
    """``first, *_ = …``."""
    names = getattr(assign.targets[0].target, "elements", ()) if len(assign.targets) == 1 else ()
    starred = len(names) == 2 and type(names[1]).__name__ == "StarredElement"
    return starred and str(getattr(names[1].value, "value", "")).startswith("_")


def _ends_of_wrapped(call: Any, here: Place) -> set[str]:
    """What is taken of ``list(sorted(items))`` and ``reversed(sorted(items))``, in terms of the sorted items."""
    place = next(depth for depth, one in enumerate(here.trail) if one is call)
    above: list[Any] = here.trail[:place]
    wrapper = here.method(call)
    if not above:
        return set()
    if type(above[-1]).__name__ == "Subscript" and wrapper == "list":
        code = here.read(above[-1])
        end = _end(code.slice) if isinstance(code, ast.Subscript) else None
        return {end} if end else set()
    outer = above[-2] if len(above) > 1 and type(above[-1]).__name__ == "Arg" else None
    if outer is not None and here.method(outer) == "next" and wrapper == "reversed":
        return {"max"}
    taken = outer is not None and here.method(outer) == "iter" and len(above) > 3 and here.method(above[-4]) == "next"
    return {"max" if wrapper == "reversed" else "min"} if taken else set()


def _of_frame(node: cst.Call, here: Place) -> Hit | None:
    """``df.sort_values("a").iloc[0]`` and ``.head(1)``."""
    call = here.read_call(node)
    above: list[Any] = here.trail[-2:]
    if not isinstance(call.func, ast.Attribute) or here.kind(call.func.value) != "dataframe" or len(above) < 2:
        return None
    if type(above[1]).__name__ != "Attribute" or type(above[0]).__name__ not in ("Subscript", "Call"):
        return None
    match here.read(above[0]):
        case ast.Subscript(value=ast.Attribute(attr="iloc"), slice=index):
            taken = _end(index) is not None
        case ast.Call(func=ast.Attribute(attr="head" | "tail"), args=[count]):
            taken = (whole_number(count) or MOST + 1) <= MOST
        case _:
            return None
    return (
        Hit(node, confidence="medium", fix="nsmallest or nlargest of the frame, or idxmin and idxmax")
        if taken
        else None
    )


def _takes_end(node: ast.Assign, scope: Scope) -> bool:
    """Whether what is assigned may be used for an end of it only."""
    match node.targets:
        case [ast.Name(id=name)]:
            return bool(_ends_of_name(name, scope))
        case [ast.Tuple() | ast.List()]:
            return True
    return False


def _ends_of_name(name: str, scope: Scope) -> set[str]:
    """The ends that are taken of ``name``, if nothing else is done with it in its scope."""
    bindings = scope.find(name)
    if len(bindings) != 1 or bindings[0].scope is not scope or not scope.is_fast_local(name):
        return set()
    nodes = list(own_nodes(scope.node))
    ends = [
        _end(one.slice)
        for one in nodes
        if isinstance(one, ast.Subscript) and isinstance(one.value, ast.Name) and one.value.id == name
    ]
    reads = sum(isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load) for one in nodes)
    return set() if None in ends or len(ends) != reads else {end for end in ends if end is not None}


def _end(index: ast.expr) -> str | None:
    match index:
        case ast.Slice(lower=None, upper=ast.expr() as upper, step=None):
            count = whole_number(upper)
            return f"nsmallest {count}" if count is not None and 0 < count <= MOST else None
        case ast.Slice(lower=ast.expr() as lower, upper=None, step=None):
            count = whole_number(lower)
            return f"nlargest {-count}" if count is not None and -MOST <= count < 0 else None
        case ast.Slice():
            return None
    number = whole_number(index)
    return None if number is None else _ENDS.get(number)


def _named(end: str, call: ast.Call) -> str:
    """The function that gives this end, with ``reverse=True`` taken into account."""
    backwards = any(
        word.arg == "reverse" and isinstance(word.value, ast.Constant) and word.value.value is True
        for word in call.keywords
    )
    if " " in end:
        smallest = end.startswith("nsmallest") != backwards
        return "heapq.nsmallest" if smallest else "heapq.nlargest"
    return _BACKWARDS[end] if backwards else end


def _key(call: ast.Call) -> str:
    key = next((word.value for word in call.keywords if word.arg == "key"), None)
    return "" if key is None else f", key={shown(key)}"


def _is_flag(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, bool)


def _is_tail(end: str, taken: ast.Subscript) -> bool:
    """Whether it is ``[-3:]``, whose first item is not that at the end."""
    return " " in end and isinstance(taken.slice, ast.Slice) and taken.slice.upper is None
