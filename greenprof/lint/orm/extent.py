"""How many rounds a loop has: a few, whatever the data, or one for each batch."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from greenprof.lint.orm.program import Node, last_name
from greenprof.lint.orm.values import (
    Anything,
    Constant,
    Made,
    Many,
    Mapping,
    OneOf,
    Row,
    Rows,
    Several,
    Value,
)

FEW = 20
MOST_OF_A_FEW = 10  # rows that a query asks for, as of the newest
_SENDS = re.compile(
    r"^(?:send|mail|deliver|notify)(?:_|$)|(?:^|_)e?mail$|^(?:delay|apply_async)$"
    r"|^(?:urlopen|urlretrieve|Popen|check_call|check_output|sleep)$"
)
_BATCHES = re.compile(r"batch|chunk|paginat|partitions|fetchmany|grouper", re.IGNORECASE)


def is_few(value: Value, at: Node) -> bool:
    """Whether a loop has few rounds, however much data there is."""
    match value:
        case Several() | Constant():
            return True
        case Mapping(entries=entries, other=Anything(), key=Anything()):
            return bool(entries)
        case Made(name=name, args=args):
            return name == "builtins.range" and all(
                isinstance(one, Constant) and isinstance(one.value, int) and one.value <= FEW for one in args
            )
    return False


def few_of(value: Value) -> Value:
    """The same rows, a few of them only: ``rows[:5]``."""
    if isinstance(value, OneOf):
        return OneOf(tuple(few_of(one) for one in value.values))
    return replace(value, source=replace(value.source, few=True)) if isinstance(value, Rows) else value


def is_a_few(args: Sequence[Value]) -> bool:
    """Whether ``limit(5)`` is told so few rows."""
    told = args[0].value if len(args) == 1 and isinstance(args[0], Constant) else None
    return isinstance(told, int) and told <= MOST_OF_A_FEW


def searches(body: Sequence[Node]) -> bool:
    """Whether a loop's rounds may be the last: it returns or breaks off where something fits."""
    return any(_leaves(one, in_loop=True) for one in body)


def _leaves(node: Node, *, in_loop: bool) -> bool:
    match node:
        case ["return", *_]:
            return True
        case ["break", *_]:
            return in_loop
        case ["for", _, _, _, body, *_] | ["while", _, _, body, *_]:
            return any(_leaves(one, in_loop=False) for one in body)
        case ["if", _, _, body, orelse]:
            return any(_leaves(one, in_loop=in_loop) for one in (*body, *orelse))
        case ["with", _, _, body]:
            return any(_leaves(one, in_loop=in_loop) for one in body)
        case ["try", _, body, handlers, orelse, finally_]:
            inner = (*body, *orelse, *finally_, *(one for _, handler in handlers for one in handler))
            return any(_leaves(one, in_loop=in_loop) for one in inner)
    return False


def sends(body: Sequence[Node]) -> bool:
    """Whether a mail or a request is sent, or a task or a program started in a loop, by the names of what is called."""
    todo: list[object] = [*body]
    while todo:
        node = todo.pop()
        if not isinstance(node, list) or not node:
            continue
        if node[0] == "call" and len(node) == 7 and _SENDS.search(last_name(node[3])):
            return True
        todo += node
    return False


def is_one_line(body: Sequence[Node]) -> bool:
    """Whether all that a loop's rounds do is one expression, for all or for some."""
    match body:
        case [["expr", *_]]:
            return True
        case [["if", _, _, inner, []]]:
            return is_one_line(inner)
    return False


def is_of_one(value: Value) -> bool:
    """Whether rows belong to one row, whichever that is: a relation of what no round of a loop changes."""
    match value:
        case Rows(via=(Row() as row, *_)):
            return not row.born
        case Many(element=Row() as row):
            return bool(row.path) and not row.born
        case OneOf(values=values):
            return any(is_of_one(one) for one in values)
    return False


def is_batched(at: Node, element: Value) -> bool:
    """Whether a loop goes through batches: one statement for each is as it should be."""
    names: list[str] = []
    node: Node | None = at
    while node is not None:
        if node[0] == "call":
            if node[3] and node[3][-1:] == ["range"] and len(node[4]) == 3:
                return True
            node = node[3]
        elif node[0] == "attr":
            names.append(node[4])
            node = node[3]
        else:
            names += [node[3]] if node[0] == "name" else []
            break
    return any(_BATCHES.search(name) for name in names) or (isinstance(element, Rows) and element.state == "list")
