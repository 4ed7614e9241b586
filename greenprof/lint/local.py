"""All that a function does with one of its variables."""

from __future__ import annotations

import ast
from collections.abc import Container
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint.bindings import Function
from greenprof.lint.kinds import words
from greenprof.lint.tree import own_nodes

if TYPE_CHECKING:
    from greenprof.lint.code import Code
    from greenprof.lint.scope import Scope

# Built-in functions that look at their argument and keep nothing of it, or a copy.
LOOKERS = words("""
    len sum min max sorted list tuple set frozenset dict any all enumerate zip reversed iter bool str repr print
    isinstance type map filter abs
""")
_BLIND = {"locals", "vars", "eval", "exec", "globals", "dir"}


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a variable stands, and what is done with it there.

    ``how`` is ``stored`` (``whole`` is the statement), ``grown`` (``x += …``), ``deleted``, ``method`` (``word`` is its
    name, ``whole`` the call), ``item``, ``item stored``, ``item deleted``, ``slice`` (``whole`` is the subscript),
    ``sought`` (``a in x``), ``tested`` for its truth, ``iterated``, ``argument`` (``word`` is the built-in function),
    ``returned``, or ``other``.
    """

    name: ast.Name
    how: str
    whole: ast.AST
    word: str = ""


def uses_of(name: str, scope: Scope, code: Code) -> list[Use] | None:
    """Every use of a local variable in the order of the source; None if others can see the variable.

    A parameter that is never stored to is a variable like any other, with one use less.
    """
    if not isinstance(scope.node, Function) or not scope.is_fast_local(name):
        return None
    nodes = list(own_nodes(scope.node))
    if any(_is_out_of_sight(one, name) for one in nodes):
        return None
    uses = [_use(one, scope, code) for one in nodes if isinstance(one, ast.Name) and one.id == name]
    return sorted(uses, key=lambda use: (use.name.lineno, use.name.col_offset))


def is_parameter(name: str, scope: Scope) -> bool:
    """Whether callers give `name` its first value."""
    if not isinstance(scope.node, Function):
        return False
    given = scope.node.args
    stars = [one for one in (given.vararg, given.kwarg) if one is not None]
    return any(one.arg == name for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *stars))


def asks_itself(expr: ast.expr, methods: Container[str], node: ast.AST, code: Code) -> bool:
    """Whether `node` is in one of these methods, and `expr` is the object itself: asking it would call it for ever."""
    for one in code.above(node):
        if isinstance(one, Function):
            first = [*one.args.posonlyargs, *one.args.args][:1]
            return one.name in methods and isinstance(expr, ast.Name) and [expr.id] == [each.arg for each in first]
    return False


def is_inside(node: ast.AST, around: ast.AST, code: Code) -> bool:
    """Whether `node` is, or is in, `around`."""
    return node is around or any(one is around for one in code.above(node))


def stored_value(use: Use) -> ast.expr | None:
    """The expression that a use of kind ``stored`` assigns, if that is all that the statement does."""
    match use.whole:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(value=ast.expr() as value):
            return value
    return None


def _is_out_of_sight(node: ast.AST, name: str) -> bool:
    """Whether `node` gives `name` a value without a node for the name, or asks for variables by their names."""
    match node:
        case ast.ExceptHandler(name=one) | ast.MatchAs(name=one) | ast.MatchStar(name=one) | ast.MatchMapping(rest=one):
            return one == name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return any((one.asname or one.name) == name for one in aliases)
        case ast.FunctionDef(name=one) | ast.AsyncFunctionDef(name=one) | ast.ClassDef(name=one):
            return one == name
        case ast.Call(func=ast.Name(id=function)):
            return function in _BLIND
    return False


def _use(name: ast.Name, scope: Scope, code: Code) -> Use:  # noqa: PLR0911, PLR0912  (one return per form)
    parent = code.parent(name)
    if not isinstance(name.ctx, ast.Load):
        how = "deleted" if isinstance(name.ctx, ast.Del) else "grown" if isinstance(parent, ast.AugAssign) else "stored"
        return Use(name, how, parent)
    match parent:
        case ast.Attribute(ctx=ast.Load(), attr=method):
            call = code.parent(parent)
            if isinstance(call, ast.Call) and call.func is parent:
                return Use(name, "method", call, method)
        case ast.Subscript(value=value, ctx=context, slice=index) if value is name:
            if isinstance(code.parent(parent), ast.AugAssign):
                return Use(name, "item stored", parent)
            if not isinstance(context, ast.Load):
                return Use(name, "item stored" if isinstance(context, ast.Store) else "item deleted", parent)
            return Use(name, "slice" if isinstance(index, ast.Slice) else "item", parent)
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[right]) if right is name:
            return Use(name, "sought", parent)
        case ast.For(iter=iterable) | ast.AsyncFor(iter=iterable) | ast.comprehension(iter=iterable):
            if iterable is name:
                return Use(name, "iterated", parent)
        case ast.Call(func=ast.Name(id=function), args=arguments) if any(one is name for one in arguments):
            if function in LOOKERS and scope.origins(parent.func) == {f"builtins.{function}"}:
                return Use(name, "argument", parent, function)
        case ast.Return():
            return Use(name, "returned", parent)
        case ast.Tuple() if isinstance(code.parent(parent), ast.Return):
            return Use(name, "returned", code.parent(parent))
    return Use(name, "tested" if _is_tested(name, code) else "other", parent)


def _is_tested(node: ast.AST, code: Code) -> bool:
    """Whether nothing but its truth matters."""
    for parent in code.above(node):
        match parent:
            case ast.UnaryOp(op=ast.Not()):
                return True
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
                return test is node
            case ast.comprehension(ifs=tests):
                return any(one is node for one in tests)
            case ast.BoolOp():
                node = parent
            case _:
                return False
    return False
