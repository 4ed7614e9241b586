"""Templates are gone through with what a view gives them: loops, relations, includes, blocks, macros, filters, tags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import mapper
from greenprof.lint.orm.frame import Frame, Names
from greenprof.lint.orm.frameworks.parts import Spot, going_through, read, shown
from greenprof.lint.orm.values import (
    ANYTHING,
    Anything,
    Constant,
    Function,
    Made,
    Many,
    Mapping,
    Rows,
    Several,
    Value,
    alternatives,
    one_of,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Arguments, Evaluator
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import Module

MOST_DEEP = 8
RENDERERS = frozenset(
    [
        "render",
        "render_to_string",
        "render_template",
        "TemplateResponse",
        "SimpleTemplateResponse",
        "render_to_response",
    ]
)
_REGISTERS = ("filter", "simple_tag", "inclusion_tag", "assignment_tag", "template_filter", "template_global")
_WORDS = "once for each of these"
_BY_PATH = frozenset(
    {"map", "sort", "dictsort", "dictsortreversed", "selectattr", "rejectattr", "sum", "unique", "groupby"}
)
_SAME = frozenset(["list", "reverse", "slice", "batch", "default", "default_if_none", "safe", "d", "select", "reject"])


def render_call(ev: Evaluator, arguments: Arguments, frame: Frame) -> None:
    """``render(request, "orders.html", {"orders": orders})`` and its likes: a text names the template."""
    args, keywords = arguments
    named = {name: value for name, value in keywords if name is not None}
    template = next((one for one in args if mapper.text_of(one)), None)
    template = template or named.pop("template_name", None) or named.get("name")
    context = next((one for value in args for one in alternatives(value) if isinstance(one, Mapping)), None)
    given = named.pop("context", None)
    context = context or next((one for one in alternatives(given or ANYTHING) if isinstance(one, Mapping)), Mapping())
    entries = dict(context.entries) | named
    for one in alternatives(template or ANYTHING):
        if text := mapper.text_of(one):
            render(ev, text, Mapping(tuple(entries.items())), frame)


def render_made(ev: Evaluator, template: Made, arguments: Arguments, frame: Frame) -> None:
    """``environment.get_template("orders.html").render(orders=orders)``."""
    named = next((one for one in template.args if mapper.text_of(one)), None)
    if named is not None:
        render_call(ev, ((named, *arguments[0]), arguments[1]), frame)


def render(ev: Evaluator, name: str, context: Value, frame: Frame) -> None:
    """Go through a template, with the names that it is given."""
    template = ev.templates.find(name, frame.module.path)
    if template is not None and isinstance(context, Mapping):
        _go_through(ev, template, Names(dict(context.entries), None), frame, {})


def _go_through(
    ev: Evaluator, template: Module, names: Names, frame: Frame, blocks: dict[str, tuple[Module, list[Node]]]
) -> Frame:
    here = frame.beside(template, names)
    here.blocks, here.depth = blocks, frame.depth + 1
    if here.depth <= MOST_DEEP:
        ev.run(template.program, here)
    return here


def _named(ev: Evaluator, node: Node | None, frame: Frame) -> Module | None:
    texts = [text for one in alternatives(ev.value(node, frame)) if (text := mapper.text_of(one))]
    return next((found for text in texts if (found := ev.templates.find(text, frame.module.path))), None)


# Statements


def run_include(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    """Another template in this place, with the same names and some more."""
    template = _named(ev, node[2], frame)
    if template is not None:
        more = {name: ev.value(value, frame) for name, value in node[3]}
        _go_through(ev, template, Names(more, frame.names), frame, {})
    return None


def run_extends(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    """The template around this one, with the blocks of this one: they are all that counts here."""
    template = _named(ev, node[2], frame)
    own = {one[2]: (frame.module, one[3]) for one in _blocks(frame.module.program)}
    if template is None:
        ev.run([statement for _, body in own.values() for statement in body], frame)
        return "return"
    ev.run([one for one in frame.module.program if one[0] in ("assign", "macro", "importing", "taking")], frame)
    _go_through(ev, template, frame.names, frame, own | frame.blocks)
    return "return"


def _blocks(body: Iterable[Node]) -> Iterable[Node]:
    for node in body:
        if node[0] == "block":
            yield node
            yield from _blocks(node[3])
        elif node[0] == "if":
            yield from _blocks([*node[3], *node[4]])


def run_block(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    """A block: as it is here, or as a template that extends this one has it."""
    module, body = frame.blocks.get(node[2], (frame.module, node[3]))
    if module is frame.module:
        ev.run(body, frame)
        return None
    here = frame.beside(module, frame.names)
    here.blocks, here.depth = frame.blocks, frame.depth
    ev.run(body, here)
    return None


def run_macro(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    """A macro is a function whose reads stand where they are written."""
    frame.names.table[node[2]] = Function(ev.inner_code(node, frame), names=frame.names)
    return None


def _macros(ev: Evaluator, node: Node | None, frame: Frame) -> dict[str, Value]:
    template = _named(ev, node, frame)
    if template is None:
        return {}
    key = ev.kept.get(template.path)
    if key is None:
        names = Names({}, None)
        here = Frame(template, names)
        ev.run([one for one in template.program if one[0] in ("macro", "importing", "taking")], here)
        key = ev.kept[template.path] = names.table
    return key


def run_importing(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    """``import "forms.html" as forms``."""
    if node[3]:
        frame.names.table[node[3]] = Mapping(tuple(_macros(ev, node[2], frame).items()))
    return None


def run_taking(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    """``from "forms.html" import field``."""
    macros = _macros(ev, node[2], frame)
    for name, alias in node[3]:
        frame.names.table[alias] = macros.get(name, ANYTHING)
    return None


def run_tag(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    """A tag: what it is given is read; one of the project's own is called."""
    args = tuple(ev.value(one, frame) for one in node[4])
    keywords = tuple((name, ev.value(one, frame)) for name, one in node[5])
    value: Value = ANYTHING
    tag = tags_of(ev).get(node[3])
    if tag is not None:
        function, decorator = tag
        if _takes_context(decorator):
            args = (Mapping(tuple(frame.names.table.items())), *args)
        place: Node = ["call", node[1], node[2], None, [], [], [node[1], node[2]]]
        value = ev.call_function(function, args, keywords, place, frame)
        if decorator is not None and _last(decorator) == "inclusion_tag":
            _include_tag(ev, decorator, value, frame)
    if node[6]:
        frame.names.table[node[6]] = value
    return None


def _include_tag(ev: Evaluator, decorator: Node, context: Value, frame: Frame) -> None:
    given = (
        [*decorator[4], *(value for name, value in decorator[5] if name == "filename")]
        if decorator[0] == "call"
        else []
    )
    template = _named(ev, given[0], frame) if given else None
    found = next((one for one in alternatives(context) if isinstance(one, Mapping)), None)
    if template is not None and found is not None:
        _go_through(ev, template, Names(dict(found.entries), None), frame, {})


def _takes_context(decorator: Node | None) -> bool:
    return decorator is not None and decorator[0] == "call" and any(name == "takes_context" for name, _ in decorator[5])


def tags_of(ev: Evaluator) -> dict[str, tuple[Function, Node | None]]:
    """The project's own filters and tags, by the names that templates have for them."""
    if ev.tags is None:
        ev.tags = {}
        for module in ev.project.modules.values():
            for code in module.functions:
                for decorator in code.node[5]:
                    if decorator is not None and _last(decorator) in _REGISTERS:
                        ev.tags[_tag_name(decorator) or code.name] = Function(code), decorator
    return ev.tags


def _last(decorator: Node) -> str:
    node = decorator[3] if decorator[0] == "call" else decorator
    return str(node[4]) if node is not None and node[0] == "attr" else ""


def _tag_name(decorator: Node) -> str | None:
    if decorator[0] != "call":
        return None
    given = [value for name, value in decorator[5] if name == "name"]
    given += decorator[4][:1] if _last(decorator) != "inclusion_tag" else []
    return given[0][3] if given and given[0] is not None and given[0][0] == "text" else None


# Expressions


def value_given(ev: Evaluator, node: Node, frame: Frame) -> Value:
    """A name that a template is given."""
    return frame.names.get(node[3]) or ANYTHING


def is_not_given(test: Node | None, frame: Frame) -> bool:
    """Whether a branch of a template asks for a name that the view does not give it."""
    if test is not None and test[0] == "parts" and len(test[3]) == 1:
        test = test[3][0]
    return test is not None and test[0] == "given" and frame.names.get(test[3]) is None


def value_filter(ev: Evaluator, node: Node, frame: Frame) -> Value:
    """``value|name(arguments)``."""
    name, base = node[3], ev.value(node[4][0], frame)
    args = tuple(ev.value(one, frame) for one in node[4][1:])
    keywords = tuple((key, ev.value(one, frame)) for key, one in node[5])
    own = tags_of(ev).get(name)
    place: Node = ["call", node[1], node[2], None, [], [], [node[1], node[2]]]
    if own is not None:
        return ev.call_function(own[0], (base, *args), keywords, place, frame)
    if name in _BY_PATH:
        return _by_path(ev, name, base, args, keywords, node, frame)
    if name in ("length", "count") and isinstance(base, Rows):
        mapper.sent(ev, base, place, frame, "count")
    elif name in ("first", "last", "random", "max", "min"):
        return ev.each(base, node, frame)
    elif name == "join":
        element = ev.each(base, node, frame)
        shown(ev, element, Spot(frame.module, node[1], node[2]), frame)
    elif name in _SAME:
        return one_of([base, *(one for one in args if not isinstance(one, Constant))])
    return Anything(base.born)


def _by_path(
    ev: Evaluator,
    name: str,
    base: Value,
    args: tuple[Value, ...],
    keywords: tuple[tuple[str, Value], ...],
    node: Node,
    frame: Frame,
) -> Value:
    """A filter that reads an attribute of each: ``map(attribute="author.name")``, ``dictsort:"author.name"``."""
    given = dict(keywords).get("attribute") or (args[0] if args and name != "map" else None)
    path = mapper.text_of(given) if given is not None else None
    if path is None or isinstance(base, Anything):
        return base
    spot = Spot(frame.module, node[1], node[2])
    with going_through(ev, base, spot, _WORDS, frame) as one:
        value, _ = read(ev, one, path, spot, frame)
    if name == "map":
        return Many(value)
    there = replace(base, state="list") if isinstance(base, Rows) else base
    if name == "groupby":
        return Many(Several((ANYTHING, there)))
    return there if name != "sum" else ANYTHING
