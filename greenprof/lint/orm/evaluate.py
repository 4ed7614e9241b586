"""Goes through a project's code without running it: which rows of which models come by, and what is read of them.

Every function is gone through on its own, and again for each kind of arguments that it is called with. Calls are
followed some levels deep; recursion ends at once, and what a call did before is remembered. What happens in a loop to
what differs from round to round is what `Evaluator.all_found` tells at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from greenprof.lint.orm import attributes, conditions, library, mapper
from greenprof.lint.orm.annotations import annotated
from greenprof.lint.orm.code import body_of, has_decorator, is_remembered
from greenprof.lint.orm.effects import Effect, Found, Loop
from greenprof.lint.orm.expressions import EXPRESSIONS
from greenprof.lint.orm.extent import is_batched, is_few, is_of_one, is_one_line, searches, sends
from greenprof.lint.orm.frame import Frame, Names
from greenprof.lint.orm.frameworks.routes import Named
from greenprof.lint.orm.frameworks.signals import Receiver
from greenprof.lint.orm.frameworks.template_files import TemplateFiles
from greenprof.lint.orm.models import Model, Models
from greenprof.lint.orm.program import Node
from greenprof.lint.orm.project import Binding, ClassInfo, Module, Pending, Project
from greenprof.lint.orm.statements import STATEMENTS
from greenprof.lint.orm.values import (
    ANYTHING,
    NEVER,
    Anything,
    Born,
    ClassOf,
    Code,
    Constant,
    External,
    Function,
    Made,
    Many,
    Mapping,
    Method,
    Object,
    OneOf,
    Row,
    Rows,
    Several,
    Value,
    alternatives,
    born_of_all,
    one_of,
)

MOST_CALLS_DEEP = 9
MOST_CONTEXTS = 24  # kinds of arguments that one function is looked at with
MOST_STEPS = 60_000  # expressions that one function of the project may cost

Arguments = tuple[tuple[Value, ...], tuple[tuple[str | None, Value], ...]]


class Evaluator:
    """Goes through the code of a project, and through the templates that it renders."""

    def __init__(self, project: Project, templates: TemplateFiles | None = None) -> None:
        self.project, self.templates = project, templates or TemplateFiles()
        self.tags: dict[str, tuple[Function, Node | None]] | None = None
        self.admins: list[tuple[ClassInfo, list[Model]]] | None = None
        self.named: Named | None = None  # what the code names, other than its tests
        self.shown_forms: set[str] | None = None  # names of what may be shown, forms among them
        self.receivers: list[Receiver] | None = None
        self.kept: dict[str, dict[str, Value]] = {}
        self.found: dict[tuple[Any, ...], Found] = {}
        self.saved: set[int] = set()
        self.writing: set[int] = set()  # loops in whose rounds rows are written
        self.writers: set[int] = set()  # functions that write rows
        self._extents: dict[int, tuple[bool, bool, bool]] = {}
        self.searching: set[int] = set()  # loops that are left at the first that fits: any(… for … in …)
        self.failed: list[str] = []
        self._memo: dict[Any, tuple[Value, tuple[Effect, ...], Value | None]] = {}
        self._contexts: dict[int, int] = {}
        self._stack: list[Code] = []
        self._pending: dict[int, Value] = {}
        self._busy: set[int] = set()
        self._steps = 0
        self._ancestors: dict[int, tuple[list[ClassInfo], list[Value]]] = {}
        self._joined: dict[tuple[ClassInfo, ...], ClassInfo] = {}
        self._tokens: dict[tuple[Any, ...], int] = {}
        self.set_in_methods: dict[int, dict[str, Value]] = {}
        self._inner: dict[int, Any] = {}
        self.models = Models(project.classes, self.ancestors, self.binding_value)

    # Names

    def pending(self, one: Pending) -> Value:
        """What an expression at the top of a module or class gives."""
        return self.binding_value_in(one.module, None, one.binding)

    def binding_value(self, info: ClassInfo, binding: Binding) -> Value:
        """What a class gives a name to."""
        return self.binding_value_in(info.module, info, binding)

    def binding_value_in(self, module: Module, info: ClassInfo | None, binding: Binding) -> Value:
        """What a name is given, worked out once."""
        if binding.value is not None:
            return binding.value
        if binding.imported is not None:
            source, level, name = binding.imported
            value = self.project.imported(source, level, name, module)
            return self.pending(value) if isinstance(value, Pending) else value
        key = id(binding)
        if key in self._pending:
            return self._pending[key]
        if key in self._busy or binding.expression is None:
            return self.annotated(binding.annotation, module) if binding.annotation else ANYTHING
        self._busy.add(key)
        names = Names({}, None)
        if info is not None:
            names = Names(_ClassTable(self, info), None)
        frame = Frame(module, names, owner=info)
        saved, self._steps = self._steps, 0
        value = self.value(binding.expression, frame)
        self._steps = saved
        self._busy.discard(key)
        if isinstance(value, Anything) and binding.annotation is not None:
            value = self.annotated(binding.annotation, module)
        self._pending[key] = value
        return value

    def lookup(self, name: str, frame: Frame) -> Value:
        """What a name stands for."""
        value = frame.names.get(name)
        if value is None:
            value = self.project.lookup_static(frame.module, name)
            if value is None:
                return External(f"builtins.{name}")
        if isinstance(value, Pending):
            return self.pending(value)
        return value

    # Classes

    def ancestors(self, info: ClassInfo) -> tuple[list[ClassInfo], list[Value]]:
        """A class and those of the project above it, nearest first; and those above it from elsewhere."""
        known = self._ancestors.get(id(info))
        if known is not None:
            return known
        self._ancestors[id(info)] = ([info], [])  # what a class says of itself in a circle
        inside, outside = [info], []
        frame = Frame(info.module, Names({}, None))
        for base in info.node[3]:
            if base is None:
                continue
            value = self.value(base, frame)
            for one in alternatives(value):
                if isinstance(one, ClassOf):
                    above, beyond = self.ancestors(one.info)
                    inside += [each for each in above if each not in inside]
                    outside += beyond
                elif isinstance(one, Made) and one.name.endswith("from_queryset"):
                    joined = self.ancestors(self.joined_class(one.args, info.module))
                    inside += [each for each in joined[0] if each not in inside]
                    outside += [External(one.name), *joined[1]]
                elif isinstance(one, Method) and isinstance(one.of, Made):
                    outside.append(External(f"{one.of.name}.{one.name}"))
                elif isinstance(one, External | Made):
                    outside.append(one)
        self._ancestors[id(info)] = (inside, outside)
        return inside, outside

    def joined_class(self, parts: Sequence[Value], module: Module) -> ClassInfo:
        """The class that a call makes of several: ``Manager.from_queryset(OrderQuerySet)``."""
        classes = tuple(one.info for one in parts if isinstance(one, ClassOf))
        known = self._joined.get(classes)
        if known is None:
            known = self._joined[classes] = ClassInfo(module, "Joined", ["class", 0, "Joined", [], [], [], []])
            above = [self.ancestors(one) for one in classes]
            inside = dict.fromkeys(each for one in above for each in one[0])
            self._ancestors[id(known)] = ([known, *inside], [each for one in above for each in one[1]])
        return known

    def member(self, info: ClassInfo, name: str, after: ClassInfo | None = None) -> tuple[Value, ClassInfo] | None:
        """An attribute of a class, and the class that has it; of those behind `after` if that is given."""
        inside = self.ancestors(info)[0]
        if after is not None:
            inside = inside[inside.index(after) + 1 :] if after in inside else []
        for one in inside:
            binding = one.members.get(name)
            if binding is not None:
                return self.binding_value(one, binding), one
        return None

    def is_subclass(self, info: ClassInfo, *names: str) -> bool:
        """Whether a class has one of these, from elsewhere, above it; by their last names."""
        return any(outside_name(one).rpartition(".")[2] in names for one in self.ancestors(info)[1])

    # Going through

    def look_at(self, code: Code, bound: Value | None = None, *, doubtful: bool = False) -> Value:
        """Go through a function on its own; `doubtful` if it is in doubt whether anybody calls it."""
        self._steps = 0
        frame = self._frame(Function(code, bound), (), (), alone=True)
        frame.doubts += doubtful
        self._stack.append(code)
        try:
            self.run(body_of(code), frame)
        finally:
            self._stack.pop()
        return one_of(frame.results)

    def look_at_module(self, module: Module) -> None:
        """Go through what runs at the top of a module."""
        self._steps = 0
        frame = Frame(module, Names({}, None))
        self.run([one for one in module.program if one[0] not in ("def", "class")], frame)

    def run(self, body: Sequence[Node], frame: Frame) -> str | None:
        """Go through statements; how they end, if they leave: ``return``, ``raise``, ``break`` or ``continue``."""
        for node in body:
            ends = STATEMENTS[node[0]](self, node, frame)
            if ends is not None:
                return ends
        return None

    def value(self, node: Node | None, frame: Frame) -> Value:
        """What an expression is worth."""
        if node is None:
            return ANYTHING
        self._steps += 1
        if self._steps > MOST_STEPS:
            return ANYTHING
        return EXPRESSIONS[node[0]](self, node, frame)

    def expression(self, node: Node, info: ClassInfo) -> Value:
        """What an expression in the body of a class is worth."""
        return self.value(node, Frame(info.module, Names(_ClassTable(self, info), None), owner=info))

    def token(self, *words: Any) -> int:
        """The number of a loop that no node stands for, by words of which no two loops have the same."""
        return self._tokens.setdefault(words, -1 - len(self._tokens))

    def start(self, module: Module) -> Frame:
        """A frame to begin with: all steps are before it."""
        self._steps = 0
        return Frame(module, Names({}, None))

    def emit(self, effect: Effect, frame: Frame) -> None:
        """Something happens to a database: once a round of a loop, or once a call."""
        if frame.doubts:
            effect = replace(effect, sure=min(effect.sure, 1))
        for_some = effect.for_some | conditions.for_some(effect, frame)
        for depth, loop in reversed(list(enumerate(frame.loops))):
            if loop.token in effect.never or loop.token in frame.leaving:
                continue
            if loop.kind == "batch" and effect.kind in ("query", "write"):
                continue
            if effect.born is None or loop.token in effect.born:
                is_guarded = any(around > depth for around in frame.guards)
                if is_guarded or loop.token in for_some or conditions.is_seldom(frame, depth):
                    effect = replace(effect, sure=min(effect.sure, 1))
                self._finish(effect, loop, frame)
                return
        if frame.leaving:
            effect = replace(effect, never=effect.never | frame.leaving)
        if len(frame.effects) < 200:
            frame.effects.append(conditions.seen_from_outside(replace(effect, for_some=for_some), frame))

    def _finish(self, effect: Effect, loop: Loop, frame: Frame) -> None:
        place = effect.place
        name = effect.relation.name if effect.relation is not None and effect.kind != "query" else effect.name
        key = (effect.kind in ("query", "write"), place.path, place.line, name)
        if effect.kind == "write" and effect.name in ("save", "create", "get_or_create", "update_or_create"):
            self.saved.add(id(effect.model))
        new = Found(replace(effect, sure=min(effect.sure, loop.sure)), loop, frame.code)
        old = self.found.get(key)
        if old is None or _tells_less(old.effect, new.effect):
            self.found[key] = new

    def note_write(self, frame: Frame) -> None:
        """Rows are written here: in the loops around, by the functions that are being gone through."""
        self.writing.update(one.token for one in frame.loops)
        self.writers.update(id(code) for code in self._stack)

    def all_found(self) -> list[Found]:
        """What happens once a round of a loop, once all of it was gone through."""
        return [replace(one, writes=one.loop.token in self.writing) for one in self.found.values()]

    @contextmanager
    def rounds(self, loop: Loop | None, frame: Frame) -> Iterator[None]:
        """While the rounds of a loop are gone through."""
        if loop is None:
            yield
            return
        frame.loops.append(loop)
        try:
            yield
        finally:
            frame.loops.pop()

    # Calls

    def call(self, function: Value, arguments: Arguments, node: Node, frame: Frame) -> Value:
        """What a call gives; what it does is noted."""
        args, keywords = arguments
        match function:
            case OneOf(values=values):
                return one_of([self.call(one, arguments, node, frame) for one in values])
            case Function():
                return self.call_function(function, args, keywords, node, frame)
            case ClassOf(info=info):
                return self.make(info, args, keywords, node, frame)
            case Object(info=info):
                found = self.member(info, "__call__")
                if found is not None and isinstance(found[0], Function):
                    return self.call_function(replace(found[0], bound=function), args, keywords, node, frame)
        value = library.call(self, function, arguments, node, frame)
        if value is not None:
            return value
        match function:
            case External(name=name):
                is_python = name.startswith("builtins.")
                return Anything(born_of_all(args, keywords)) if is_python else Made(name, args, keywords)
            case Made(name=name):
                return Made(f"{name}()", args, keywords)
            case Method(of=Made(name=of) as made, name=name):
                return Made(f"{of}.{name}", (made, *args), keywords)
            case Method(of=of):
                return Anything(born_of_all((of, *args), keywords) | frame.rounds)
        return Anything(born_of_all(args, keywords) | frame.rounds)

    def call_function(
        self,
        function: Function,
        args: tuple[Value, ...],
        keywords: tuple[tuple[str | None, Value], ...],
        node: Node,
        frame: Frame,
    ) -> Value:
        """Go through a function of the project as it is called here."""
        result = self.enter(function, args, keywords)
        if result is None:
            depends = born_of_all(args, keywords) | function.born
            return (
                self.annotated(function.code.node[6], function.code.module, depends | frame.rounds)
                if not (function.code.is_lambda)
                else Anything(depends | frame.rounds)
            )
        value, effects, _ = result
        if id(function.code) in self.writers:
            self.note_write(frame)
        place = frame.place(node)
        for effect in effects:
            if function.code.keeps_places:
                self.emit(effect, frame)
            else:
                self.emit(effect.called(place, f"{function.code.name}()"), frame)
        return value.came_back(frame.rounds)

    def call_unseen(
        self,
        function: Function,
        args: tuple[Value, ...],
        frame: Frame,
        keywords: tuple[tuple[str | None, Value], ...] = (),
    ) -> Value:
        """A call that no line of the project makes: what it does stands where it is written."""
        result = self.enter(function, args, keywords)
        if result is None:
            return ANYTHING
        if id(function.code) in self.writers:
            self.note_write(frame)
        for effect in result[1]:
            self.emit(effect, frame)
        return result[0].came_back(frame.rounds)

    def enter(
        self, function: Function, args: tuple[Value, ...], keywords: tuple[tuple[str | None, Value], ...]
    ) -> tuple[Value, tuple[Effect, ...], Value | None] | None:
        """What a function gives and does for these arguments, and its first parameter afterwards.

        None if that goes too deep.
        """
        code = function.code
        if len(self._stack) >= MOST_CALLS_DEEP or code in self._stack:
            return None
        bound = function.bound.handed(False) if function.bound is not None else None
        args = tuple([one.handed(False) for one in args])
        keywords = tuple([(name, one.handed(False)) for name, one in keywords])
        key = (id(code), bound, args, keywords, id(function.names))
        known = self._memo.get(key)
        if known is not None:
            return known
        count = self._contexts.get(id(code), 0)
        if count >= MOST_CONTEXTS or self._steps > MOST_STEPS:
            return None
        self._contexts[id(code)] = count + 1
        frame = self._frame(Function(code, bound, function.names), args, keywords, alone=False)
        self._stack.append(code)
        try:
            if code.is_lambda:
                frame.results.append(self.value(code.node[4], frame))
            else:
                self.run(code.node[4], frame)
        finally:
            self._stack.pop()
        value = one_of(frame.results) if frame.results else Constant(None)
        if not code.is_lambda and code.node[7] == "generator":
            value = Many(one_of(frame.yields))
        elif isinstance(value, Anything) and not code.is_lambda and code.node[6] is not None:
            value = self.annotated(code.node[6], code.module, value.born)
        effects = tuple(frame.effects)
        if is_remembered(code):
            effects = ()
        elif bound is not None and has_decorator(code, "cached_property"):  # once for each object
            effects = tuple(replace(one, born=bound.born if one.born is None else one.born) for one in effects)
        first = code.node[3][0][0][0] if code.node[3][0] else None
        result = (value, effects, frame.names.table.get(first) if first else None)
        self._memo[key] = result
        return result

    def _frame(
        self,
        function: Function,
        args: tuple[Value, ...],
        keywords: tuple[tuple[str | None, Value], ...],
        *,
        alone: bool,
    ) -> Frame:
        """A frame for a call, its parameters given."""
        code = function.code
        positional, star, only, double = code.node[3]
        table: dict[str, Value] = {}
        given = [*args]
        if function.bound is not None:
            given.insert(0, function.bound)
        named = {name: value for name, value in keywords if name is not None}
        spread = any(name is None for name, _ in keywords)
        module = code.module
        outer = function.names
        frame = Frame(module, Names(table, outer), code, code.owner)
        for number, (name, annotation, default) in enumerate([*positional, *only]):
            if number < len(positional) and number < len(given):
                value = given[number]
            elif name in named:
                value = named.pop(name)
            elif alone or spread:
                value = self.annotated(annotation, module)
            elif default is not None:
                value = self.value(default, Frame(module, Names({}, outer), owner=code.owner))
            else:
                value = self.annotated(annotation, module)
            if isinstance(value, Anything) and annotation is not None:
                told = self.annotated(annotation, module, value.born)
                value = told if not isinstance(told, Anything) else value
            table[name] = value
        if star:
            rest = given[len(positional) :]
            table[star] = Several(tuple(rest)) if rest and not alone else ANYTHING
        if double:
            table[double] = Mapping(tuple(named.items()))
        return frame

    def make(
        self,
        info: ClassInfo,
        args: tuple[Value, ...],
        keywords: tuple[tuple[str | None, Value], ...],
        node: Node,
        frame: Frame,
    ) -> Value:
        """An object of a class of the project."""
        model = self.models.of(info)
        if model is not None:
            return mapper.new_row(self, model, keywords, node, frame)
        made = library.make(self, info, args, keywords, node, frame)
        if made is not None:
            return made
        one: Value = Object(info, made=(args, keywords))
        init = self.member(info, "__init__")
        if init is not None and isinstance(init[0], Function):
            result = self.enter(replace(init[0], bound=one), args, keywords)
            if result is not None:
                place = frame.place(node)
                for effect in result[1]:
                    self.emit(effect.called(place, f"{info.name}()"), frame)
                if isinstance(result[2], Object):
                    return result[2].came_back(NEVER)
        elif self._is_plain_record(info):
            fields = [name for name, binding in info.members.items() if binding.annotation is not None]
            told = dict(zip(fields, args, strict=False)) | {name: value for name, value in keywords if name}
            return Object(info, attributes=tuple(sorted(told.items())))
        return one

    def _is_plain_record(self, info: ClassInfo) -> bool:
        return any(
            word in repr(one) for one in info.node[6] for word in ("dataclass", "attr", "strawberry")
        ) or self.is_subclass(info, "NamedTuple", "BaseModel")

    # What is known of attributes, code in code, and annotations

    def attribute(self, value: Value, name: str, node: Node, frame: Frame) -> Value:
        """What an attribute of a value is."""
        return attributes.attribute(self, value, name, node, frame)

    def bind(self, value: Value, to: Value, node: Node, frame: Frame) -> Value:
        """A member of a class as an attribute of an object of it."""
        return attributes.bind(self, value, to, node, frame)

    def annotated(self, node: Node | None, module: Module, born: Born = NEVER) -> Value:
        """A value of which only the annotation is known: a row or rows of a model, an object of a class."""
        return annotated(self, node, module, born)

    def inner_code(self, node: Node, frame: Frame) -> Code:
        """The code of a function in a function."""
        code = self._inner.get(id(node))
        if code is None:
            owner = frame.code.owner if frame.code is not None else frame.owner
            name = "lambda" if node[0] == "lambda" else node[2]
            code = self._inner[id(node)] = Code(module=frame.module, name=name, node=node, owner=owner)
        return code

    def inner_class(self, node: Node, frame: Frame) -> ClassInfo:
        """A class in a function."""
        info = self._inner.get(id(node))
        if info is None:
            info = self._inner[id(node)] = ClassInfo(frame.module, node[2], node)
        return info

    # Loops

    def loop_over(self, value: Value, node: Node, at: Node, frame: Frame) -> tuple[Value, Loop | None]:
        """What a loop gives in each round, and the loop, unless its rounds are few."""
        element = self.each(value, at, frame)
        token = id(node)
        if is_few(value, at):
            return element, None
        sources = [one.source for one in alternatives(value) if isinstance(one, Rows)]
        place = frame.place(at)
        source = sources[0] if sources else element.source if isinstance(element, Row) else None
        kind = "batch" if is_batched(at, element) else "loop"
        known = self._extents.get(token)
        if known is None:
            body = node[4] if node[0] == "for" else []
            known = self._extents[token] = searches(body), sends(body), is_one_line(body)
        first, sent, one_line = known
        loop = Loop(
            token,
            place,
            source,
            kind=kind,
            of_one=is_of_one(value),
            searches=first or token in self.searching,
            sends=sent,
            is_one_line=one_line,
        )
        return element.reborn(frozenset((token,)) | frame.rounds), loop

    def each(self, value: Value, at: Node, frame: Frame) -> Value:
        """What going through a value gives, one after the other; a query is sent for it."""
        match value:
            case OneOf(values=values):
                return one_of([self.each(one, at, frame) for one in values])
            case Rows():
                return mapper.each(self, value, at, frame)
            case Many(element=element, born=born):
                return element.reborn(born)
            case Several(elements=elements):
                return one_of(elements) if elements else ANYTHING
            case Mapping(key=key):
                return key
            case Object(info=info):
                for name in ("__iter__", "__next__"):
                    found = self.member(info, name)
                    if found is not None and isinstance(found[0], Function):
                        given = self.call_function(replace(found[0], bound=value), (), (), at, frame)
                        return self.each(given, at, frame) if name == "__iter__" else given
                return library.each_of_object(self, value, at, frame)
            case Made():
                return library.each_of_made(self, value, at, frame)
        return Anything(value.born)


def _tells_less(old: Effect, new: Effect) -> bool:
    """Whether what is found at the same place says more: it is surer, or reads more of a row than its key."""
    return (old.sure, old.kind != "key") < (new.sure, new.kind != "key")


class _ClassTable(dict[str, Value]):
    """The names that the body of a class sees: those it gave before."""

    def __init__(self, evaluator: Evaluator, info: ClassInfo) -> None:
        super().__init__()
        self._evaluator, self._info = evaluator, info

    def __contains__(self, name: object) -> bool:
        return name in self._info.members

    def __getitem__(self, name: str) -> Value:
        return self._evaluator.binding_value(self._info, self._info.members[name])


def outside_name(value: Value) -> str:
    """The full name of what a class from elsewhere is."""
    return value.name if isinstance(value, External | Made) else ""
