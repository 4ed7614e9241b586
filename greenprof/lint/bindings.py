"""Where names get their values: imports, assignments, loops, ``with``, parameters, definitions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from greenprof.lint.applied import applied_in
from greenprof.lint.tree import NEW_SCOPE, own_nodes

if TYPE_CHECKING:
    from greenprof.lint.scope import Scope

Function = ast.FunctionDef | ast.AsyncFunctionDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BINDERS = {ast.Import, ast.ImportFrom, ast.Assign, ast.NamedExpr, ast.AnnAssign, ast.For, ast.AsyncFor, ast.With}
_BINDERS.update((*COMPREHENSIONS, ast.AsyncWith, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
_CONTAINERS = {"list", "dict", "set", "frozenset", "sorted", "tuple"}
_WRAPPERS = {"Optional", "Annotated", "Final", "ClassVar", "Mapped"}


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place where a name gets a value, and what that value is.

    Either ``origin`` is told outright, or the expression ``value`` (an element of it with
    ``element``, an instance of it with ``instance``) is to be read in ``scope``.
    """

    scope: Scope
    line: int
    value: ast.expr | None = None
    origin: str | None = None
    element: bool = False
    instance: bool = False
    function: Function | None = None


def bindings_in(scope: Scope) -> Iterator[tuple[str, Binding]]:
    """Each name that is bound in `scope` with its binding, in the order of the source."""
    node = scope.node
    if isinstance(node, Function):
        yield from _parameters(scope, node)
    nodes = [one for statement in node.body for one in (statement, *_inside(statement))]
    binders = _BINDERS | {ast.Call} if ast.Lambda in {one.__class__ for one in nodes} else _BINDERS
    body = [one for one in nodes if one.__class__ in binders]
    body.sort(key=lambda one: (getattr(one, "lineno", 0), getattr(one, "col_offset", 0)))
    for one in body:
        yield from _bound_by(scope, one)


def _inside(statement: ast.stmt) -> Iterator[ast.AST]:
    return iter(()) if isinstance(statement, NEW_SCOPE) else own_nodes(statement)


def _parameters(scope: Scope, node: Function) -> Iterator[tuple[str, Binding]]:
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if argument.annotation is not None:
            outside = scope.parent or scope
            yield argument.arg, Binding(outside, node.lineno, value=class_named(argument.annotation), instance=True)
        else:
            yield argument.arg, Binding(scope, node.lineno, origin=f"?{argument.arg}")
    for star, kind in ((arguments.vararg, "tuple"), (arguments.kwarg, "dict")):
        if star is not None:
            yield star.arg, Binding(scope, node.lineno, origin=f"builtins.{kind}()")


def _bound_by(scope: Scope, node: ast.AST) -> Iterator[tuple[str, Binding]]:  # noqa: PLR0912  (one branch per form)
    line = getattr(node, "lineno", 0)
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            yield name, Binding(scope, line, origin=alias.name if alias.asname else name)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            path = f"{module}.{alias.name}" if node.module else f"{module}{alias.name}"
            yield alias.asname or alias.name, Binding(scope, line, origin=path)
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _unpacked(scope, line, target, node.value)
    elif isinstance(node, ast.NamedExpr):
        yield from _unpacked(scope, line, node.target, node.value)
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id, _annotated(scope, node)
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield from _elements(scope, line, node.target, node.iter)
    elif isinstance(node, COMPREHENSIONS):
        for generator in node.generators:
            yield from _elements(scope, generator.target.lineno, generator.target, generator.iter)
    elif isinstance(node, ast.Call):
        yield from _given_items(scope, node)
    elif isinstance(node, ast.With | ast.AsyncWith):
        for item in node.items:
            if item.optional_vars is not None:
                yield from _unpacked(scope, line, item.optional_vars, item.context_expr)
    elif isinstance(node, ast.ClassDef):
        yield node.name, Binding(scope, line, origin=f"class:{node.name}")
    elif isinstance(node, Function):
        yield node.name, Binding(scope, line, origin=f"def:{node.name}", function=node)


def _annotated(scope: Scope, node: ast.AnnAssign) -> Binding:
    """A literal says more than ``Sequence`` or ``Iterable`` would; a call says less than a class."""
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in _CONTAINERS:
        return Binding(scope, node.lineno, value=value)
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.Constant) and not _is_none(value):
        return Binding(scope, node.lineno, value=value)
    return Binding(scope, node.lineno, value=class_named(node.annotation), instance=True)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


def class_named(annotation: ast.expr) -> ast.expr:
    """The class inside ``Optional[C]``, ``C | None``, ``Annotated[C, …]``, ``"C"`` or ``C[int]``."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return class_named(ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return ast.Name(id="", ctx=ast.Load())
    if isinstance(annotation, ast.BinOp):
        return class_named(annotation.right if _is_none(annotation.left) else annotation.left)
    if isinstance(annotation, ast.Subscript):
        outer = annotation.value
        name = outer.attr if isinstance(outer, ast.Attribute) else getattr(outer, "id", "")
        inner = annotation.slice
        if name in _WRAPPERS:
            return class_named(inner.elts[0] if isinstance(inner, ast.Tuple) else inner)
        return outer
    return annotation


def _unpacked(scope: Scope, line: int, target: ast.expr, value: ast.expr) -> Iterator[tuple[str, Binding]]:
    if isinstance(target, ast.Name):
        yield target.id, Binding(scope, line, value=value)
    elif isinstance(target, ast.Tuple | ast.List):
        pairs = value.elts if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts) else None
        for place, one in enumerate(target.elts):
            if pairs is not None:
                yield from _unpacked(scope, line, one, pairs[place])
            elif isinstance(one, ast.Name) and _is_split(value):
                first = ast.copy_location(ast.Constant(0), value)
                part = ast.copy_location(ast.Subscript(value, first, ast.Load()), value)
                yield one.id, Binding(scope, line, value=part)
            elif isinstance(one, ast.Name):
                yield one.id, Binding(scope, line, origin=f"?{one.id}")


def _is_split(value: ast.expr) -> bool:
    """``text.partition(…)`` and ``text.split(…)``, all of whose parts are text as well."""
    match value:
        case ast.Call(func=ast.Attribute(attr="partition" | "rpartition" | "split" | "rsplit")):
            return True
    return False


def _elements(scope: Scope, line: int, target: ast.expr, iterable: ast.expr) -> Iterator[tuple[str, Binding]]:
    """``for x in xs``; ``for i, x in enumerate(xs)`` too."""
    if isinstance(target, ast.Name):
        yield target.id, Binding(scope, line, value=iterable, element=True)
    elif isinstance(target, ast.Tuple | ast.List):
        counted = (
            isinstance(iterable, ast.Call) and isinstance(iterable.func, ast.Name) and iterable.func.id == "enumerate"
        )
        for place, one in enumerate(target.elts):
            if counted and place == 1 and isinstance(iterable, ast.Call) and iterable.args:
                yield from _elements(scope, line, one, iterable.args[0])
            elif isinstance(one, ast.Name):
                yield one.id, Binding(scope, line, origin=f"?{one.id}", element=True)


def _given_items(scope: Scope, call: ast.Call) -> Iterator[tuple[str, Binding]]:
    """``x`` of ``map(lambda x: …, xs)``, which is an item of ``xs``."""
    applied = applied_in(call)
    if applied is None or not isinstance(applied[0], ast.Lambda):
        return
    function, items = applied[0], applied[1]
    names = [one.arg for one in function.args.args]
    for name in names:
        if len(names) == 1:
            yield name, Binding(scope, function.lineno, value=items, element=True)
        else:
            yield name, Binding(scope, function.lineno, origin=f"?{name}", element=True)


def attribute_bindings(method: Scope, me: str) -> Iterator[tuple[str, Binding]]:
    """``self.x = value`` and ``self.x: T = value`` in a method."""
    for node in own_nodes(method.node):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == me:
                if isinstance(node, ast.AnnAssign):
                    yield target.attr, _annotated(method, node)
                elif isinstance(node, ast.Assign):
                    yield target.attr, Binding(method, node.lineno, value=node.value)
