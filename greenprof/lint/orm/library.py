"""What Python's own functions and containers, and libraries around a database, do with rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from greenprof.lint.kinds import words
from greenprof.lint.orm import django, frameworks, mapper, sqlalchemy
from greenprof.lint.orm.effects import Loop
from greenprof.lint.orm.extent import is_of_one
from greenprof.lint.orm.frameworks import templates
from greenprof.lint.orm.values import (
    ANYTHING,
    Anything,
    ClassOf,
    Constant,
    External,
    Function,
    Made,
    Many,
    Mapping,
    Method,
    Object,
    OneOf,
    Parent,
    Row,
    Rows,
    Several,
    Value,
    alternatives,
    born_of_all,
    one_of,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Arguments, Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import ClassInfo

_SAME_ROWS = words(
    """
    list tuple set frozenset sorted reversed iter tqdm chain from_iterable islice filterfalse sync_to_async
    async_to_sync cast deque copy
    """
)
_THROUGH = frozenset(["any", "all", "sum", "min", "max", "join", "Counter"])
_APPLY = words(
    """
    starmap sorted map groupby dropwhile takewhile filterfalse sort filter max min
    """
)
_ADDS = frozenset({"append", "add", "appendleft", "insert", "put"})
_EXTENDS = frozenset({"extend", "update"})


@dataclass(frozen=True, slots=True)
class Spread(Value):
    """``*values`` in a call."""

    of: Value


def call(ev: Evaluator, function: Value, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    """What a call of something that is no function of the project gives; None for what is not known."""
    match function:
        case Method(of=of, name=name):
            return _call_method(ev, of, name, arguments, node, frame)
        case External(name=name):
            found = sqlalchemy.call_external(ev, name, arguments, node, frame)
            return found if found is not None else _call_external(ev, name, arguments, node, frame)
        case Made(name=name, args=args) if name.endswith("from_queryset"):
            return Object(ev.joined_class(args, frame.module))
        case Made(name=name) if name.endswith(("partial", "itemgetter", "attrgetter")):
            return _call_made(ev, function, arguments, node, frame)
    return None


def _call_method(ev: Evaluator, of: Value, name: str, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    match of:
        case Rows():
            if of.state == "list" and name == "sort":
                return apply(ev, dict(arguments[1]).get("key"), of, node, frame)
            if of.model.framework == "sqlalchemy":
                return sqlalchemy.call_on_rows(ev, of, name, arguments, node, frame)
            return django.call_on_rows(ev, of, name, arguments, node, frame)
        case Row():
            if of.model.framework == "sqlalchemy":
                return Anything(of.born)
            return django.call_on_row(ev, of, name, arguments, node, frame)
        case Parent(bound=Row() as row):
            return _call_method(ev, row, name, arguments, node, frame)
        case Parent(bound=Object() as value):
            return frameworks.call_on_object(ev, value, name, arguments, frame, base=True)
        case Object():
            return frameworks.call_on_object(ev, of, name, arguments, frame, base=False)
        case ClassOf(info=info):
            return _call_on_class(ev, info, name, arguments, node, frame)
    found = sqlalchemy.call_session(ev, of, name, arguments, node, frame)
    return found if found is not None else _call_on_container(ev, of, name, arguments, node, frame)


def _call_on_class(
    ev: Evaluator, info: ClassInfo, name: str, arguments: Arguments, node: Node, frame: Frame
) -> Value | None:
    if name == "as_manager":
        return Object(info)
    if name == "from_queryset" and arguments[0]:
        return Made("from_queryset", (ClassOf(info), *arguments[0]))
    return None


def _call_on_container(
    ev: Evaluator, of: Value, name: str, arguments: Arguments, node: Node, frame: Frame
) -> Value | None:
    args, keywords = arguments
    match of:
        case Mapping(other=other, entries=entries, key=key):
            if name == "values":
                return Many(one_of([*(value for _, value in entries), other]), of.born)
            if name == "items":
                return Many(Several((key, one_of([*(value for _, value in entries), other]))), of.born)
            if name in ("get", "pop", "setdefault"):
                return item(ev, of, args[0] if args else ANYTHING, node, frame)
            if name == "keys":
                return Many(key)
        case Many() | Several():
            if name in ("copy", "union", "intersection", "difference"):
                return of
            if name in ("pop", "popleft"):
                return ev.each(of, node, frame)
            if name == "sort":
                return apply(ev, dict(keywords).get("key"), of, node, frame)
        case Constant(value=str()) if name == "join" and args:
            ev.each(args[0], node, frame)
            return ANYTHING
        case Constant(value=str()) if name == "format":
            for one in (*args, *(value for _, value in keywords)):
                shown(ev, one, node, frame)
            return ANYTHING
        case Anything() if name in ("values", "items", "keys", "get"):
            return Anything(of.born)
    if isinstance(of, Made):
        return _call_on_made(ev, of, name, arguments, node, frame)
    return None


def _call_on_made(ev: Evaluator, of: Made, name: str, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    last = of.name.rpartition(".")[2]
    if last == "get_template" and name in ("render", "render_async"):
        templates.render_made(ev, of, arguments, frame)
        return ANYTHING
    if name == "TemplateResponse":
        templates.render_call(ev, arguments, frame)
        return ANYTHING
    if last == "Paginator" and of.args and name in ("get_page", "page"):
        return Made("django.core.paginator.Page", of.args[:1])
    return None


def _call_external(ev: Evaluator, name: str, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    args, keywords = arguments
    if name.endswith("QuerySet") and (of_model := mapper.query_set(ev, None, arguments, node, frame)) is not None:
        return of_model
    last = name.rpartition(".")[2]
    named = dict(keywords)
    if last in ("sorted", "min", "max", "nlargest", "nsmallest") and args:
        rows = args[-1] if last.startswith("n") else args[0]
        key = named.get("key")
        value = apply(ev, key, rows, node, frame) if key is not None else None
        if last in ("min", "max") and len(args) == 1:
            return ev.each(rows, node, frame) if value is None else _element_of(value)
        return _gathered(ev, rows, node, frame) if value is None else value
    if last in ("map", "imap", "starmap") and len(args) >= 2:
        return Many(applied(ev, args[0], args[1], node, frame))
    if last in ("filter", "takewhile", "dropwhile", "filterfalse") and len(args) >= 2:
        applied(ev, args[0], args[1], node, frame)
        return _gathered(ev, args[1], node, frame)
    if last == "groupby" and args:
        key = args[1] if len(args) > 1 else named.get("key")
        if key is not None:
            applied(ev, key, args[0], node, frame)
        return Many(Several((ANYTHING, _gathered(ev, args[0], node, frame))))
    if name == "builtins.enumerate" and args:
        return Many(Several((ANYTHING, ev.each(args[0], node, frame))))
    if name in ("builtins.zip", "itertools.zip_longest") and args:
        return Many(Several(tuple(ev.each(one, node, frame) for one in args)))
    if last in _SAME_ROWS and args:
        values = [one for one in args if isinstance(one, Rows | Many | Several | OneOf)]
        if values:
            return one_of([_gathered(ev, one, node, frame) for one in values])
        return Anything(args[0].born)
    if last in _THROUGH and name.startswith("builtins") and args:
        ev.each(args[0], node, frame)
        return Anything(args[0].born)
    if name in ("builtins.len", "builtins.bool") and args:
        if isinstance(args[0], Rows):
            mapper.sent(ev, args[0], node, frame, "")
        return Anything(args[0].born)
    if name == "builtins.next" and args:
        return ev.each(args[0], node, frame)
    if name in ("builtins.str", "builtins.print", "builtins.format", "builtins.repr") or last in (
        "force_str",
        "smart_str",
        "escape",
    ):
        for one in args:
            shown(ev, one, node, frame)
        return Anything(born_of_all(args))
    if name == "builtins.getattr" and len(args) >= 2:
        text = mapper.text_of(args[1])
        return ev.attribute(args[0], text, ["attr", node[1], node[2], None, text, None], frame) if text else ANYTHING
    if name == "builtins.range":
        return (
            Made(name, args) if args and all(isinstance(one, Constant) for one in args) else Anything(born_of_all(args))
        )
    if name == "builtins.dict":
        return _dictionary(ev, args, keywords, node, frame)
    if last == "defaultdict":
        return Mapping()
    if last in ("get_object_or_404", "get_list_or_404", "aget_object_or_404") and args:
        return _shortcut(ev, last, args, keywords, node, frame)
    if last == "get_user_model":
        model = ev.models.user(frame.module)
        return ClassOf(model.info) if model is not None else None
    if last == "get_model" and args:
        text = mapper.text_of(args[-1]) if len(args) == 1 else f"{mapper.text_of(args[0])}.{mapper.text_of(args[1])}"
        model = ev.models.named(text, frame.module) if text else None
        return ClassOf(model.info) if model is not None else None
    if last in templates.RENDERERS:
        templates.render_call(ev, arguments, frame)
        return ANYTHING
    if last == "prefetch_related_objects" and args:
        django.load_into(node[4][0], args[0], args[1:], frame)
        return ANYTHING
    if last in ("batched", "chunked", "grouper", "chunks"):
        return Many(args[0]) if args else None
    if last == "partial" and args:
        return Made("functools.partial", args, keywords)
    if last in ("gather", "prefetch") and args:
        return Several(args)
    if last == "run" and args:
        return args[0]
    return None


def _dictionary(
    ev: Evaluator,
    args: tuple[Value, ...],
    keywords: tuple[tuple[str | None, Value], ...],
    node: Node,
    frame: Frame,
) -> Value:
    """``dict(pairs, name=value)``."""
    entries = tuple((key, value) for key, value in keywords if key is not None)
    if not args:
        return Mapping(entries)
    if isinstance(args[0], Mapping):
        return replace(args[0], entries=(*args[0].entries, *entries))
    pair = ev.each(args[0], node, frame)
    if isinstance(pair, Several) and len(pair.elements) == 2:
        return Mapping(entries, pair.elements[1], pair.elements[0], args[0].born)
    return Mapping(entries, Anything(pair.born), Anything(pair.born), args[0].born)


def _shortcut(
    ev: Evaluator,
    last: str,
    args: tuple[Value, ...],
    keywords: tuple[tuple[str | None, Value], ...],
    node: Node,
    frame: Frame,
) -> Value | None:
    rows = args[0]
    model = mapper.model_of(ev, rows)
    if model is not None:
        rows = mapper.managed(ev, model, mapper.default_manager(ev, model)[1], "objects", node, frame)
    if not isinstance(rows, Rows):
        return None
    name = "filter" if last == "get_list_or_404" else "get"
    value = django.call_on_rows(ev, rows, name, (args[1:], keywords), node, frame)
    if last == "get_list_or_404" and isinstance(value, Rows):
        mapper.sent(ev, value, node, frame)
        return replace(value, state="list")
    return value


def _call_made(ev: Evaluator, made: Made, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    args, keywords = arguments
    if made.name.endswith("partial"):
        return ev.call(made.args[0], ((*made.args[1:], *args), (*made.keywords, *keywords)), node, frame)
    if made.name.endswith("attrgetter") and args:
        values = []
        for one in made.args:
            value = args[0]
            for part in (mapper.text_of(one) or "").split("."):
                value = ev.attribute(value, part, ["attr", node[1], node[2], None, part, None], frame)
            values.append(value)
        return values[0] if len(values) == 1 else Several(tuple(values))
    return None


def apply(ev: Evaluator, function: Value | None, rows: Value, node: Node, frame: Frame) -> Value:
    """``sorted(rows, key=function)``: the same rows, once the function was called with each."""
    if function is not None:
        applied(ev, function, rows, node, frame)
    return _gathered(ev, rows, node, frame)


def applied(ev: Evaluator, function: Value, rows: Value, node: Node, frame: Frame) -> Value:
    """What a function gives for each of some rows."""
    given = ev.each(rows, node, frame)
    source = given.source if isinstance(given, Row) else None
    loop = Loop(id(node), frame.place(node), source, kind="call", of_one=is_of_one(rows))
    few = isinstance(rows, Several)
    if not few:
        given = given.reborn(frozenset((id(node),)) | frame.rounds)
    with ev.rounds(None if few else loop, frame):
        args = given.elements if isinstance(given, Several) else (given,)
        return ev.call(
            function, (args if isinstance(function, Function) and len(args) == 1 else (given,), ()), node, frame
        )


def _gathered(ev: Evaluator, value: Value, node: Node, frame: Frame) -> Value:
    """The same values, there now."""
    values: list[Value] = []
    for one in alternatives(value):
        if isinstance(one, Rows):
            mapper.sent(ev, one, node, frame)
            values.append(replace(one, state="list" if one.state != "result" else "result"))
        elif isinstance(one, Several | Many):
            values.append(one)
        else:
            values.append(Many(ev.each(one, node, frame)) if not isinstance(one, Anything) else one)
    return one_of(values)


def _element_of(value: Value) -> Value:
    if isinstance(value, Rows):
        return mapper.element(value)
    return (
        value.element if isinstance(value, Many) else one_of(value.elements) if isinstance(value, Several) else ANYTHING
    )


def changes(ev: Evaluator, function: Node, node: Node, frame: Frame) -> bool:
    """``found.append(row)``: what a container that has a name holds from now on."""
    name, base = function[4], function[3]
    if name not in _ADDS | _EXTENDS or base is None or not node[4]:
        return False
    if base[0] == "item" and base[3] and base[3][0] == "name":
        of = frame.names.get(base[3][3])
        if isinstance(of, Mapping):
            ev.value(base[4], frame)
            value = ev.value(node[4][-1], frame)
            old = of.other if isinstance(of.other, Many) else Many(ANYTHING)
            more = value if name in _ADDS else ev.each(value, node, frame)
            element = one_of([old.element, more]) if not isinstance(old.element, Anything) else more
            frame.names.table[base[3][3]] = replace(of, other=Many(element))
            return True
        return False
    if base[0] != "name":
        return False
    of = frame.names.get(base[3])
    if not isinstance(of, Many | Several) or base[3] not in frame.names.table:
        return False
    value = ev.value(node[4][-1], frame)
    more = value if name in _ADDS else ev.each(value, node, frame)
    old_elements = of.elements if isinstance(of, Several) else (of.element,)
    known = [one for one in old_elements if not isinstance(one, Anything)]
    frame.names.table[base[3]] = Many(one_of([*known, more]))
    return True


def with_item(of: Value | None, key: Value, value: Value) -> Value:
    """A mapping with one more item."""
    if isinstance(of, Mapping):
        text = mapper.text_of(key)
        if text is not None:
            return replace(of, entries=(*(one for one in of.entries if one[0] != text), (text, value)))
        return replace(of, other=one_of([of.other, value]) if not isinstance(of.other, Anything) else value, key=key)
    return of if of is not None else ANYTHING


def item(ev: Evaluator, base: Value, key: Value, node: Node, frame: Frame) -> Value:
    """``base[key]``."""
    match base:
        case Mapping(entries=entries, other=other):
            text = mapper.text_of(key)
            found = next((value for name, value in entries if name == text), None)
            if found is not None:
                return found
            value = other if not entries or text is not None else one_of([other, *(one for _, one in entries)])
            return value.reborn(key.born)
        case Several(elements=elements):
            if isinstance(key, Constant) and isinstance(key.value, int) and -len(elements) <= key.value < len(elements):
                return elements[key.value]
            return one_of(elements) if elements else ANYTHING
        case Rows():
            mapper.sent(ev, base, node, frame, "[…]")
            found_born = base.born | frame.rounds if base.state == "query" else base.born | key.born
            return element_of_rows(replace(base, born=found_born))
        case Many(element=element):
            return element.reborn(key.born)
        case ClassOf() | External():
            return base
    return Anything(base.born | key.born)


def element_of_rows(rows: Rows) -> Value:
    """One of the rows, as its mapper gives it."""
    return sqlalchemy.element(rows) if rows.model.framework == "sqlalchemy" else mapper.element(rows)


def shown(ev: Evaluator, value: Value, node: Node, frame: Frame) -> None:
    """A row is turned into text: its ``__str__`` runs."""
    if isinstance(value, Row):
        for name in ("__str__", "__repr__"):
            found = ev.member(value.model.info, name)
            if found is not None and isinstance(found[0], Function):
                ev.call_function(replace(found[0], bound=value), (), (), node, frame)
                return


def tested(ev: Evaluator, value: Value, node: Node | None, frame: Frame) -> None:
    """A truth test of a query sends it."""


def entered(ev: Evaluator, value: Value) -> Value:
    """What ``with value as`` gives."""
    return value


def made_attribute(ev: Evaluator, made: Made, name: str) -> Value | None:
    """An attribute of what a library made."""
    last = made.name.rpartition(".")[2]
    if last == "SQLAlchemy" or made.name.endswith("SQLAlchemy()"):
        return Made("sqlalchemy.orm.Session") if name == "session" else External(f"sqlalchemy.{name}")
    if made.name == "flask_sqlalchemy.pagination" and name == "items":
        return made.args[0]
    if last == "Page" and name == "object_list":
        return made.args[0]
    return made.keyword(name) if last == "HttpRequest" else None


def each_of_made(ev: Evaluator, made: Made, node: Node, frame: Frame) -> Value:
    """What going through what a library made gives."""
    if made.name.endswith(("Page", "pagination")) and made.args:
        return ev.each(made.args[0], node, frame)
    return Anything(made.born)


def make(
    ev: Evaluator,
    info: ClassInfo,
    args: tuple[Value, ...],
    keywords: tuple[tuple[str | None, Value], ...],
    node: Node,
    frame: Frame,
) -> Value | None:
    """An object of a class of the project that a library knows more of."""
    if ev.is_subclass(info, "QuerySet"):
        return mapper.query_set(ev, info, (args, keywords), node, frame)
    return frameworks.made(ev, info, (args, keywords))


def object_attribute(ev: Evaluator, value: Object, name: str, node: Node, frame: Frame) -> Value | None:
    """An attribute of an object that a library gives it."""
    return frameworks.attribute(ev, value, name, node, frame)


def parent_attribute(ev: Evaluator, bound: Value, name: str, node: Node, frame: Frame) -> Value | None:
    """An attribute that a library's class has, of an object of the project."""
    return None


def each_of_object(ev: Evaluator, value: Object, node: Node, frame: Frame) -> Value:
    """What going through an object gives."""
    return Anything(value.born)
