"""Lists that are joined by adding them up."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.bounds import is_few
from greenprof.lint.calls import builtin, shown
from greenprof.lint.imports import imported
from greenprof.lint.length import SHORT, length_of
from greenprof.lint.local import stored_value, uses_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_ADDERS = frozenset({"operator.add", "operator.concat", "operator.__add__", "operator.__concat__"})


class SumOfLists(Rule):
    """``sum(lists, [])`` copies the result so far for each list."""

    name = "sum-of-lists"
    group = "data-structures"
    surest = "medium"
    message = "copies all that was joined so far for each further list"
    hidden_loops = 2
    fix = "list(itertools.chain.from_iterable(lists)), or a comprehension with two for"
    needs_many = True
    screen = Screen(words=frozenset({"sum", "reduce", "accumulate"}), loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether lists are added up."""
        return any(_lists_added(call, piece) is not None for call in piece.calls)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``sum(lists, [])`` and ``functools.reduce(operator.add, lists, [])``."""
        if here.method(node) not in self.screen.words and here.origin(node.func) != "functools.reduce":
            return None
        lists = _lists_added(here.read_call(node), here)
        if lists is None or is_few(lists, here):
            return None
        made = isinstance(lists, ast.GeneratorExp | ast.ListComp) and isinstance(lists.elt, ast.Call)
        few = length_of(lists, here) == SHORT and not made
        sure = "low" if few else "high" if _are_made_without_calls(lists, here) else "medium"
        fix = f"list(itertools.chain.from_iterable({shown(lists)}))"
        return Hit(node, confidence=sure, fix=fix, items=lists)

    def repair(self, site: Site) -> Repair | None:
        """``list(chain.from_iterable(lists))``, which takes other iterables too, where ``sum`` would fail."""
        match site.node:
            case ast.Call(func=ast.Name(id="sum"), args=[lists, ast.List(elts=[])], keywords=[]):
                kind = "list"
            case ast.Call(func=ast.Name(id="sum"), args=[lists, ast.Tuple(elts=[])], keywords=[]):
                kind = "tuple"
            case _:
                return None
        if site.scope.find(kind):
            return None
        chain, edits = imported(site, "itertools", "chain")
        better = f"{kind}({chain}.from_iterable({site.argument(lists)}))"
        safe = kind == "list" and _are_surely_lists(lists, site)
        return Repair((*edits, site.replace(site.node, better)), safe=safe)


def _are_made_without_calls(lists: ast.expr, here: Place) -> bool:
    """Whether the file shows what each list is, and that it is there or made of what is: no call costs more than it."""
    if isinstance(lists, ast.Name):
        lists = here.scope.value(lists.id, here.piece.lines.stop) or lists
    if not isinstance(lists, ast.GeneratorExp | ast.ListComp):
        return False
    nodes = list(ast.walk(lists.elt))
    waits = any(isinstance(one, ast.Await) for one in nodes)
    return not waits and all(builtin(one, here) is not None for one in nodes if isinstance(one, ast.Call))


def _lists_added(call: ast.Call, known: Piece | Place) -> ast.expr | None:
    """``lists`` of ``sum(lists, [])`` and of ``reduce(add, lists, [])``."""
    if not call.args:
        return None
    if builtin(call, known) == "sum":
        start = call.args[1] if len(call.args) > 1 else _word(call, "start")
        return call.args[0] if start is not None and known.origins(start) <= _SEQUENCES and _is_sure(start) else None
    if len(call.args) == 2 and known.origins(call.func) == {"itertools.accumulate"} and _adds(call.args[1], known):
        start = _word(call, "initial")
        return call.args[0] if start is not None and known.origins(start) <= _SEQUENCES and _is_sure(start) else None
    if len(call.args) in (2, 3) and known.origins(call.func) == {"functools.reduce"} and _adds(call.args[0], known):
        lists = call.args[1]
        if len(call.args) == 3:
            return lists if known.origins(call.args[2]) <= _SEQUENCES and _is_sure(call.args[2]) else None
        return lists if _are_lists(lists) else None
    return None


_SEQUENCES = frozenset({"builtins.list()", "builtins.tuple()"})


def _is_sure(start: ast.expr) -> bool:
    return not (isinstance(start, ast.Constant) and start.value is None)


def _word(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def _adds(function: ast.expr, known: Piece | Place) -> bool:
    """``operator.add`` and ``lambda a, b: a + b``."""
    match function:
        case ast.Lambda(
            args=ast.arguments(args=[ast.arg(arg=one), ast.arg(arg=two)]),
            body=ast.BinOp(left=ast.Name(id=left), op=ast.Add(), right=ast.Name(id=right)),
        ):
            return (one, two) == (left, right)
        case ast.Lambda(
            args=ast.arguments(args=[ast.arg(arg=one), ast.arg(arg=two)]),
            body=ast.BinOp(left=ast.Name(id=left), op=ast.Add(), right=ast.Attribute(value=ast.Name(id=right))),
        ):
            return (one, two) == (left, right)
        case ast.Lambda(
            args=ast.arguments(args=[ast.arg(arg=one), ast.arg(arg=two)]),
            body=ast.List(elts=[ast.Starred(value=ast.Name(id=left)), ast.Starred(value=ast.Name(id=right))]),
        ):
            return (one, two) == (left, right)
    origins = known.origins(function)
    return bool(origins) and origins <= _ADDERS


def _are_lists(lists: ast.expr) -> bool:
    """Whether each item is evidently a list: ``[[x] for x in xs]``."""
    return isinstance(lists, ast.ListComp | ast.GeneratorExp) and isinstance(
        lists.elt, ast.List | ast.ListComp | ast.Tuple
    )


_QUIET = frozenset({"stored", "item", "slice", "sought", "tested", "iterated", "argument", "returned"})


def _are_surely_lists(lists: ast.expr | None, site: Site) -> bool:
    """Whether each item is a list: it is made as one, and nothing is put among them later."""
    match lists:
        case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
            return isinstance(item, ast.List | ast.ListComp)
        case ast.Name(id=name):
            uses = uses_of(name, site.scope, site.code) or []
            stores = [stored_value(use) for use in uses if use.how == "stored"]
            if len(stores) != 1 or not isinstance(stores[0], ast.ListComp):
                return False
            return all(use.how in _QUIET for use in uses) and _are_surely_lists(stores[0], site)
    return False
