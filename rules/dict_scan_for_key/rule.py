"""A dict that is gone through to find one key."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Rule, Screen
from greenprof.lint.calls import keys_of, shown
from greenprof.lint.length import LONG, SHORT, length_of

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place


class DictScanForKey(Rule):
    """``for k, v in table.items(): if k == key`` asks every key; ``table[key]`` asks for one."""

    name = "dict-scan-for-key"
    group = "data-structures"
    message = "goes through the whole dict to find one key"
    hidden_loops = 1
    fix = "look the key up: table.get(key)"
    needs_many = True
    screen = Screen(words=frozenset({"for", "filter"}))

    def worth_reading(self, piece: Piece) -> bool:
        """Whether a loop compares the keys of a dict."""
        return any(
            _asks_for_one(one) and _keys(one.target, one.iter, piece) is not None
            for one in piece.of(ast.For, ast.comprehension)
        ) or any(_filtered(call) is not None for call in piece.calls)

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for k, v in table.items(): if k == key: …``."""
        loop = here.read_statement(node)
        tests = _first_tests(loop) if isinstance(loop, ast.For) else []
        if not isinstance(loop, ast.For) or not tests or _hands_on_the_key(loop):
            return None
        return _hit(node, loop.target, loop.iter, tests, here)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``filter(lambda pair: pair[0] == key, table.items())``."""
        filtered = _filtered(here.read_call(node)) if here.method(node) == "filter" else None
        return _hit(node, *filtered, here) if filtered is not None else None

    def visit_CompFor(self, node: cst.CompFor, here: Place) -> Hit | None:
        """``[v for k, v in table.items() if k == key]``."""
        whole = here.comprehension
        if node.inner_for_in is not None or whole.for_in is not node:
            return None
        tests = [here.read(one.test) for one in node.ifs]
        return _hit(whole, here.read(node.target), here.read(node.iter), tests, here)


def _hit(node: cst.CSTNode, target: ast.expr, items: ast.expr, tests: list[ast.expr], here: Place) -> Hit | None:
    found = _keys(target, items, here)
    if found is None:
        return None
    key, table = found
    own = {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
    for test in tests:
        for term in _terms(test):
            other = _compared_to(key, term)
            if other is not None and own.isdisjoint(one.id for one in ast.walk(other) if isinstance(one, ast.Name)):
                length = length_of(table, here)
                shorter = type(node).__name__ == "For"  # a look-up is less to read than a loop with its condition
                return Hit(
                    node,
                    confidence="low" if length == SHORT else "medium" if shorter and length != LONG else "high",
                    items=table,
                    always=shorter,
                    fix=f"look the key up: {shown(table)}.get({shown(other)})",
                )
    return None


def _hands_on_the_key(loop: ast.For) -> bool:
    """``for key in table: if key == other: use(key)``: the key that is there may know more than what is equal to it."""
    key = ast.unparse(loop.target)
    table = ast.unparse(keys_of(loop.iter) or loop.iter)
    calls = [one for statement in loop.body for one in ast.walk(statement) if isinstance(one, ast.Call)]
    others = [one for one in calls if not ast.unparse(one.func).startswith(f"{table}.")]
    return any(key == ast.unparse(argument) for call in others for argument in call.args)


def _filtered(call: ast.Call) -> tuple[ast.expr, ast.expr, list[ast.expr]] | None:
    """The variable, the items and the test of ``filter(lambda x: …, items)``."""
    match call:
        case ast.Call(func=ast.Name(id="filter"), args=[ast.Lambda(args=ast.arguments(args=[one]), body=test), items]):
            return ast.Name(one.arg, ast.Store()), items, [test]
    return None


def _first_tests(loop: ast.For) -> list[ast.expr]:
    """The condition without which the loop does nothing; ``!=`` with ``continue`` is turned round."""
    match loop.body:
        case [ast.If(test=test, orelse=[])]:
            return [test]
        case [ast.If(test=ast.Compare(left=left, ops=[ast.NotEq()], comparators=[other]), body=[ast.Continue()]), *_]:
            return [ast.Compare(left, [ast.Eq()], [other])]
    return []


def _keys(target: ast.expr, items: ast.expr, known: Piece | Place) -> tuple[str, ast.expr] | None:
    """The variable that holds the key, and the dict; None if this is no loop over a dict."""
    match items:
        case ast.Call(func=ast.Attribute(value=table, attr="items"), args=[], keywords=[]):
            match target:
                case ast.Tuple(elts=[ast.Name(id=key), _]):
                    return key, table
                case ast.Name(id=pair):
                    return f"{pair}[0]", table
            return None
    if isinstance(target, ast.Name):
        table_of_keys = keys_of(items)
        if table_of_keys is not None:
            return target.id, table_of_keys
        if isinstance(items, ast.Name | ast.Attribute) and known.kind(items) == "dict":
            return target.id, items
    return None


def _asks_for_one(loop: ast.For | ast.comprehension) -> bool:
    """Whether the variable of a loop, or the first of two, is compared for equality."""
    key = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) else loop.target
    tests = loop.ifs if isinstance(loop, ast.comprehension) else _first_tests(loop)
    terms = [term for test in tests for term in _terms(test)]
    names = (key.id, f"{key.id}[0]") if isinstance(key, ast.Name) else ()
    return any(_compared_to(name, term) is not None for name in names for term in terms)


def _terms(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _compared_to(key: str, term: ast.expr) -> ast.expr | None:
    match term:
        case ast.Compare(left=one, ops=[ast.Eq()], comparators=[other]):
            if ast.unparse(one) == key:
                return other
            return one if ast.unparse(other) == key else None
    return None
