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
    needs_many = True
    screen = Screen(words=_METHODS, loop=False)

    def worth_reading(self, piece: Piece) -> bool:
        """Whether prefixes are tried in a loop."""
        return any(_tried(one) is not None or _tried_in_turn(one) is not None for one in piece.nodes)

    def visit_Call(self, node: cst.Call, here: Place) -> Hit | None:
        """``any(s.startswith(p) for p in ps)``, ``all(not …)``, ``any(map(s.startswith, ps))``, ``next(…)``."""
        if here.method(node) not in ("any", "all", "next", "sum") or not node.args:
            return None
        call = here.read_call(node)
        return _hit(node, call, here) if builtin(call, here) == here.method(node) else None

    def visit_BooleanOperation(self, node: cst.BooleanOperation, here: Place) -> Hit | None:
        """``s.startswith("a") or s.startswith("b")``."""
        if type(here.parent).__name__ == "BooleanOperation":
            return None  # the whole is looked at
        tried = _tried_in_turn(here.read(node))
        if tried is None:
            return None
        better = ast.Call(tried[0], [ast.Tuple(tried[1], ast.Load())], [])
        return Hit(node, confidence="medium", fix=shown(better))

    def visit_For(self, node: cst.For, here: Place) -> Hit | None:
        """``for p in ps: if s.startswith(p): return True``."""
        return None if node.asynchronous is not None else _hit(node, here.read_statement(node), here)

    def repair(self, site: Site) -> Repair | None:
        """One call with a tuple: the same if all are text."""
        call = site.node
        tried = _tried(call) if isinstance(call, ast.Call) and builtin(call, site) == "any" else None
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
    return Hit(node, confidence="medium", fix=shown(better))  # mostly few prefixes


def _tried_in_turn(node: ast.AST) -> tuple[ast.Attribute, list[ast.expr]] | None:
    """``s.startswith`` and the prefixes of ``s.startswith("a") or s.startswith("b") or …``."""
    if not isinstance(node, ast.BoolOp) or not isinstance(node.op, ast.Or):
        return None
    found: list[tuple[ast.Attribute, ast.expr]] = []
    for one in node.values:
        match one:
            case ast.Call(func=ast.Attribute(attr="startswith" | "endswith") as method, args=[prefix], keywords=[]):
                found.append((method, prefix))
            case _:
                return None
    same = len({ast.unparse(method) for method, _ in found}) == 1
    pure = not any(isinstance(one, ast.Call) for one in ast.walk(found[0][0]))
    return (found[0][0], [prefix for _, prefix in found]) if same and pure and len(found) > 2 else None


def _tried(node: ast.AST) -> tuple[ast.Attribute, ast.expr] | None:
    """``s.startswith`` and the prefixes that it is tried with."""
    match node:
        case ast.Call(
            func=ast.Name(id="any"),
            args=[ast.Call(func=ast.Name(id="map"), args=[ast.Attribute() as method, prefixes])],
        ):
            return (method, prefixes) if method.attr in _METHODS else None
        case ast.Call(
            func=ast.Name(id="all"),
            args=[ast.GeneratorExp(elt=ast.UnaryOp(op=ast.Not(), operand=ast.Call() as call), generators=[part])],
        ) if not part.ifs and not part.is_async:
            target, prefixes = part.target, part.iter
        case ast.Call(
            func=ast.Name(id="next"),
            args=[ast.GeneratorExp(elt=ast.Constant(), generators=[part]), ast.Constant()],
        ) if len(part.ifs) == 1 and not part.is_async:
            target, prefixes, call = part.target, part.iter, part.ifs[0]
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
            stops = [type(one) for one in body] == [ast.Break] and node.orelse
            if not stops and not _only_answers(body):
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
