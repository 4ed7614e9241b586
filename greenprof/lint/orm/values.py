"""What an expression may be worth, as far as it matters to a database: frozen values.

A *round* is one turn of a loop, known by the number of the loop's node. ``born`` are the loops in each round of which a
value is another one. ``own`` says that a value was made during the call that is being looked at, and not handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from greenprof.model import Step

Born = frozenset[int]
NEVER: Born = frozenset()
MOST_ALTERNATIVES = 4
MOST_NESTED = 8  # values in values that have a name


class Value:
    """Anything an expression may be worth; what is said here holds for what no round of a loop changes."""

    __slots__ = ()

    @property
    def born(self) -> Born:
        """The loops in which it differs from round to round."""
        return NEVER

    def reborn(self, born: Born) -> Value:
        """The same value where it is another one in each round of further loops."""
        return self

    def handed(self, own: bool) -> Value:
        """The same value as seen by a function that it is handed to, or by the one that gets it back."""
        return self

    def came_back(self, born: Born) -> Value:
        """A value that a call returned: what was made in the call is another one in each round around the call."""
        return self


@dataclass(frozen=True, slots=True)
class Anything(Value):
    """Nothing is known of it, but for the loops in which it differs from round to round."""

    born: Born = NEVER

    def reborn(self, born: Born) -> Value:
        """Other in more rounds."""
        return self if born <= self.born else Anything(self.born | born)

    came_back = reborn


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

    @property
    def born(self) -> Born:
        """Where the object is another one, so is its method."""
        return self.bound.born if self.bound is not None else NEVER


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

    @property
    def born(self) -> Born:
        """As its attributes."""
        return born_of_all((), self.attributes)

    def reborn(self, born: Born) -> Value:
        """With other attributes."""
        return self._with([one.reborn(born) for _, one in self.attributes]) if born and self.attributes else self

    def handed(self, own: bool) -> Value:
        """With its attributes."""
        return self._with([one.handed(own) for _, one in self.attributes]) if self.attributes else self

    def came_back(self, born: Born) -> Value:
        """With its attributes."""
        return self._with([one.came_back(born) for _, one in self.attributes]) if self.attributes else self

    def _with(self, values: Sequence[Value]) -> Object:
        named = tuple([(key, value) for (key, _), value in zip(self.attributes, values, strict=True)])
        return Object(self.info, named, self.made)


@dataclass(frozen=True, slots=True)
class Made(Value):
    """What a call of something outside of the project gave."""

    name: str
    args: tuple[Value, ...] = ()
    keywords: tuple[tuple[str | None, Value], ...] = ()

    def keyword(self, name: str) -> Value | None:
        """The value of a keyword."""
        return next((value for key, value in self.keywords if key == name), None)

    @property
    def born(self) -> Born:
        """As what it was made of."""
        return born_of_all(self.args, self.keywords)


@dataclass(frozen=True, slots=True)
class Method(Value):
    """An attribute of a value that is about to be called."""

    of: Value
    name: str

    @property
    def born(self) -> Born:
        """As the value."""
        return self.of.born


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

    def reborn(self, born: Born) -> Value:
        """With other elements."""
        return self if born <= self.born else Many(self.element.reborn(born), self.born | born)

    def handed(self, own: bool) -> Value:
        """With its elements."""
        inner = self.element.handed(own)
        return self if inner is self.element else Many(inner, self.born)

    def came_back(self, born: Born) -> Value:
        """With its elements."""
        return Many(self.element.came_back(born), self.born | born)


@dataclass(frozen=True, slots=True)
class Several(Value):
    """A tuple or a list as it is written out."""

    elements: tuple[Value, ...]

    @property
    def born(self) -> Born:
        """As any of them."""
        return born_of_all(self.elements)

    def reborn(self, born: Born) -> Value:
        """Each of them."""
        return Several(tuple([one.reborn(born) for one in self.elements])) if born else self

    def handed(self, own: bool) -> Value:
        """Each of them."""
        return Several(tuple([one.handed(own) for one in self.elements]))

    def came_back(self, born: Born) -> Value:
        """Each of them."""
        return Several(tuple([one.came_back(born) for one in self.elements]))


@dataclass(frozen=True, slots=True)
class Mapping(Value):
    """A dictionary: entries with known keys, and what all others hold."""

    entries: tuple[tuple[str, Value], ...] = ()
    other: Value = Anything()
    key: Value = Anything()
    born: Born = NEVER

    def reborn(self, born: Born) -> Value:
        """With all that it holds."""
        if born <= self.born:
            return self
        entries = tuple([(key, one.reborn(born)) for key, one in self.entries])
        return Mapping(entries, self.other.reborn(born), self.key, self.born | born)

    def handed(self, own: bool) -> Value:
        """With all that it holds."""
        entries = tuple([(key, one.handed(own)) for key, one in self.entries])
        return Mapping(entries, self.other.handed(own), self.key, self.born)

    def came_back(self, born: Born) -> Value:
        """With all that it holds."""
        entries = tuple([(key, one.came_back(born)) for key, one in self.entries])
        return Mapping(entries, self.other.came_back(born), self.key, self.born | born)


@dataclass(frozen=True, slots=True)
class OneOf(Value):
    """One of several."""

    values: tuple[Value, ...]

    @property
    def born(self) -> Born:
        """As any of them."""
        return born_of_all(self.values)

    def reborn(self, born: Born) -> Value:
        """Each of them."""
        return OneOf(tuple([one.reborn(born) for one in self.values])) if born else self

    def handed(self, own: bool) -> Value:
        """Each of them."""
        return OneOf(tuple([one.handed(own) for one in self.values]))

    def came_back(self, born: Born) -> Value:
        """Each of them."""
        return OneOf(tuple([one.came_back(born) for one in self.values]))


@dataclass(frozen=True, slots=True)
class Source:
    """A query: where it is written, and what it loads with the rows.

    ``loaded`` are paths of relations. ``known`` is False where something else may have loaded more. ``end`` is where
    the expression ends that a loader could be put behind. ``few``: it asks for a handful of rows of however many.
    ``in_doubt``: it is of a manager that perhaps loads more.
    """

    model: Any
    at: Step
    loaded: frozenset[tuple[str, ...]] = frozenset()
    only: frozenset[tuple[str, ...]] | None = None
    deferred: frozenset[tuple[str, ...]] = frozenset()
    known: bool = True
    end: tuple[str, int, int] | None = None
    kind: str = "query"
    few: bool = False
    in_doubt: bool = False
    _hash: int = field(default=0, init=False, compare=False, repr=False)

    def __hash__(self) -> int:
        """Worked out once: a source is part of each value that is looked up."""
        if not self._hash:
            query = (self.model, self.at, self.known, self.end, self.kind, self.few, self.in_doubt)
            words = (*query, self.loaded, self.only, self.deferred)
            object.__setattr__(self, "_hash", hash(words))
        return self._hash

    def at_place_of(self, other: Source) -> Source:
        """The same loaded, by a query of another place."""
        return replace(self, at=other.at, end=other.end, kind=other.kind)


@dataclass(frozen=True, slots=True)
class Rows(Value):
    """Rows of a model, sent for or not.

    ``state`` is ``manager``, ``query`` (sent when gone through), ``statement`` (sent when executed), ``result`` (of
    tuples) or ``list``. ``path`` leads from the source's model to this one. ``seen`` is what code gave to each row, or
    read of it, and so is there.
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
    seen: frozenset[str] = frozenset()

    def reborn(self, born: Born) -> Value:
        """Other in more rounds."""
        return self if born <= self.born else replace(self, born=self.born | born)

    def handed(self, own: bool) -> Value:
        """Made here, or elsewhere."""
        return self if self.own == own else replace(self, own=own)

    def came_back(self, born: Born) -> Value:
        """Made in the call: another one in each round."""
        return self.reborn(born) if self.own else replace(self, own=True)


@dataclass(frozen=True, slots=True)
class Row(Value):
    """One row of a model. ``seen`` are the relations that were read of it before, and so are there.

    ``back`` is the row whose relation gave it, with the name by which it leads back there: it is the same object.
    """

    source: Source
    model: Any
    path: tuple[str, ...] = ()
    born: Born = NEVER
    own: bool = True
    seen: frozenset[str] = frozenset()
    back: tuple[str, Row] | None = None

    def reborn(self, born: Born) -> Value:
        """Other in more rounds."""
        return self if born <= self.born else replace(self, born=self.born | born)

    def handed(self, own: bool) -> Value:
        """Made here, or elsewhere."""
        return self if self.own == own else replace(self, own=own)

    def came_back(self, born: Born) -> Value:
        """Made in the call: another one in each round."""
        return self.reborn(born) if self.own else replace(self, own=True)


ANYTHING = Anything()


def born_of_all(args: Iterable[Value], keywords: Iterable[tuple[str | None, Value]] = ()) -> Born:
    """The loops in which any of these differs from round to round."""
    born = NEVER
    for one in args:
        born |= one.born
    for _, one in keywords:
        born |= one.born
    return born


def one_of(values: Iterable[Value]) -> Value:
    """Any of some values; what is known of few is kept, what is known of many is not."""
    values = tuple(values)
    if len(values) == 1 or (len(values) == 2 and values[0] is values[1]):
        return values[0]
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
    kept = _fewer(found) if len(found) > MOST_ALTERNATIVES else tuple(found)
    return kept[0] if len(kept) == 1 else OneOf(kept)


def _fewer(values: Iterable[Value]) -> tuple[Value, ...]:
    """So many of some values that all can be gone through; rows of one query, that each way loads other relations of,
    are one with all of these loaded: each way knows which relations its readers need.
    """
    found: dict[Value, Value] = {}
    for value in values:
        if isinstance(value, Rows):
            query = replace(value, source=replace(value.source, loaded=frozenset(), end=None))
            old = found.get(query)
            loaded = value.source.loaded | (old.source.loaded if isinstance(old, Rows) else frozenset())
            found[query] = replace(value, source=replace(value.source, loaded=loaded))
        else:
            found[value] = value
    return tuple(found.values())[:MOST_ALTERNATIVES]


def alternatives(value: Value) -> tuple[Value, ...]:
    """The values that it may be."""
    return value.values if isinstance(value, OneOf) else (value,)


def bounded(value: Value) -> Value:
    """A value that is to have a name: what is nested deeper than anybody looks is not kept, or it might double without
    end (``both = (both, both)``).
    """
    return Anything(value.born) if _is_deeper(value, MOST_NESTED) else value


def _is_deeper(value: Value, levels: int) -> bool:
    match value:
        case Several(elements=parts) | OneOf(values=parts):
            pass
        case Many(element=part) | Method(of=part) | Function(bound=Value() as part) | Parent(bound=part):
            parts = (part,)
        case Mapping(entries=entries, other=other, key=key):
            parts = (*(one for _, one in entries), other, key)
        case Object(attributes=attributes, made=(args, keywords)):
            parts = (*(one for _, one in attributes), *args, *(one for _, one in keywords))
        case Made(args=args, keywords=keywords):
            parts = (*args, *(one for _, one in keywords))
        case _:
            return False
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in parts)
