"""What each kind of expression is worth, and what working it out does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import conditions, library, mapper
from greenprof.lint.orm.extent import FEW, MOST_OF_A_FEW, few_of
from greenprof.lint.orm.frameworks import templates
from greenprof.lint.orm.program import Node, last_name
from greenprof.lint.orm.statements import assign, decided_test
from greenprof.lint.orm.values import (
    ANYTHING,
    NEVER,
    Anything,
    Constant,
    Function,
    Many,
    Mapping,
    Method,
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
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame

MOST_SHOWN = 8
_FIRST_THAT_FITS = frozenset({"any", "all", "next"})


def _value_name(ev: Evaluator, node: Node, frame: Frame) -> Value:
    return ev.lookup(node[3], frame)


def _value_attr(ev: Evaluator, node: Node, frame: Frame) -> Value:
    inner = node[3]
    if node[4] in ("pk", "id") and inner is not None and inner[0] == node[0]:
        base = mapper.for_its_key(ev, ev.value(inner[3], frame), inner, frame)
    else:
        base = ev.value(inner, frame)
    value = ev.attribute(base, node[4], node, frame)
    if isinstance(base, Row):
        _remember_read(base, node, frame)
    return value


def _remember_read(row: Row, node: Node, frame: Frame) -> None:
    """A relation that was read of a row is there from now on: the row keeps it."""
    relation = row.model.relations.get(node[4])
    if relation is None or (relation.is_many and row.model.framework != "sqlalchemy") or relation.strategy == "query":
        return
    names, base = [node[4]], node[3]
    while base is not None and base[0] == "attr":
        names.insert(0, base[4])
        base = base[3]
    if base is not None and base[0] == "name":
        root = frame.names.table.get(base[3])
        if isinstance(root, Row):
            frame.names.table[base[3]] = replace(root, seen=root.seen | {".".join(names)})


def _value_call(ev: Evaluator, node: Node, frame: Frame) -> Value:
    function_node = node[3]
    if function_node is not None and function_node[0] == "name" and function_node[3] == "super":
        return _super(frame)
    if function_node is not None and function_node[0] == "attr" and library.changes(ev, function_node, node, frame):
        return ANYTHING
    function = ev.value(function_node, frame)
    if last_name(function_node) in _FIRST_THAT_FITS:
        ev.searching.update(id(clause[1]) for one in node[4] if one and one[0] == "loop" for clause in one[5])
    args: list[Value] = []
    for one in node[4]:
        if one is not None and one[0] == "star":
            value = ev.value(one[3], frame)
            args += value.elements if isinstance(value, Several) else (library.Spread(value),)
        else:
            args.append(ev.value(one, frame))
    keywords = []
    for name, one in node[5]:
        value = ev.value(one, frame)
        if name is None and isinstance(value, Mapping):
            keywords += [(key, each) for key, each in value.entries]
        keywords.append((name, value)) if name is not None or not isinstance(value, Mapping) else None
    return ev.call(function, (tuple(args), tuple(keywords)), node, frame)


def _super(frame: Frame) -> Value:
    code = frame.code
    if code is None or code.owner is None or code.is_lambda or not code.node[3][0]:
        return ANYTHING
    bound = frame.names.get(code.node[3][0][0][0])
    return Parent(code.owner, bound) if bound is not None else ANYTHING


def _value_text(ev: Evaluator, node: Node, frame: Frame) -> Value:
    return Constant(node[3])


def _value_item(ev: Evaluator, node: Node, frame: Frame) -> Value:
    base = ev.value(node[3], frame)
    index = node[4]
    if index is not None and index[0] == "slice":
        ev.value(index, frame)
        return few_of(base) if _is_short(index) else base
    key = ev.value(index, frame)
    return one_of([library.item(ev, one, key, node, frame) for one in alternatives(base)])


def _is_short(index: Node) -> bool:
    """Whether a slice is as short as what a page shows at most: ``[:10]``."""
    lower, upper = (0 if one is None else one[3] if one[0] == "const" else None for one in index[3][:2])
    return isinstance(lower, int) and isinstance(upper, int) and 0 <= lower < upper <= lower + MOST_OF_A_FEW


def _value_list(ev: Evaluator, node: Node, frame: Frame) -> Value:
    values: list[Value] = []
    many = False
    for one in node[4]:
        if one is not None and one[0] == "star":
            values.append(ev.each(ev.value(one[3], frame), one, frame))
            many = True
        else:
            values.append(ev.value(one, frame))
    if many:
        return Many(one_of(values))
    return Several(tuple(values)) if len(values) <= FEW else Many(one_of(values[:MOST_SHOWN]))


def _value_dict(ev: Evaluator, node: Node, frame: Frame) -> Value:
    entries: dict[str, Value] = {}
    other: list[Value] = []
    for key_node, value_node in zip(node[3], node[4], strict=True):
        value = ev.value(value_node, frame)
        if key_node is None:
            if isinstance(value, Mapping):
                entries.update(value.entries)
            continue
        key = ev.value(key_node, frame)
        if isinstance(key, Constant) and isinstance(key.value, str):
            entries[key.value] = value
        else:
            other.append(value)
    return Mapping(tuple(entries.items()), one_of(other) if other else ANYTHING)


def _value_loop(ev: Evaluator, node: Node, frame: Frame) -> Value:
    saved = dict(frame.names.table)
    pushed = 0
    for target, iterable, tests, _ in node[5]:
        value = ev.value(iterable, frame)
        element, loop = ev.loop_over(value, iterable or node, iterable or node, frame)
        if loop is not None:
            frame.loops.append(loop)
            pushed += 1
        assign(ev, target, element, frame)
        for test in tests:
            ev.value(test, frame)
    values = [ev.value(one, frame) for one in node[4]]
    del frame.loops[len(frame.loops) - pushed :]
    frame.names.table.clear()
    frame.names.table.update(saved)
    if node[3] == "DictComp":
        return Mapping(other=values[1], key=values[0])
    return Many(values[0])


def _value_lambda(ev: Evaluator, node: Node, frame: Frame) -> Value:
    return Function(ev.inner_code(node, frame), names=frame.names)


def _value_either(ev: Evaluator, node: Node, frame: Frame) -> Value:
    asked = [*node[3]]
    born = born_of_all([ev.value(one, frame) for one in asked])
    decided = decided_test(ev, node[3][0], frame) if len(node[3]) == 1 and len(node[4]) == 2 else None
    if decided is not None:
        return ev.value(node[4][0 if decided else 1], frame)
    values: list[Value] = []
    for one in node[4]:
        test: Node = ["parts", node[1], node[2], asked]
        with conditions.under(test, born, frame) if asked else nullcontext():
            values.append(ev.value(one, frame))
        if not node[3]:  # what comes behind ``and`` is not asked for all
            asked.append(one)
            born |= values[-1].born
    return one_of(values)


def _value_any(ev: Evaluator, node: Node, frame: Frame) -> Value:
    return one_of([ev.value(one, frame) for one in node[4]])


def _value_both(ev: Evaluator, node: Node, frame: Frame) -> Value:
    left, right = ev.value(node[3], frame), ev.value(node[4], frame)
    if isinstance(left, Rows) or isinstance(right, Rows):
        return left if isinstance(left, Rows) else right
    if isinstance(left, Several | Many) and isinstance(right, Several | Many):
        if isinstance(left, Several) and isinstance(right, Several):
            return Several((*left.elements, *right.elements)[:FEW])
        return Many(one_of([ev.each(left, node, frame), ev.each(right, node, frame)]))
    return Anything(left.born | right.born)


def _value_parts(ev: Evaluator, node: Node, frame: Frame) -> Value:
    born = NEVER
    for one in node[3]:
        value = ev.value(one, frame)
        library.tested(ev, value, one, frame)
        born |= value.born
    return Anything(born)


def _value_shown(ev: Evaluator, node: Node, frame: Frame) -> Value:
    born = NEVER
    for one in node[3]:
        if one is None:
            continue
        value = ev.value(one, frame)
        born |= value.born
        for each in value.elements if isinstance(value, Several) else alternatives(value):
            library.shown(ev, each, one, frame)
    return Anything(born)


def _value_await(ev: Evaluator, node: Node, frame: Frame) -> Value:
    return ev.value(node[3], frame)


def _value_yield(ev: Evaluator, node: Node, frame: Frame) -> Value:
    value = ev.value(node[3], frame)
    frame.yields.append(ev.each(value, node, frame) if node[4] else value)
    return ANYTHING


def _value_star(ev: Evaluator, node: Node, frame: Frame) -> Value:
    return ev.value(node[3], frame)


def _value_set(ev: Evaluator, node: Node, frame: Frame) -> Value:
    value = ev.value(node[4], frame)
    frame.names.table[node[3]] = value
    return value


def _value_template(ev: Evaluator, node: Node, frame: Frame) -> Value:
    """``a.b`` of a template: an attribute or an item, called if it can be."""
    inner = node[3]
    if node[4] in ("pk", "id") and inner is not None and inner[0] == "dot":
        base = mapper.for_its_key(ev, ev.value(inner[3], frame), inner, frame)
    else:
        base = ev.value(inner, frame)
    if isinstance(base, Mapping):
        return library.item(ev, base, Constant(node[4]), node, frame)
    value = ev.attribute(base, node[4], node, frame)
    if isinstance(base, Row):
        _remember_read(base, node, frame)
    if isinstance(value, Method) and isinstance(base, Anything):
        return Anything(base.born)  # of what nothing is known, each round reads the same
    if isinstance(value, Function | Method) and node[0] == "dot":
        return ev.call(value, ((), ()), node, frame)
    return value


EXPRESSIONS: dict[str, Callable[[Evaluator, Node, Frame], Value]] = {
    "name": _value_name,
    "attr": _value_attr,
    "dot": _value_template,
    "given": templates.value_given,
    "filter": templates.value_filter,
    "call": _value_call,
    "text": _value_text,
    "const": _value_text,
    "item": _value_item,
    "slice": _value_parts,
    "list": _value_list,
    "dict": _value_dict,
    "loop": _value_loop,
    "lambda": _value_lambda,
    "either": _value_either,
    "any": _value_any,
    "both": _value_both,
    "parts": _value_parts,
    "shown": _value_shown,
    "await": _value_await,
    "yield": _value_yield,
    "star": _value_star,
    "set": _value_set,
}
