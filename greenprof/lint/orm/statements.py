"""What each kind of statement does when it is gone through: it gives how it ends, as `Evaluator.run` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import conditions, library
from greenprof.lint.orm.effects import Loop, Place
from greenprof.lint.orm.frameworks import templates
from greenprof.lint.orm.program import Node
from greenprof.lint.orm.project import Pending
from greenprof.lint.orm.values import (
    ANYTHING,
    NEVER,
    Anything,
    ClassOf,
    Constant,
    Function,
    Many,
    Object,
    Row,
    Rows,
    Several,
    Value,
    alternatives,
    bounded,
    one_of,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame

_LEAVING = {"return": "function", "raise": "function", "break": "loop"}


def _run_expr(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    ev.value(node[2], frame)
    return None


def _run_assign(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    value = ev.value(node[3], frame)
    for target in node[2]:
        assign(ev, target, value, frame)
    return None


def _run_declare(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    if node[4] is not None:
        value = ev.value(node[4], frame)
        if isinstance(value, Anything):
            value = ev.annotated(node[3], frame.module, value.born)
        assign(ev, node[2], value, frame)
    return None


def _run_add(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    value = ev.value(node[3], frame)
    target = node[2]
    if target and target[0] == "name":
        old = ev.lookup(target[3], frame)
        if isinstance(value, Several) and isinstance(old, Several | Many):
            value = Many(one_of([ev.each(old, target, frame), *value.elements]))
        elif isinstance(old, Rows | Many) or isinstance(value, Rows | Many):
            value = one_of([old, value])
        else:
            value = Anything(old.born | value.born | frame.rounds)
        frame.names.table[target[3]] = bounded(value)
    elif target is not None:
        ev.value(target, frame)
    return None


def _run_return(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    frame.results.append(ev.value(node[2], frame) if node[2] is not None else Constant(None))
    return "return"


def _run_raise(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    ev.value(node[2], frame)
    return "raise"


def _run_del(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    return None


def _run_if(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    test = ev.value(node[2], frame)
    decided = decided_test(ev, node[2], frame)
    if decided is not None:
        return ev.run(node[3] if decided else node[4], frame)
    before = dict(frame.names.table)
    born = frame.rounds if templates.is_not_given(node[2], frame) else test.born
    born = NEVER if _raises(node[3]) or _raises(node[4]) else born  # what is not refused takes the other branch
    start = len(frame.effects)
    with conditions.under(node[2], born, frame), _met_first(node[2], frame):
        first = _branch(ev, node[3], frame, now_and_then=_is_remainder(node[2]))
        middle = len(frame.effects)
        after = frame.names.table
        frame.names.table = dict(before)
        second = _branch(ev, node[4], frame)
    conditions.both_ways(frame.effects, start, middle, frame)
    if "return" in (first, second) and first != second:
        frame.maybe += 1  # what follows is not for all calls
        conditions.add_early_end(node[2], born, frame)
    if first and second:
        return first if first == second else "return"
    if first is None and second is None:
        _join(frame.names.table, after)
    elif second is not None:
        frame.names.table = after
    return None


@contextmanager
def _met_first(test: Node | None, frame: Frame) -> Iterator[None]:
    """While a branch is gone through that is perhaps only for what is met for the first time."""
    asks = test is not None and test[0] == "parts" and test[-1] == "not in"
    if asks:
        frame.guards.append(len(frame.loops))
    try:
        yield
    finally:
        if asks:
            frame.guards.pop()


def _raises(body: Sequence[Node]) -> bool:
    return bool(body) and body[-1][0] == "raise"


def _is_remainder(test: Node | None) -> bool:
    """``number % 100 == 0``: true for one round of many."""
    if test is None or test[0] != "parts":
        return False
    return test[-1] == "%" or any(one is not None and _is_remainder(one) for one in test[3])


def decided_test(ev: Evaluator, test: Node | None, frame: Frame) -> bool | None:
    """Whether a comparison of texts holds: ``self.action == "list"`` in a view that lists; None if it is not known."""
    if test is None or test[0] != "parts" or len(test) < 5 or len(test[3]) != 2:
        return None
    left, right = (ev.value(one, frame) for one in test[3])
    if not isinstance(left, Constant) or not isinstance(left.value, str):
        return None
    if isinstance(right, Several):
        told = [one.value for one in right.elements if isinstance(one, Constant)]
        if test[4] not in ("in", "not in") or len(told) != len(right.elements):
            return None
        return (left.value in told) is (test[4] == "in")
    if test[4] not in ("==", "!=") or not isinstance(right, Constant) or not isinstance(right.value, str):
        return None
    return (left.value == right.value) is (test[4] == "==")


def _branch(ev: Evaluator, body: Sequence[Node], frame: Frame, *, now_and_then: bool = False) -> str | None:
    """A branch that leaves a loop runs once at most for it, and one that is taken now and then is as good."""
    how = _LEAVING.get(body[-1][0]) if body else None
    how = how or ("loop" if now_and_then else None)
    if how is None or not frame.loops:
        return ev.run(body, frame)
    before = frame.leaving
    left = frame.loops if how == "function" else frame.loops[-1:]
    frame.leaving |= frozenset(loop.token for loop in left)
    try:
        return ev.run(body, frame)
    finally:
        frame.leaving = before


def _join(table: dict[str, Value], other: dict[str, Value]) -> None:
    """What is known after either of two branches."""
    for name, value in other.items():
        mine = table.get(name)
        if mine is None:
            table[name] = value
        elif mine is not value and mine != value:
            table[name] = merged(mine, value)


def merged(one: Value, other: Value) -> Value:
    """A row that was read in one branch only is not surely there."""
    if isinstance(one, Row) and isinstance(other, Row) and one.source == other.source and one.path == other.path:
        return replace(one, seen=one.seen & other.seen, born=one.born | other.born)
    return one_of([one, other])


def _run_for(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    value = ev.value(node[3], frame)
    element, loop = ev.loop_over(value, node, node[3] or [None, node[1], 0], frame)
    if loop is not None and node[4] and node[4][-1][0] in _LEAVING:
        loop = None
    before = dict(frame.names.table)
    with ev.rounds(loop, frame):
        assign(ev, node[2], element, frame)
        ev.run(node[4], frame)
    after = frame.names.table.get(node[2][3]) if node[2] and node[2][0] == "name" else None
    _join(frame.names.table, before)
    if after is not None and node[3] and node[3][0] == "name" and frame.names.table.get(node[3][3]) == value:
        frame.names.table[node[3][3]] = _with_seen(value, after)
    ev.run(node[5], frame)
    return None


def _with_seen(value: Value, after: Value) -> Value:
    """Rows that a loop went through: what it gave to each of them, or read, is there for who goes through them next."""
    seen = {one.source: one.seen for one in alternatives(after) if isinstance(one, Row)}
    told = alternatives(value)
    return one_of(
        [replace(one, seen=one.seen | seen.get(one.source, one.seen)) if isinstance(one, Rows) else one for one in told]
    )


def _run_while(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    loop = Loop(id(node), Place(frame.module.path, node[1], 0), sure=0, kind="while")
    before = dict(frame.names.table)
    with ev.rounds(loop, frame):
        ev.value(node[2], frame)
        ev.run(node[3], frame)
    _join(frame.names.table, before)
    ev.run(node[4], frame)
    return None


def _run_with(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    for item, target in node[2]:
        value = ev.value(item, frame)
        if target is not None:
            assign(ev, target, library.entered(ev, value), frame)
    return ev.run(node[3], frame)


def _run_try(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    ends = ev.run(node[2], frame)
    if ends is None:
        ends = ev.run(node[4], frame)
    for name, body in node[3]:
        before = dict(frame.names.table)
        if name:
            frame.names.table[name] = ANYTHING
        with conditions.under(None, None, frame):
            how = _branch(ev, body, frame)
        if how is not None:
            frame.names.table = before
        else:
            _join(frame.names.table, before)
            ends = None
    ev.run(node[5], frame)
    return ends


def _run_def(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    code = ev.inner_code(node, frame)
    frame.names.table[node[2]] = Function(code, names=frame.names)
    return None


def _run_class(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    frame.names.table[node[2]] = ClassOf(ev.inner_class(node, frame))
    return None


def _run_import(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    for name, alias in node[2]:
        full = name if alias else name.split(".")[0]
        frame.names.table[alias or full] = ev.project.imported(full, 0, None, frame.module)
    return None


def _run_from(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    for name, alias in node[4]:
        if name != "*":
            value = ev.project.imported(node[2], node[3], name, frame.module)
            frame.names.table[alias or name] = ev.pending(value) if isinstance(value, Pending) else value
    return None


def _run_leave(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    kind: str = node[0]
    return kind


STATEMENTS: dict[str, Callable[[Evaluator, Node, Frame], str | None]] = {
    "expr": _run_expr,
    "assign": _run_assign,
    "declare": _run_declare,
    "add": _run_add,
    "return": _run_return,
    "raise": _run_raise,
    "del": _run_del,
    "if": _run_if,
    "for": _run_for,
    "while": _run_while,
    "with": _run_with,
    "try": _run_try,
    "def": _run_def,
    "class": _run_class,
    "import": _run_import,
    "from": _run_from,
    "include": templates.run_include,
    "extends": templates.run_extends,
    "block": templates.run_block,
    "macro": templates.run_macro,
    "importing": templates.run_importing,
    "taking": templates.run_taking,
    "tag": templates.run_tag,
    "break": _run_leave,
    "continue": _run_leave,
}


def assign(ev: Evaluator, target: Node | None, value: Value, frame: Frame) -> None:
    """Give a value to a name, to several, to an attribute or to an item."""
    if target is None:
        return
    value = bounded(value)
    match target[0]:
        case "name":
            frame.names.table[target[3]] = value
        case "list":
            _unpack(ev, target[4], value, frame)
        case "star":
            assign(ev, target[3], Many(value), frame)
        case "attr" if target[3] and target[3][0] == "name":
            name = target[3][3]
            of = frame.names.get(name)
            if isinstance(of, Object):
                kept = tuple(one for one in of.attributes if one[0] != target[4])
                frame.names.table[name] = replace(of, attributes=(*kept, (target[4], value.handed(True))))
            elif any(isinstance(one, Row) for one in alternatives(of or ANYTHING)):
                frame.names.table[name] = one_of([_given(one, target[4]) for one in alternatives(of or ANYTHING)])
            elif of is None:
                ev.value(target[3], frame)
        case "item" if target[3] and target[3][0] == "name":
            key = ev.value(target[4], frame)
            of = frame.names.get(target[3][3])
            frame.names.table[target[3][3]] = library.with_item(of, key, value)
        case "attr" | "item":
            ev.value(target[3], frame)
            if target[0] == "item":
                ev.value(target[4], frame)


def _given(value: Value, name: str) -> Value:
    """A row that an attribute was given to."""
    return replace(value, seen=value.seen | {name}) if isinstance(value, Row) else value


def _unpack(ev: Evaluator, targets: Sequence[Node | None], value: Value, frame: Frame) -> None:
    several = next((one for one in alternatives(value) if isinstance(one, Several)), None)
    if several is not None and len(several.elements) == len(targets):
        for target, one in zip(targets, several.elements, strict=True):
            assign(ev, target, one.reborn(value.born), frame)
        return
    element = value.element if isinstance(value, Many) else Anything(value.born)
    if isinstance(value, Rows) and targets and targets[0] is not None:
        element = ev.each(value, targets[0], frame)
    for target in targets:
        assign(ev, target, element, frame)
