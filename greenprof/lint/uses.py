"""What becomes of the value of an expression: is it only looked at, or kept, changed or handed on."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, cast

from greenprof.lint.bindings import Function
from greenprof.lint.local import is_parameter
from greenprof.lint.steady import changed_by, effects_of, is_reader, paths_in
from greenprof.lint.tree import all_nodes, numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from libcst import CSTNode

    from greenprof.lint.loops import Loop
    from greenprof.lint.place import Place
    from greenprof.lint.scope import Scope

_LOOKS = frozenset(
    {
        "Comparison",
        "ComparisonTarget",
        "BinaryOperation",
        "UnaryOperation",
        "Subscript",
        "While",
        "If",
        "IfExp",
        "Assert",
    }
    | {"For", "CompFor", "FormattedStringExpression"}
)
_PASSES_ON = frozenset({"BooleanOperation"})


def assigned_name(node: CSTNode, here: Place) -> str | None:
    """The plain name that the value of `node` is assigned to at once; None if it is not."""
    parent: Any = here.parent
    kind = type(parent).__name__
    if kind == "Assign" and parent.value is node and len(parent.targets) == 1:
        target = parent.targets[0].target
    elif kind in ("AnnAssign", "NamedExpr") and parent.value is node:
        target = parent.target
    else:
        return None
    return cast("str", target.value) if type(target).__name__ == "Name" else None


def sole_use(node: CSTNode, here: Place) -> list[ast.AST]:
    """What stands around the one place where the name is read that the value of `node` is given to, innermost first.

    The name itself comes first. Empty if there is no name, or it has another value or use.
    """
    name = assigned_name(node, here)
    read = read_once(name, here.scope) if name is not None else None
    return around(read, here.scope) if read is not None else []


def read_once(name: str, scope: Scope) -> ast.Name | None:
    """Where a function reads a variable to which it gives one value; None if that is not just one place."""
    if not isinstance(scope.node, Function) or is_parameter(name, scope):
        return None
    uses = [one for one in all_nodes(scope.node) if one.__class__ is ast.Name and one.id == name]
    reads = [one for one in uses if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
    return reads[0] if len(uses) == 2 and len(reads) == 1 else None


def named_once(assigned: Iterable[ast.Assign]) -> dict[str, ast.expr]:
    """What the plain names stand for that get one value among these statements: ``mask`` of ``mask = a == b``."""
    given: dict[str, list[ast.expr]] = {}
    for one in assigned:
        if len(one.targets) == 1 and isinstance(one.targets[0], ast.Name):
            given.setdefault(one.targets[0].id, []).append(one.value)
    return {name: values[0] for name, values in given.items() if len(values) == 1}


def around(node: ast.AST, scope: Scope) -> list[ast.AST]:
    """`node`, one of the file's own tree, and what stands around it in its scope, innermost first."""
    tree = numbered(scope.module.node)
    path, at = [node], tree.place(node)
    while at and (parent := tree.parent(at)) is not scope.node:
        path.append(parent)
        at = tree.parents[at]
    return path


def is_only_read(node: CSTNode, here: Place, loop: Loop) -> bool:
    """Whether the value of `node`, an expression in `loop`, is looked at there and then forgotten."""
    name = assigned_name(node, here)
    if name is not None:
        return _name_is_only_read(name, loop)
    below: Any = node
    for above in reversed(cast("list[Any]", here.trail)):
        kind = type(above).__name__
        if kind in _LOOKS:
            return kind != "Subscript" or above.value is below or above is not here.parent
        if kind == "Attribute":
            return _reads_by_method(above, here)
        if kind == "Arg":
            below = above
            continue
        if kind == "Call":
            return is_reader(here.read_call(above), here)
        if kind not in _PASSES_ON:
            return False
        below = above
    return False


def _reads_by_method(attribute: Any, here: Place) -> bool:
    place = next(depth for depth, one in enumerate(here.trail) if one is attribute)
    call: Any = here.trail[place - 1] if place else None
    return type(call).__name__ == "Call" and call.func is attribute and is_reader(here.read_call(call), here)


def _name_is_only_read(name: str, loop: Loop) -> bool:
    """Whether `name` gets its value in one place of `loop`, which neither changes it nor gives it away."""
    effects = effects_of(loop)
    changes = [path for node in all_nodes(loop.code) for path in changed_by(node) if path == name]
    for node in all_nodes(loop.code):
        match node:
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                if isinstance(value, ast.Name | ast.Tuple | ast.List) and name in paths_in(value):
                    return False
            case ast.List(elts=items) | ast.Tuple(elts=items, ctx=ast.Load()) | ast.Dict(values=items):
                if any(isinstance(one, ast.Name) and one.id == name for one in items):
                    return False
            case ast.Attribute(value=ast.Name(id=one)) | ast.Subscript(value=ast.Name(id=one)) if one == name:
                if not isinstance(node.ctx, ast.Load):
                    return False
            case ast.Call(func=ast.Attribute(value=ast.Name(id=one))) if one == name:
                if not is_reader(node, loop.place):
                    return False
    return len(changes) == 1 and name not in effects.given and not is_read_after(name, loop)


def is_read_after(name: str, loop: Loop) -> bool:
    """Whether `name` is read behind the piece of code that `loop` stands in."""
    end = loop.place.piece.lines.stop
    return any(
        isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Load) and one.lineno >= end
        for one in all_nodes(loop.place.scope.node)
    )
