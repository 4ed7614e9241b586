"""What all frameworks need that call a project's code by themselves: rounds, places, lists of names in classes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import mapper
from greenprof.lint.orm.effects import Loop, Place
from greenprof.lint.orm.extent import is_of_one
from greenprof.lint.orm.values import (
    ANYTHING,
    ClassOf,
    Constant,
    Function,
    Made,
    Row,
    Rows,
    Several,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.models import Model
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import ClassInfo, Module

MOST_NESTED = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of a module to which something belongs that a framework does."""

    module: Module
    line: int
    column: int

    def reading(self, name: str) -> Node:
        """The expression that reads an attribute here."""
        return ["attr", self.line, self.column, None, name, [self.line, self.column + len(name.encode())]]

    def calling(self) -> Node:
        """The expression that calls something here."""
        return ["call", self.line, self.column, None, [], [], [self.line, self.column]]

    def frame(self, frame: Frame) -> Frame:
        """A frame here in which the same loops are gone through."""
        return frame.beside(self.module)


@dataclass(frozen=True, slots=True)
class Entry:
    """A text in a list that a class keeps, and where it stands; or another value in it."""

    name: str | None
    value: Value
    spot: Spot


@contextmanager
def going_through(ev: Evaluator, rows: Value, spot: Spot, words: str, frame: Frame) -> Iterator[Value]:
    """One of some rows, while a framework goes through them all; ``words`` say what happens once for each."""
    element = ev.each(rows, spot.calling(), spot.frame(frame))
    token = ev.token("rounds", spot.module.path, spot.line, spot.column, words)
    sources = [one.source for one in alternatives(rows) if isinstance(one, Rows)]
    place = Place(spot.module.path, spot.line, spot.column)
    loop = Loop(token, place, sources[0] if sources else None, words=words, of_one=is_of_one(rows))
    with ev.rounds(loop, frame):
        yield element.reborn(frame.rounds)


def read(ev: Evaluator, value: Value, path: str, spot: Spot, frame: Frame) -> tuple[Value, Value]:
    """What a path like ``author.name`` leads to, methods called; and `value` with what is there after it was read."""
    here, row, known = spot.frame(frame), value, []
    for name in path.split("."):
        if isinstance(value, Row) and name in value.model.relations and not value.model.relations[name].is_many:
            known.append(name)
            if isinstance(row, Row):
                row = replace(row, seen=row.seen | {".".join(known)})
        value = ev.attribute(value, name, spot.reading(name), here)
        if isinstance(value, Function):
            value = ev.call_function(value, (), (), spot.calling(), here)
    return value, row


def call(
    ev: Evaluator, function: Function, args: tuple[Value, ...], spot: Spot, frame: Frame
) -> tuple[Value, frozenset[str]]:
    """What a function of the project gives that a framework calls at a line; and the relations that it reads of rows.

    The relations are paths with dots, of rows that it is given.
    """
    result = ev.enter(function, args, ())
    if result is None:
        return ANYTHING, frozenset()
    here = spot.frame(frame)
    if id(function.code) in ev.writers:
        ev.note_write(here)
    for effect in result[1]:
        ev.emit(effect.called(here.place(spot.calling()), f"{function.code.name}()"), here)
    return result[0].came_back(frame.rounds), frozenset(
        ".".join((*effect.row.path, effect.name))
        for effect in result[1]
        if effect.kind == "relation" and effect.row is not None and not effect.relation.is_many
    )


def with_read(row: Value, paths: frozenset[str]) -> Value:
    """A row of which some relations, given from the query's model on, were read."""
    if not isinstance(row, Row) or not paths:
        return row
    prefix = "".join(f"{name}." for name in row.path)
    return replace(row, seen=row.seen | {one.removeprefix(prefix) for one in paths if one.startswith(prefix)})


def shown(ev: Evaluator, value: Value, spot: Spot, frame: Frame) -> frozenset[str]:
    """Turn a row into text: its ``__str__`` runs; the relations that it reads."""
    found: frozenset[str] = frozenset()
    for one in alternatives(value):
        text = ev.member(one.model.info, "__str__") if isinstance(one, Row) else None
        if text is not None and isinstance(text[0], Function):
            found |= call(ev, replace(text[0], bound=one), (), spot, frame)[1]
    return found


def all_of(value: Value, spot: Spot, frame: Frame) -> Value:
    """The rows that a manager gives; other rows as they are."""
    if isinstance(value, Rows) and value.state == "manager" and not value.path:
        return mapper.derived(value, spot.calling(), spot.frame(frame))
    if isinstance(value, Rows) and value.state == "manager" and mapper.is_there(value.via[0], value.via[1]):
        return replace(value, state="list")
    return value


def entries(ev: Evaluator, info: ClassInfo, name: str) -> list[Entry] | None:
    """What a class lists under a name, with places; None where it lists nothing that can be told."""
    for one in ev.ancestors(info)[0]:
        binding = one.members.get(name)
        if binding is not None and binding.expression is not None:
            found: list[Entry] = []
            _entries(ev, one, binding.expression, found)
            return found
    return None


def _entries(ev: Evaluator, info: ClassInfo, node: Node, found: list[Entry]) -> None:
    spot = Spot(info.module, node[1], node[2])
    match node[0]:
        case "list":
            for one in node[4]:
                if one is not None:
                    _entries(ev, info, one[3] if one[0] == "star" else one, found)
        case "both":
            for one in (node[3], node[4]):
                if one is not None:
                    _entries(ev, info, one, found)
        case "text":
            found.append(Entry(node[3], Constant(node[3]), spot))
        case _:
            value = ev.expression(node, info)
            for one in value.elements if isinstance(value, Several) else (value,):
                found.append(Entry(mapper.text_of(one), one, spot))


def option(ev: Evaluator, info: ClassInfo, name: str) -> Value | None:
    """What a class sets under a name."""
    found = ev.member(info, name)
    return found[0] if found is not None else None


def meta_of(ev: Evaluator, info: ClassInfo) -> ClassInfo | None:
    """The class ``Meta`` in a class or in one above it."""
    value = option(ev, info, "Meta")
    return value.info if isinstance(value, ClassOf) else None


def spot_of(info: ClassInfo, name: str) -> Spot:
    """Where a class gives a name its value; where it begins if it does not."""
    binding = info.members.get(name)
    node = binding.expression if binding is not None else None
    if node is None and binding is not None and isinstance(binding.value, Function):
        return Spot(info.module, binding.value.code.node[1], 0)
    return Spot(info.module, node[1], node[2]) if node is not None else Spot(info.module, info.line, 0)


def last_name(value: Value | None) -> str:
    """``CharField`` of what ``serializers.CharField(…)`` gives."""
    return value.name.rpartition(".")[2] if isinstance(value, Made) else ""


def default_rows(ev: Evaluator, model: Model, spot: Spot, frame: Frame) -> Value:
    """All rows of a model, by the manager that Django takes by default."""
    name, custom = mapper.default_manager(ev, model)
    return mapper.managed(ev, model, custom, name, spot.reading(name), spot.frame(frame))
