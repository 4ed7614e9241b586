"""A loop inside a loop that looks for equal items: a dict would know where they are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.bindings import COMPREHENSIONS
from greenprof.lint.bounds import is_few
from greenprof.lint.length import LONG, length_of, rounds_of
from greenprof.lint.steady import only_reads, paths_in, steadiness

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.loops import Loop
    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place

_ASKERS = frozenset({"any", "sum"})


class NestedSearchInLoop(Rule):
    """Searching a list by a key for each item of another: n times m comparisons in place of n lookups."""

    name = "nested-search-in-loop"
    group = "data-structures"
    surest = "medium"
    message = "goes through all of these items in each round of the outer loop to find equal ones"
    hidden_loops = 1
    fix = "put the items into a dict by that key before the loop, and look them up"
    needs_many = True
    screen = Screen(words=frozenset({"for", "filter"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether it compares for equality inside of two loops."""
        return any(_compares(inner) for _, inside in piece.loops for inner in inside) or any(
            _compares(one) and len(getattr(one, "generators", ())) > 1 for one in piece.of(*COMPREHENSIONS)
        )

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for b in bs: if b.id == a.id: …`` in a loop over ``a``."""
        if node.orelse is not None and type(node.orelse).__name__ != "Else":
            return None
        loop = here.many(node)
        code = here.read_statement(node) if loop is not None else None
        if loop is None or not isinstance(code, ast.For):
            return None
        test = _only_test(code)
        sure = _certainty(code.target, code.iter, test, loop) if test is not None else None
        return Hit(node, confidence=sure, loop=loop, searched=code.iter) if sure else None

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``filter(lambda b: b.id == a.id, bs)`` in a loop over ``a``."""
        loop = here.many(node) if here.method(node) == "filter" else None
        filtered = _filtered(here.read_call(node)) if loop is not None else None
        sure = _certainty(*filtered, loop) if filtered is not None and loop is not None else None
        return Hit(node, confidence=sure, loop=loop, searched=filtered[1]) if filtered is not None and sure else None

    def visit_CompFor(self, node: cst.CompFor, here: Place) -> Hit | None:
        """``[b for b in bs if b.id == a.id]`` and ``any(b.id == a.id for b in bs)`` in a loop over ``a``."""
        loop = here.many(node)
        if loop is None:
            return None
        whole = here.comprehension
        tests = [here.read(one.test) for one in node.ifs]
        if not tests and node is whole.for_in and node.inner_for_in is None and _is_asked(whole, here):
            tests = [here.read(whole.elt)]
        items = here.read(node.iter)
        sure = _certainty(here.read(node.target), items, _all_of(tests), loop) if tests else None
        return Hit(whole, confidence=sure, loop=loop, searched=items) if sure else None


def _filtered(call: ast.Call) -> tuple[ast.expr, ast.expr, ast.expr] | None:
    """The variable, the items and the test of ``filter(lambda b: …, bs)``."""
    match call:
        case ast.Call(func=ast.Name(id="filter"), args=[ast.Lambda(args=ast.arguments(args=[one]), body=test), items]):
            return ast.Name(one.arg, ast.Load()), items, test
    return None


def _compares(inner: ast.AST) -> bool:
    """Whether `inner` is a loop with nothing but an ``if`` about equality in it."""
    if isinstance(inner, ast.For):
        test = _only_test(inner)
        return test is not None and any(_equality(one) for one in _terms(test))
    if isinstance(inner, COMPREHENSIONS):
        tests = [test for part in inner.generators for test in part.ifs]
        tests += [] if isinstance(inner, ast.DictComp) else [inner.elt]
        return any(_equality(one) for test in tests for one in _terms(test))
    if isinstance(inner, ast.Call):
        filtered = _filtered(inner)
        return filtered is not None and any(_equality(one) for one in _terms(filtered[2]))
    return False


def _only_test(loop: ast.For) -> ast.expr | None:
    """The condition of a loop that does something for some items only."""
    match loop.body:
        case [ast.If(test=test, orelse=[])]:
            return test
        case [ast.If(test=ast.Compare(ops=[ast.NotEq()]) as test, body=[ast.Continue()], orelse=[]), *_]:
            return ast.Compare(test.left, [ast.Eq()], test.comparators)
    return None


def _is_asked(whole: Any, here: Place) -> bool:
    """Whether a generator is all that ``any`` or ``sum`` is given."""
    if type(whole).__name__ not in ("GeneratorExp", "ListComp"):
        return False
    above = here.trail[: here.trail.index(whole)]
    call: Any = above[-2] if len(above) > 1 else None
    return type(call).__name__ == "Call" and len(call.args) == 1 and getattr(call.func, "value", "") in _ASKERS


def _all_of(tests: list[ast.expr]) -> ast.expr:
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


def _terms(test: ast.expr) -> list[ast.expr]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [term for value in test.values for term in _terms(value)]
    return [test]


def _equality(test: ast.expr) -> tuple[ast.expr, ast.expr] | None:
    match test:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return left, right
    return None


def _certainty(target: ast.expr, items: ast.expr, test: ast.expr, loop: Loop) -> str | None:
    """How sure it is that the inner loop is a search by key; None if it is not one.

    The items must be the same in each round of the outer loop, and one side of an equality must come
    from the item, the other from the outer loop.
    """
    place = loop.place
    own = {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
    if not any(_is_by_key(pair, own, loop) for term in _terms(test) if (pair := _equality(term))):
        return None
    sure = steadiness(items, loop)
    if sure is None or is_few(items, place) or not only_reads(items, place):
        return None
    return sure if {length_of(items, place), rounds_of(loop)} == {LONG} else "medium"


def _is_by_key(pair: tuple[ast.expr, ast.expr], own: set[str], loop: Loop) -> bool:
    for of_item, other in (pair, pair[::-1]):
        names = {path.partition(".")[0] for path in paths_in(of_item)}
        others = {path.partition(".")[0] for path in paths_in(other)}
        if names & own and not others & own and others and steadiness(other, loop) is None:
            rest = [ast.Name(one, ast.Load()) for one in names - own]
            return all(steadiness(one, loop) is not None for one in rest)
    return False
