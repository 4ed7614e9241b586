"""How many rounds a loop has: a few, whatever the data, or one for each batch."""

from __future__ import annotations

import re

from greenprof.lint.orm.program import Node
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
