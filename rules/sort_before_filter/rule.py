"""Sorting items that are thrown away right afterwards."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import builtin, last_name
from greenprof.lint.length import LONG, SHORT, UNKNOWN, length_of
from greenprof.lint.plain import ORDERED, plain_items, plain_type
from greenprof.lint.steady import changed_by, only_reads, paths_in
from greenprof.lint.uses import around, read_once, sole_use

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site


class SortBeforeFilter(Rule):
    """What is filtered first is cheaper to sort."""

    name = "sort-before-filter"
    group = "data-structures"
    message = "sorts items that are left out right afterwards"
    hidden_loops = 1
    fix = "filter first, then sort what is left: sorted(x for x in items if …)"
    needs_many = True
    screen = Screen(words=frozenset({"sorted", "sort_values"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether something sorted is gone through."""
        return any(
            _sorted_items(one.iter, piece) is not None
            for one in piece.nodes
            if (isinstance(one, ast.For) and _first_test(one) is not None)
            or (isinstance(one, ast.comprehension) and one.ifs)
        ) or any(
            last_name(one) in ("filter", "filterfalse") or _of_sorted_frame(one) is not None
            if isinstance(one, ast.Call)
            else _is_filtered_later(one, piece)
            for one in piece.of(ast.Call, ast.Assign)
        )

    def visit_CompFor(self, node: cst.CompFor, here: Place) -> Hit | None:
        """``[x for x in sorted(items) if x.ok]``."""
        code = here.read(node.iter)
        items = _sorted_items(code, here)
        if items is None or length_of(items, here) == SHORT or not node.ifs or node.asynchronous is not None:
            return None
        whole = here.comprehension
        tests = [here.read(one.test) for one in node.ifs]
        pure = all(only_reads(test, here) for test in tests)
        if not _is_of_item(tests[0], here.read(node.target)) or type(whole).__name__ == "SetComp":
            return None
        return Hit(node.iter, confidence="high" if pure and length_of(items, here) == LONG else "medium")

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for x in sorted(items): if not x.ok: continue``."""
        code = here.read(node.iter)
        items = _sorted_items(code, here)
        if items is None:
            return None
        loop = here.read_statement(node)
        test = _first_test(loop) if isinstance(loop, ast.For) else None
        if test is None or not isinstance(loop, ast.For) or not _is_of_item(test, loop.target):
            return None
        changed = {path for one in ast.walk(loop) for path in changed_by(one)} - _names(loop.target)
        read = paths_in(test)
        if any(path.partition(".")[0] in {one.partition(".")[0] for one in changed} for path in read):
            return None
        length = length_of(items, here)
        known = length == LONG or (length == UNKNOWN and isinstance(items, ast.Name))
        return Hit(node.iter, confidence="medium" if known and only_reads(test, here) else "low")

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``filter(is_ok, sorted(items))``, ``ranked = sorted(items)``, ``df.sort_values().query()``."""
        if here.method(node) == "sorted":
            return _by_name(node, here)
        if here.method(node) == "query":
            return _of_frame(node, here)
        if here.method(node) not in ("filter", "filterfalse") or len(node.args) != 2:
            return None
        call = here.read_call(node)
        filters = builtin(call, here) == "filter" or here.origins(call.func) == {"itertools.filterfalse"}
        known = filters and len(call.args) == 2
        items = _sorted_items(call.args[1], here) if known else None
        if items is None or length_of(items, here) == SHORT:
            return None
        return Hit(node.args[1].value, confidence="medium")

    def repair(self, site: Site) -> Repair | None:
        """The condition goes inside: safe if it only computes with plain values, for it is asked in another order."""
        part = site.parent(site.node)
        match site.node, part:
            case ast.Call(args=[items]) as call, ast.comprehension(target=target, iter=iterable, ifs=[test, *_]):
                if iterable is not call or not _are_names(target) or builtin(call, site) != "sorted":
                    return None
                if any(isinstance(one, ast.NamedExpr) for one in ast.walk(test)):
                    return None  # what it names is used outside
            case _:
                return None
        item, asked = site.text(target), site.text(test)
        made = item if isinstance(target, ast.Name) or item.startswith("(") else f"({item})"
        inner = f"{made} for {item} in {site.receiver(items)} if {asked}"
        kept = f"({inner})" if call.keywords else inner
        gone = site.remove_condition(test, call)
        safe = isinstance(target, ast.Name) and not call.keywords and plain_items(items, site) in ORDERED
        return Repair((site.replace_argument(items, kept), gone), safe=safe and plain_type(test, site) is not None)


def _is_filtered_later(node: ast.Assign, piece: Piece) -> bool:
    """Whether a sorted list has a name for one comprehension that goes through it."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call) if last_name(call) == "sorted":
            read = read_once(name, piece.scope)
            use = around(read, piece.scope)[1:2] if read is not None else []
            return bool(use) and isinstance(use[0], ast.comprehension)
    return False


def _by_name(node: cst.Call, here: Place) -> Hit | None:
    """``ranked = sorted(items)`` whose one use is ``… for x in ranked if x.ok``."""
    use = sole_use(node, here)
    items = _sorted_items(here.read(node), here) if use else None
    if items is None or length_of(items, here) == SHORT:
        return None
    match use:
        case [name, ast.comprehension(target=target, iter=over, ifs=[test, *_], is_async=0), outer, *_] if over is name:
            fits = _is_of_item(test, target) and not isinstance(outer, ast.SetComp) and only_reads(test, here)
            return Hit(node, confidence="medium") if fits else None
    return None


def _of_frame(node: cst.Call, here: Place) -> Hit | None:
    """``df.sort_values("a").query("b > 1")``."""
    frame = _of_sorted_frame(here.read(node))
    known = frame is not None and here.kind(frame) == "dataframe"
    return Hit(node, confidence="medium", fix="query first, then sort what is left") if known else None


def _of_sorted_frame(call: ast.expr) -> ast.expr | None:
    """``df`` of ``df.sort_values("a").query("b > 1")``."""
    match call:
        case ast.Call(
            func=ast.Attribute(value=ast.Call(func=ast.Attribute(value=frame, attr="sort_values")), attr="query")
        ):
            return frame
    return None


def _sorted_items(expr: ast.expr, known: Piece | Place) -> ast.expr | None:
    """``items`` of ``sorted(items)`` and ``reversed(sorted(items))``."""
    if isinstance(expr, ast.Call) and len(expr.args) == 1 and builtin(expr, known) in ("reversed", "list"):
        return _sorted_items(expr.args[0], known)
    return expr.args[0] if isinstance(expr, ast.Call) and builtin(expr, known) == "sorted" and expr.args else None


def _first_test(loop: ast.For) -> ast.expr | None:
    match loop.body:
        case [ast.If(test=test, orelse=[])]:
            return test
        case [ast.If(test=test, body=[ast.Continue()], orelse=[]), *_]:
            return test
    return None


def _is_of_item(test: ast.expr, target: ast.expr) -> bool:
    """Whether the condition looks at the item that is gone through."""
    return not _names(target).isdisjoint(path.partition(".")[0] for path in paths_in(test))


def _names(target: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}


def _are_names(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) or (
        isinstance(target, ast.Tuple) and all(isinstance(one, ast.Name) for one in target.elts)
    )
