"""From a hit to the edits that a rule offers for it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.loops import CalledInLoop
from greenprof.lint.rule import FAILURES, BrokenRuleError, Hit, Repair, Rule
from greenprof.lint.site import CannotEditError, Site

if TYPE_CHECKING:
    from libcst import CSTNode

    from greenprof.lint.code import Code, Span
    from greenprof.lint.pieces import Piece

# Where the two syntax trees call the same by different names.
_KINDS: dict[str, tuple[type[ast.AST], ...]] = {
    "For": (ast.For, ast.AsyncFor),
    "With": (ast.With, ast.AsyncWith),
    "FunctionDef": (ast.FunctionDef, ast.AsyncFunctionDef),
    "Comparison": (ast.Compare,),
    "BinaryOperation": (ast.BinOp,),
    "BooleanOperation": (ast.BoolOp,),
    "UnaryOperation": (ast.UnaryOp,),
    "Del": (ast.Delete,),
    "SimpleString": (ast.Constant,),
}


def repair_of(rule: Rule, hit: Hit, span_of: Callable[[CSTNode], Span], code: Code, piece: Piece) -> Repair | None:
    """What `rule` offers for `hit`, None if it has no edits for it. ``span_of`` gives the place of a libcst node."""
    if type(rule).repair is Rule.repair or isinstance(hit.loop, CalledInLoop):
        return None  # before the loop would be in another function
    node = _same(hit.node, span_of(hit.node), piece, code)
    around = _same(hit.loop.whole, span_of(hit.loop.whole), piece, code) if hit.loop is not None else None
    if node is None or (hit.loop is not None and around is None):
        return None
    try:
        site = Site(code, node, piece, around)
        repair = rule.repair(site)
        if repair is not None and isinstance(site.scope.node, ast.ClassDef):
            return replace(repair, safe=False)  # a name put there becomes an attribute of the class
        return repair
    except CannotEditError:
        return None
    except FAILURES as error:
        raise BrokenRuleError(rule, error) from error


def _same(node: CSTNode, span: Span, piece: Piece, code: Code) -> ast.AST | None:
    """The node of the file's own tree that `node` is: of the same kind, and at the same place."""
    name = type(node).__name__
    kinds = _KINDS.get(name) or (getattr(ast, name, ast.expr),)
    for one in piece.nodes:
        if isinstance(one, kinds) and code.span(one) == span:
            return one
    return None
