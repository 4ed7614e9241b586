"""Trying one prefix after another."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from greenprof.lint import Hit, Repair, Rule, Screen
from greenprof.lint.calls import builtin, shown
from greenprof.lint.plain import plain_items, plain_type

if TYPE_CHECKING:
    import libcst as cst

    from greenprof.lint.pieces import Piece
    from greenprof.lint.place import Place
    from greenprof.lint.site import Site

_METHODS = frozenset({"startswith", "endswith"})


class StartswithPerPrefix(Rule):
    """``any(s.startswith(p) for p in ps)`` is ``s.startswith(tuple(ps))``."""

    name = "startswith-per-prefix"
    group = "loops"
    message = "tries one prefix or suffix after another, where one call tries all"
    fix = "startswith and endswith take a tuple"
    screen = Screen(words=_METHODS)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether prefixes are tried in a loop."""
        return any(_tried(one) is not None for one in piece.nodes)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``any(s.startswith(p) for p in ps)``."""
        if here.method(node) != "any" or len(node.args) != 1:
            return None
        call = here.read_call(node)
        return _hit(node, call, here) if builtin(call, here) == "any" else None

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for p in ps: if s.startswith(p): return True``."""
        return None if node.asynchronous is not None else _hit(node, here.read_statement(node), here)

    def repair(self, site: Site) -> Repair | None:
        """One call with a tuple: the same if all are text."""
        call = site.node
        tried = _tried(call) if isinstance(call, ast.Call) else None
        if tried is None or site.scope.find("tuple"):
            return None
        method, prefixes = tried
        is_tuple = site.origins(prefixes) == {"builtins.tuple()"}
        given = site.text(prefixes) if is_tuple else f"tuple({site.argument(prefixes)})"
        safe = plain_type(method.value, site) == plain_items(prefixes, site) == "str"
        return Repair((site.replace(call, f"{site.text(method)}({given})"),), safe=safe)


def _hit(node: cst.CSTNode, code: ast.AST, here: Place) -> Hit | None:
    tried = _tried(code)
    if tried is None or here.kind(tried[0].value) not in ("str", "bytes", None):
        return None
    method, prefixes = tried
    known = here.origins(prefixes) == {"builtins.tuple()"}
    better = ast.Call(method, [prefixes if known else ast.Call(ast.Name("tuple"), [prefixes], [])], [])
    return Hit(node, confidence="high" if here.many(node) else "medium", fix=shown(better))


def _tried(node: ast.AST) -> tuple[ast.Attribute, ast.expr] | None:
    """``s.startswith`` and the prefixes that it is tried with."""
    match node:
        case ast.Call(
            func=ast.Name(id="any"),
            args=[
                ast.GeneratorExp(elt=ast.Call() as call, generators=[part])
                | ast.ListComp(elt=ast.Call() as call, generators=[part])
            ],
        ):
            if part.ifs or part.is_async:
                return None
            target, prefixes = part.target, part.iter
        case ast.For(body=[ast.If(test=ast.Call() as call, body=body, orelse=[])]):
            if not _only_answers(body):
                return None
            target, prefixes = node.target, node.iter
        case _:
            return None
    match call, target:
        case ast.Call(func=ast.Attribute() as method, args=[ast.Name(id=one)], keywords=[]), ast.Name(id=two):
            own = any(isinstance(below, ast.Name) and below.id == two for below in ast.walk(method))
            return (method, prefixes) if method.attr in _METHODS and one == two and not own else None
    return None


def _only_answers(body: list[ast.stmt]) -> bool:
    """``return True``; ``found = True`` and ``break``: nothing that needs to know which prefix it was."""
    match body:
        case [ast.Return(value=ast.Constant())]:
            return True
        case [ast.Assign(targets=[ast.Name()], value=ast.Constant()), ast.Break()]:
            return True
    return False
