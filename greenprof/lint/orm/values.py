"""What an expression may be worth, as far as it matters to a database: frozen values.

A *round* is one turn of a loop, known by the number of the loop's node. ``born`` are the loops in each round of which a
value is another one. ``own`` says that a value was made during the call that is being looked at, and not handed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from greenprof.model import Step

Born = frozenset[int]
NEVER: Born = frozenset()
MOST_ALTERNATIVES = 4


class Value:
    """Anything an expression may be worth."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Anything(Value):
    """Nothing is known of it, but for the loops in which it differs from round to round."""

    born: Born = NEVER


@dataclass(frozen=True, slots=True)
class Constant(Value):
    """A text, number, truth value or None."""

    value: Any


@dataclass(frozen=True, slots=True)
class External(Value):
    """Something outside of the project, by its full name."""

    name: str


@dataclass(frozen=True, slots=True)
class InModule(Value):
    """A module of the project."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """A function's code: one object per ``def`` or ``lambda``."""

    module: Any
    name: str
    node: list[Any] = field(repr=False)
    owner: Any = None

    @property
    def is_lambda(self) -> bool:
        """Whether it has no name."""
        return bool(self.node[0] == "lambda")

    @property
    def keeps_places(self) -> bool:
        """Whether what it does stands where it is written, not where it is called."""
        return self.node[0] in ("lambda", "macro")


@dataclass(frozen=True, slots=True)
class Function(Value):
    """A function of the project; ``bound`` is the object whose method it is, ``names`` what surrounds it."""

    code: Code
    bound: Value | None = None
    names: Any = None


@dataclass(frozen=True, slots=True)
class ClassOf(Value):
    """A class of the project: an object of `greenprof.lint.orm.classes`, each class once."""

    info: Any


@dataclass(frozen=True, slots=True)
class Parent(Value):
    """``super()`` in a method of `info`, for the object `bound`."""

    info: Any
    bound: Value


@dataclass(frozen=True, slots=True)
class Object(Value):
    """An object of a class of the project that is no model; what is known of its attributes."""

    info: Any
    attributes: tuple[tuple[str, Value], ...] = ()
    made: tuple[tuple[Value, ...], tuple[tuple[str | None, Value], ...]] = ((), ())


@dataclass(frozen=True, slots=True)
class Made(Value):
    """What a call of something outside of the project gave."""

    name: str
    args: tuple[Value, ...] = ()
    keywords: tuple[tuple[str | None, Value], ...] = ()

    def keyword(self, name: str) -> Value | None:
        """The value of a keyword."""
        return next((value for key, value in self.keywords if key == name), None)


@dataclass(frozen=True, slots=True)
class Method(Value):
    """An attribute of a value that is about to be called."""

    of: Value
    name: str


@dataclass(frozen=True, slots=True)
class Field(Value):
    """An attribute of a model's class: ``Order.items``."""

    model: Any
    name: str


@dataclass(frozen=True, slots=True)
class Many(Value):
    """Some values of a kind: a list, a set, a generator, the values of a mapping."""

    element: Value
    born: Born = NEVER


@dataclass(frozen=True, slots=True)
class Several(Value):
    """A tuple or a list as it is written out."""

    elements: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Mapping(Value):
    """A dictionary: entries with known keys, and what all others hold."""

    entries: tuple[tuple[str, Value], ...] = ()
    other: Value = Anything()
    key: Value = Anything()
    born: Born = NEVER


@dataclass(frozen=True, slots=True)
class OneOf(Value):
    """One of several."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A query: where it is written, and what it loads with the rows.

    ``loaded`` are paths of relations. ``known`` is False where something else may have loaded more. ``end`` is where
    the expression ends that a loader could be put behind.
    """

    model: Any
    at: Step
    loaded: frozenset[tuple[str, ...]] = frozenset()
    only: frozenset[tuple[str, ...]] | None = None
    deferred: frozenset[tuple[str, ...]] = frozenset()
    known: bool = True
    end: tuple[str, int, int] | None = None
    kind: str = "query"


@dataclass(frozen=True, slots=True)
class Rows(Value):
    """Rows of a model, sent for or not.

    ``state`` is ``manager``, ``query`` (sent when gone through), ``statement`` (sent when executed), ``result`` (of
    tuples) or ``list``. ``path`` leads from the source's model to this one.
    """

    source: Source
    model: Any
    state: str
    path: tuple[str, ...] = ()
    born: Born = NEVER
    own: bool = True
    custom: Any = None
    via: tuple[Any, ...] = ()
    entities: tuple[Any, ...] = ()
    plain: bool = False
    depends: Born = NEVER


@dataclass(frozen=True, slots=True)
class Row(Value):
    """One row of a model. ``seen`` are the relations that were read of it before, and so are there."""

    source: Source
    model: Any
    path: tuple[str, ...] = ()
    born: Born = NEVER
    own: bool = True
    seen: frozenset[str] = frozenset()


ANYTHING = Anything()


def born_of(value: Value | None) -> Born:
    """The loops in which a value differs from round to round."""
    match value:
        case Anything(born=born) | Rows(born=born) | Row(born=born) | Many(born=born) | Mapping(born=born):
            return born
        case OneOf(values=values) | Several(elements=values):
            return NEVER.union(*(born_of(one) for one in values))
        case Method(of=of):
            return born_of(of)
        case Function(bound=bound) if bound is not None:
            return born_of(bound)
        case Object(attributes=attributes):
            return NEVER.union(*(born_of(one) for _, one in attributes))
        case Made(args=args, keywords=keywords) if args or keywords:
            return NEVER.union(*(born_of(one) for one in args), *(born_of(one) for _, one in keywords))
    return NEVER


def one_of(values: Iterable[Value]) -> Value:
    """Any of some values; what is known of few is kept, what is known of many is not."""
    found: dict[Value, None] = {}
    for value in values:
        for one in value.values if isinstance(value, OneOf) else (value,):
            found[one] = None
    if len(found) > 1:
        known = [one for one in found if not isinstance(one, Anything | Constant)]
        if known and len(known) < len(found):
            found = dict.fromkeys(known)
    if not found:
        return ANYTHING
    if len(found) == 1:
        return next(iter(found))
    return OneOf(tuple(found)[:MOST_ALTERNATIVES])


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values that it may be."""
    return value.values if isinstance(value, OneOf) else (value,)


def reborn(value: Value, born: Born) -> Value:
    """The same value where it is another one in each round of further loops."""
    if not born:
        return value
    match value:
        case Anything(born=old) | Rows(born=old) | Row(born=old) | Many(born=old) | Mapping(born=old):
            if born <= old:
                return value
            if isinstance(value, Many):
                return replace(value, born=old | born, element=reborn(value.element, born))
            if isinstance(value, Mapping):
                entries = tuple((key, reborn(one, born)) for key, one in value.entries)
                return replace(value, born=old | born, entries=entries, other=reborn(value.other, born))
            return replace(value, born=old | born)
        case OneOf(values=values):
            return OneOf(tuple(reborn(one, born) for one in values))
        case Several(elements=values):
            return Several(tuple(reborn(one, born) for one in values))
        case Object(attributes=attributes):
            return replace(value, attributes=tuple((name, reborn(one, born)) for name, one in attributes))
    return value


def handed(value: Value, own: bool) -> Value:
    """The same value as seen by a function that it is handed to, or by the one that gets it back."""
    match value:
        case Row(own=old) | Rows(own=old):
            return value if old == own else replace(value, own=own)
        case Many(element=element):
            inner = handed(element, own)
            return value if inner is element else replace(value, element=inner)
        case OneOf(values=values):
            return OneOf(tuple(handed(one, own) for one in values))
        case Several(elements=values):
            return Several(tuple(handed(one, own) for one in values))
        case Mapping(entries=entries, other=other):
            return replace(
                value, entries=tuple((key, handed(one, own)) for key, one in entries), other=handed(other, own)
            )
        case Object(attributes=attributes):
            return replace(value, attributes=tuple((name, handed(one, own)) for name, one in attributes))
    return value


def came_back(value: Value, born: Born) -> Value:
    """A value that a call returned: what was made in the call is another one in each round around the call."""
    match value:
        case Row(own=True) | Rows(own=True):
            return reborn(value, born)
        case Anything():
            return reborn(value, born)
        case Row() | Rows():
            return replace(value, own=True)
        case Many(element=element):
            return replace(value, element=came_back(element, born), born=value.born | born)
        case OneOf(values=values):
            return OneOf(tuple(came_back(one, born) for one in values))
        case Several(elements=values):
            return Several(tuple(came_back(one, born) for one in values))
        case Mapping(entries=entries, other=other):
            told = tuple((key, came_back(one, born)) for key, one in entries)
            return replace(value, entries=told, other=came_back(other, born), born=value.born | born)
        case Object(attributes=attributes):
            return replace(value, attributes=tuple((name, came_back(one, born)) for name, one in attributes))
    return value
