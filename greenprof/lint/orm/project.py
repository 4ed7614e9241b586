"""The files of a project as modules: what their names stand for, through imports, and the classes in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from greenprof.lint.orm.program import Node
from greenprof.lint.orm.values import ClassOf, Code, External, Function, InModule, Value
from greenprof.lint.project_files import module_names


class Binding:
    """What a name of a module or a class is given: a value, an import, or an expression to be worked out."""

    __slots__ = ("annotation", "expression", "imported", "value")

    def __init__(
        self,
        value: Value | None = None,
        expression: Node | None = None,
        annotation: Node | None = None,
        imported: tuple[str, int, str | None] | None = None,
    ) -> None:
        self.value, self.expression, self.annotation, self.imported = value, expression, annotation, imported


@dataclass(eq=False)
class Module:
    """One file."""

    name: str
    path: str
    program: list[Node] = field(repr=False)
    is_package: bool = False
    known: dict[str, Value | None] = field(default_factory=dict, repr=False)

    @cached_property
    def names(self) -> dict[str, Binding]:
        """What the statements at its top give names to."""
        self.stars: list[tuple[str, int]] = []
        return bindings(self.program, self, None, self.stars)

    @cached_property
    def classes(self) -> list[ClassInfo]:
        """All classes, those in classes and functions too."""
        _ = self.names
        return self._all_classes

    @cached_property
    def _all_classes(self) -> list[ClassInfo]:
        found: list[ClassInfo] = []
        todo: list[dict[str, Binding]] = [self.names]
        while todo:
            for binding in todo.pop().values():
                if isinstance(binding.value, ClassOf) and binding.value.info.module is self:
                    found.append(binding.value.info)
                    todo.append(binding.value.info.members)
        return found

    @cached_property
    def functions(self) -> list[Code]:
        """All functions, methods too, but for those in functions."""
        tables = [self.names, *(one.members for one in self.classes)]
        return [
            binding.value.code
            for table in tables
            for binding in table.values()
            if isinstance(binding.value, Function) and binding.value.code.module is self
        ]


@dataclass(eq=False)
class ClassInfo:
    """One class of the project."""

    module: Module
    name: str
    node: Node = field(repr=False)
    outer: ClassInfo | None = None

    @cached_property
    def members(self) -> dict[str, Binding]:
        """What its body gives names to."""
        return bindings(self.node[5], self.module, self, [])

    @property
    def line(self) -> int:
        """Where it begins."""
        line: int = self.node[1]
        return line

    @property
    def full_name(self) -> str:
        """Module and name, which no other class has."""
        return f"{self.module.name}.{self.outer.name + '.' if self.outer else ''}{self.name}"

    def __repr__(self) -> str:
        return f"<{self.full_name}>"


def bindings(
    body: list[Node], module: Module, owner: ClassInfo | None, stars: list[tuple[str, int]]
) -> dict[str, Binding]:
    """What statements give names to, branches included; the last one counts."""
    found: dict[str, Binding] = {}
    for node in _flat(body):
        match node[0]:
            case "def":
                code = Code(module=module, name=node[2], node=node, owner=owner)
                if not any(_is_setter(one) for one in node[5]):
                    found[node[2]] = Binding(value=Function(code))
            case "class":
                found[node[2]] = Binding(value=ClassOf(ClassInfo(module, node[2], node, owner)))
            case "assign":
                for target in node[2]:
                    for name, value in _targets(target, node[3]):
                        found[name] = Binding(expression=value)
            case "declare" if node[2] and node[2][0] == "name":
                found[node[2][3]] = Binding(expression=node[4], annotation=node[3])
            case "import":
                for name, alias in node[2]:
                    found[alias or name.split(".")[0]] = Binding(
                        imported=(name if alias else name.split(".")[0], 0, None)
                    )
            case "from":
                for name, alias in node[4]:
                    if name == "*":
                        stars.append((node[2], node[3]))
                    else:
                        found[alias or name] = Binding(imported=(node[2], node[3], name))
    return found


def _is_setter(decorator: Node | None) -> bool:
    return decorator is not None and decorator[0] == "attr" and decorator[4] in ("setter", "deleter")


def _targets(target: Node | None, value: Node | None) -> Iterator[tuple[str, Node | None]]:
    if target is None:
        return
    if target[0] == "name":
        yield target[3], value
    elif target[0] == "list":
        parts = value[4] if value and value[0] == "list" and len(value[4]) == len(target[4]) else None
        for number, one in enumerate(target[4]):
            yield from _targets(one, parts[number] if parts else None)


def _flat(body: list[Node]) -> Iterator[Node]:
    """The statements of a body and of its branches."""
    for node in body:
        match node[0]:
            case "if":
                yield from _flat(node[3])
                yield from _flat(node[4])
            case "try":
                for _, handler in node[3]:
                    yield from _flat(handler)
                yield from _flat(node[2])
                yield from _flat(node[4])
                yield from _flat(node[5])
            case "with":
                yield from _flat(node[3])
            case _:
                yield node


class Project:
    """The modules of some files, by where they are."""

    def __init__(self, programs: Mapping[str, list[Node]]) -> None:
        self.modules: dict[str, Module] = {}
        self.by_path: dict[str, Module] = {}
        self._by_last: dict[str, list[Module]] = {}
        for path, (name, is_package) in module_names(programs).items():
            module = Module(name, path, programs[path], is_package)
            self.modules[module.name] = module
            self.by_path[path] = module
            self._by_last.setdefault(name.rpartition(".")[2], []).append(module)

    @cached_property
    def classes(self) -> list[ClassInfo]:
        """All classes of all modules."""
        return [one for module in self.modules.values() for one in module.classes]

    def find(self, name: str, near: Module) -> Module | None:
        """The module that `near` imports as `name`: where several end in it, the one that shares most with `near`."""
        exact = self._found.get((name, near.name))
        if exact is None and (name, near.name) not in self._found:
            ends = [
                one
                for one in self._by_last.get(name.rpartition(".")[2], ())
                if one.name == name or one.name.endswith(f".{name}")
            ]
            exact = max(ends, key=lambda one: (_shared(one.name, near.name), -len(one.name)), default=None)
            self._found[name, near.name] = exact
        return exact

    @cached_property
    def _found(self) -> dict[tuple[str, str], Module | None]:
        return {}

    def absolute(self, name: str, level: int, near: Module) -> Module | str | None:
        """The module that a relative import names."""
        parts = near.name.split(".")
        up = level - 1 if near.is_package else level
        base = parts[: len(parts) - up] if up <= len(parts) else []
        full = ".".join([*base, *([name] if name else [])])
        return self.modules.get(full) or self.find(full, near) if full else None

    def imported(self, module: str, level: int, name: str | None, near: Module, depth: int = 0) -> Value:
        """What ``import module`` or ``from module import name`` gives."""
        found = self.absolute(module, level, near) if level else self.find(module, near)
        if isinstance(found, Module):
            if name is None:
                return InModule(found.name)
            if (value := self._lookup(found, name, depth + 1)) is not None:
                return value
            return External(f"{module}.{name}")
        if name is None:
            return External(module)
        inner = self.find(f"{module}.{name}", near) if not level else None
        return InModule(inner.name) if inner is not None else External(f"{module}.{name}" if module else name)

    def lookup_static(self, module: Module, name: str) -> Value | None:
        """What a module's name stands for if that needs no working out; `Pending` for an expression."""
        try:
            return module.known[name]
        except KeyError:
            value = module.known[name] = self._lookup(module, name)
            return value

    def _lookup(self, module: Module, name: str, depth: int = 0) -> Value | None:
        if depth > 10:
            return None
        binding = module.names.get(name)
        if binding is not None:
            if binding.value is not None:
                return binding.value
            if binding.imported is not None:
                source, level, wanted = binding.imported
                if source and wanted is None and level == 0:
                    return self.imported(source, 0, None, module, depth)
                return self.imported(source, level, wanted, module, depth)
            return Pending(module, binding)
        below = self.modules.get(f"{module.name}.{name}") if module.is_package else None
        if below is not None:
            return InModule(below.name)
        for source, level in module.stars:
            found = self.absolute(source, level, module) if level else self.find(source, module)
            if isinstance(found, Module) and found is not module:
                value = self._lookup(found, name, depth + 1)
                if value is not None:
                    return value
        return None


@dataclass(frozen=True, slots=True)
class Pending(Value):
    """A name that an expression of a module gives a value to."""

    module: Module
    binding: Binding


def _shared(one: str, other: str) -> int:
    """How many parts two names have in common at their beginning."""
    count = 0
    for left, right in zip(one.split("."), other.split("."), strict=False):
        if left != right:
            break
        count += 1
    return count
