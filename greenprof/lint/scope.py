"""What a name stands for, read from imports, annotations, assignments and calls in the same file.

The answer is an **origin**: the import path, calls and items through which a value came about, as
text. After ``import sqlite3 as db; cur = db.connect(p).cursor()`` the origin of ``cur`` is
``sqlite3.connect().cursor()``; an element of it is ``sqlite3.connect().cursor()[]``. An annotation
``s: Session`` gives ``sqlalchemy.orm.Session()``. A name that the file tells nothing about has an
origin that starts with a question mark: ``?rows``. Classes of the file are ``class:User``.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count

from greenprof.lint.bindings import Binding, Function, attribute_bindings, bindings_in, class_named
from greenprof.lint.kinds import kind_of
from greenprof.lint.tree import NEW_SCOPE, all_nodes, own_nodes

MOST_ORIGINS = 6
MOST_STEPS = 200
UNKNOWN = frozenset({"?"})
PATHS = frozenset({"pathlib.Path()"})
SEQUENCES = frozenset({"builtins.str()", "builtins.bytes()", "builtins.list()"})

_LITERALS = {
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.JoinedStr: "str",
    ast.GeneratorExp: "generator",
}


@dataclass(frozen=True, slots=True)
class _Search:
    """One question about origins: the bindings being read, and how many were read so far."""

    lines: range
    busy: tuple[Binding, ...] = ()
    steps: Iterator[int] = field(default_factory=count)

    def may_enter(self, binding: Binding) -> bool:
        """False for ``x = x.strip()`` read from itself, and when the question has cost enough."""
        return binding not in self.busy and next(self.steps) < MOST_STEPS

    def into(self, binding: Binding, scope: Scope) -> _Search:
        lines = self.lines if binding.scope is scope else range(0)
        return _Search(lines, (*self.busy, binding), self.steps)


class Scope:
    """A module, class or function, and the names bound in it. Everything is worked out when first asked for.

    ``path`` is that of the module's file.
    """

    def __init__(self, node: ast.Module | ast.ClassDef | Function, parent: Scope | None = None, path: str = "") -> None:
        self.node = node
        self.parent = parent
        self.path: str = path if parent is None else parent.path
        self._children: dict[int, Scope] = {}

    def child(self, node: ast.ClassDef | Function) -> Scope:
        """The scope of a class or function defined in this one."""
        return self._children.setdefault(id(node), Scope(node, self))

    def release(self) -> None:
        """Forget everything, this scope and all inside of it: they point to each other, and collecting garbage for
        that takes a tenth of the time that linting does. Nothing may be asked afterwards.
        """
        for child in self._children.values():
            child.release()
        self.__dict__.clear()

    @property
    def module(self) -> Scope:
        """The outermost scope."""
        return self if self.parent is None else self.parent.module

    @property
    def is_async(self) -> bool:
        """Whether this is the body of an ``async def``."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def method_of(self) -> Scope | None:
        """The class whose method this is, or is inside of."""
        if isinstance(self.node, Function) and self.parent is not None:
            return self.parent if isinstance(self.parent.node, ast.ClassDef) else self.parent.method_of
        return None

    @cached_property
    def bindings(self) -> dict[str, list[Binding]]:
        """All bindings of each name in this scope, in the order of the source."""
        found: dict[str, list[Binding]] = {}
        for name, binding in bindings_in(self):
            found.setdefault(name, []).append(binding)
        return found

    @cached_property
    def attributes(self) -> dict[str, list[Binding]]:
        """For a class: bindings of ``self.x`` in its methods, and of ``x`` in its body."""
        found = {name: list(bindings) for name, bindings in self.bindings.items()}
        for method in self.node.body:
            if isinstance(method, Function) and method.args.args:
                inside = self.child(method)
                for name, binding in attribute_bindings(inside, method.args.args[0].arg):
                    found.setdefault(name, []).append(binding)
        return found

    @cached_property
    def renamed(self) -> dict[str, str]:
        """For a module: the names that ``from … import … as …`` at its top gives to others, and what they are."""
        imports = [one for one in self.node.body if isinstance(one, ast.ImportFrom)]
        return {alias.asname: alias.name for one in imports for alias in one.names if alias.asname is not None}

    def around(self) -> Iterator[Scope]:
        """This one and those that it stands in, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def find(self, name: str) -> list[Binding]:
        """The bindings that a use of `name` here can see; the body of a class is not seen from its methods."""
        scope: Scope | None = self
        while scope is not None:
            if (scope is self or not isinstance(scope.node, ast.ClassDef)) and name in scope.bindings:
                return scope.bindings[name]
            scope = scope.parent
        return []

    def value(self, name: str, before: int | None = None) -> ast.expr | None:
        """The expression last assigned to `name` before a line, None if there is none or it is an element of one."""
        bindings = [one for one in self.find(name) if before is None or one.line < before or one.scope is not self]
        last = bindings[-1] if bindings else None
        return None if last is None or last.element or last.instance else last.value

    def is_fast_local(self, name: str) -> bool:
        """Whether `name` is a local variable that no inner function sees: CPython keeps it in the frame itself."""
        if not isinstance(self.node, Function) or name not in self.bindings:
            return False
        shared = {
            name for node in own_nodes(self.node) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names
        }
        inner = [node for node in own_nodes(self.node) if isinstance(node, NEW_SCOPE)]
        return name not in shared and not any(_sees(node, name) for node in inner)

    def origins(self, expr: ast.expr, lines: range = range(0)) -> frozenset[str]:
        """Every origin that `expr` may have here; ``lines`` is the piece of code that it stands in.

        Inside ``for x in …`` only that loop counts as the binding of ``x``. None as a value is left
        out: it says nothing about the other values.
        """
        return self._origins(expr, _Search(lines))

    def kind(self, expr: ast.expr, lines: range = range(0)) -> str | None:
        """The kind of value, a word of `greenprof.lint.kinds`; None if it is unknown or may be several."""
        return kind_of(self.origins(expr, lines))

    def _origins(self, expr: ast.expr, search: _Search) -> frozenset[str]:  # noqa: PLR0911, PLR0912  (one return per form)
        def read(one: ast.expr) -> frozenset[str]:
            return self._origins(one, search)

        match expr:
            case ast.Name(id=name):
                return self._of_name(name, search)
            case ast.Attribute(value=value, attr=attr):
                return self._of_own_attribute(expr, search) or _suffixed(read(value), f".{attr}")
            case ast.Call(func=ast.Name(id="next"), args=[items, *_]):
                return _suffixed(read(items), "[]")
            case ast.Call(func=func):
                return self._of_own_function(func, search) or _suffixed(read(func), "()")
            case ast.Subscript(value=value, slice=ast.Slice()):
                return _suffixed(read(value), "[:]")
            case ast.Subscript(value=value):
                return _suffixed(read(value), "[]")
            case ast.Await(value=value) | ast.NamedExpr(value=value):
                return read(value)
            case ast.IfExp(body=body, orelse=orelse):
                return _few(read(body) | read(orelse))
            case ast.BoolOp(values=values):
                return _few(frozenset().union(*map(read, values)))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return (read(left) | read(right)) & SEQUENCES or UNKNOWN
            case ast.BinOp(left=left, op=ast.Mod() | ast.Mult()):
                return read(left) & SEQUENCES or UNKNOWN
            case ast.BinOp(left=left, op=ast.Div()):
                return read(left) & PATHS or UNKNOWN
            case ast.Constant(value=value):
                return frozenset() if value is None else frozenset({f"builtins.{type(value).__name__}()"})
        literal = _LITERALS.get(type(expr))
        return frozenset({f"builtins.{literal}()"}) if literal else UNKNOWN

    def _of_name(self, name: str, search: _Search) -> frozenset[str]:
        bindings = self.find(name)
        if not bindings:
            return frozenset({f"builtins.{name}" if hasattr(builtins, name) else f"?{name}"})
        inside = [one for one in bindings if one.element and one.scope is self and one.line in search.lines]
        return self._of_bindings(inside or self._still_valid(bindings, search.lines.start), search, f"?{name}")

    def _still_valid(self, bindings: list[Binding], line: int) -> list[Binding]:
        """The bindings without those before the last one that surely runs before `line`: ``xs = list(xs)``."""
        for place in range(len(bindings) - 1, 0, -1):
            one = bindings[place]
            if one.line < line and one.scope is self and one.value is not None and one.line in self._own_lines:
                return bindings[place:]
        return bindings

    @cached_property
    def _own_lines(self) -> frozenset[int]:
        """For a function: the lines of the assignments that run whenever it does."""
        body = self.node.body if isinstance(self.node, Function) else ()
        return frozenset(one.lineno for one in body if isinstance(one, ast.Assign | ast.AnnAssign))

    def _of_bindings(self, bindings: list[Binding], search: _Search, unknown: str) -> frozenset[str]:
        found: set[str] = set()
        for one in bindings:
            if one.origin is not None:
                found.add(one.origin)
            elif one.value is not None and search.may_enter(one):
                seen = one.scope._origins(one.value, search.into(one, self))
                found.update(_suffixed(seen, "[]") if one.element else map(_instance, seen) if one.instance else seen)
        return _few(frozenset(found), unknown)

    def _of_own_attribute(self, expr: ast.Attribute, search: _Search) -> frozenset[str]:
        """``self.x``: what the class and its methods assign to it; empty if that is nothing."""
        owner = self.method_of
        if owner is None or not isinstance(expr.value, ast.Name) or expr.value.id not in ("self", "cls"):
            return frozenset()
        return self._of_bindings(owner.attributes.get(expr.attr, []), search, f"?self.{expr.attr}")

    def _of_own_function(self, func: ast.expr, search: _Search) -> frozenset[str]:
        """A call of a function or own method of this file: what its annotation or its body says that it returns."""
        for binding in self._functions(func):
            function = binding.function
            if function is None or not search.may_enter(binding):
                continue
            if function.returns is not None:
                returned = binding.scope._origins(class_named(function.returns), search.into(binding, self))
                return frozenset(map(_instance, returned))
            return binding.scope.child(function)._of_returned(search.into(binding, self))
        return frozenset()

    def _functions(self, func: ast.expr) -> list[Binding]:
        """The bindings of a name, or of ``self.name`` in the class."""
        match func:
            case ast.Name(id=name):
                return self.find(name)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name) if self.method_of is not None:
                return self.method_of.bindings.get(name, [])
        return []

    @cached_property
    def _returned(self) -> list[ast.expr]:
        """For a function: what it returns, as far as that is simple; nothing for one that is decorated or yields."""
        nodes = list(own_nodes(self.node))
        if getattr(self.node, "decorator_list", None) or self.is_async:
            return []
        if any(isinstance(one, ast.Yield | ast.YieldFrom) for one in nodes):
            return [ast.GeneratorExp(ast.Constant(0), [])]
        return [one.value for one in nodes if isinstance(one, ast.Return) and one.value is not None]

    def _of_returned(self, search: _Search) -> frozenset[str]:
        """Where the values come from that the function of this scope returns; empty if one is unknown."""
        found = _few(frozenset().union(*(self._origins(one, search) for one in self._returned)))
        return frozenset() if any(one.startswith("?") for one in found) else found


def _sees(node: ast.AST, name: str) -> bool:
    """Whether a function or class reads `name` from around it; a function that assigns it has its own."""
    names = [one for one in all_nodes(node) if isinstance(one, ast.Name) and one.id == name]
    if not names or not isinstance(node, Function):
        return bool(names)
    if any(isinstance(one, ast.Nonlocal) and name in one.names for one in all_nodes(node)):
        return True
    given = node.args
    parameters = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    return name not in parameters and not any(
        isinstance(one, ast.Name) and one.id == name and isinstance(one.ctx, ast.Store) for one in own_nodes(node)
    )


def _suffixed(origins: frozenset[str] | set[str], suffix: str) -> frozenset[str]:
    return frozenset(origin + suffix for origin in origins)


def _instance(origin: str) -> str:
    return origin if origin.startswith("?") else origin + "()"


def _few(origins: frozenset[str], unknown: str = "?") -> frozenset[str]:
    """A name that may be too many things is unknown."""
    return origins if len(origins) <= MOST_ORIGINS else frozenset({unknown})
