"""Django REST framework's serializers: what is read of each row that they show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import mapper
from greenprof.lint.orm.code import takes_out_of
from greenprof.lint.orm.evaluate import outside_name
from greenprof.lint.orm.frameworks.parts import (
    MOST_NESTED,
    Spot,
    all_of,
    call,
    entries,
    going_through,
    last_name,
    meta_of,
    option,
    read,
    shown,
    spot_of,
    with_read,
)
from greenprof.lint.orm.values import (
    ANYTHING,
    ClassOf,
    Constant,
    Function,
    Made,
    Object,
    Row,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Arguments, Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import ClassInfo

BASES = ("Serializer", "ModelSerializer", "HyperlinkedModelSerializer", "BaseSerializer", "ListSerializer")
_WORDS = "once for each row that a serializer is given here"
_NESTED = "once for each row that is shown here"
_BY_KEY = ("PrimaryKeyRelatedField", "HyperlinkedRelatedField")
_CHOOSING = ("get_fields", "get_field_names", "fields", "_readable_fields")
_PERHAPS = (" perhaps another", Constant(True))  # an attribute that no code can name
_RELATED = (*_BY_KEY, "StringRelatedField", "SlugRelatedField", "ManyRelatedField")


@dataclass(frozen=True, slots=True)
class FieldOf:
    """A field of a serializer: its name, what it is made as, and its line."""

    name: str
    value: Value | None
    spot: Spot


def is_serializer(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether a class is a serializer."""
    return ev.is_subclass(info, *BASES)


def made(info: ClassInfo, arguments: Arguments) -> Object:
    """``OrderSerializer(orders, many=True)``; as a field of another one it is given no rows."""
    args, keywords = arguments
    named = {name: value for name, value in keywords if name is not None}
    instance = args[0] if args else named.get("instance")
    kept = {name: value for name, value in named.items() if name in ("many", "source", "write_only", "context")}
    if instance is not None:
        kept["instance"] = instance
    return Object(info, attributes=tuple(sorted(kept.items())))


def data(ev: Evaluator, serializer: Object, node: Node, frame: Frame) -> Value:
    """``serializer.data``: every row that it was given is shown."""
    told = dict(serializer.attributes)
    instance = told.get("instance")
    if instance is not None:
        spot = Spot(frame.module, node[1], node[2])
        if told.get("many") == Constant(True):
            with going_through(ev, all_of(instance, spot, frame), spot, _WORDS, frame) as row:
                show(ev, serializer, row, frame)
        else:
            show(ev, serializer, instance, frame)
    return ANYTHING


def show(ev: Evaluator, serializer: Object, row: Value, frame: Frame, depth: int = 0) -> None:
    """One row as a serializer shows it."""
    own = option(ev, serializer.info, "to_representation")
    with _in_doubt(_PERHAPS in serializer.attributes, frame):
        for one in alternatives(row):
            if isinstance(own, Function):
                ev.call_unseen(replace(own, bound=serializer), (one,), frame)
            else:
                show_fields(ev, serializer, one, frame, depth)


def show_fields(ev: Evaluator, serializer: Object, row: Value, frame: Frame, depth: int = 0) -> None:
    """The fields of a row, one after the other: what one has read is there for the next."""
    if depth > MOST_NESTED or not isinstance(row, Row | Object):
        return
    with _in_doubt(_leaves_fields_out(ev, serializer.info), frame):
        for field in fields_of(ev, serializer.info, row):
            row = _show_field(ev, serializer, field, row, frame, depth)


@contextmanager
def _in_doubt(doubtful: bool, frame: Frame) -> Iterator[None]:
    """While what a serializer shows is gone through, which it perhaps does not."""
    frame.doubts += doubtful
    try:
        yield
    finally:
        frame.doubts -= doubtful


def _leaves_fields_out(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether the project's own code chooses at run time which fields are shown, by view, request or argument."""
    if any(isinstance(option(ev, info, name), Function) for name in _CHOOSING):
        return True
    inits = [one.members["__init__"].value for one in ev.ancestors(info)[0] if "__init__" in one.members]
    return any(isinstance(one, Function) and takes_out_of(one.code, "fields") for one in inits)


def fields_of(ev: Evaluator, info: ClassInfo, row: Value) -> Iterator[FieldOf]:
    """The fields that are declared and those that ``Meta`` names."""
    declared: dict[str, FieldOf] = {}
    for one in reversed(ev.ancestors(info)[0]):
        for name, binding in one.members.items():
            value = ev.binding_value(one, binding) if binding.expression is not None else None
            if (isinstance(value, Made) and value.name.endswith(("Field", "Serializer"))) or (
                isinstance(value, Object) and (is_serializer(ev, value.info) or _base_field(ev, value.info))
            ):
                declared[name] = FieldOf(name, value, spot_of(one, name))
    meta = meta_of(ev, info)
    named = entries(ev, meta, "fields") if meta is not None else None
    if meta is None or named is None:
        yield from declared.values()
        return
    if len(named) == 1 and named[0].name == "__all__":
        yield from declared.values()
        if isinstance(row, Row):
            names = [name for name in row.model.relations if not _is_reverse(row, name)]
            yield from (FieldOf(name, None, named[0].spot) for name in names if name not in declared)
        return
    for entry in named:
        if entry.name is not None:
            yield declared.get(entry.name) or FieldOf(entry.name, None, entry.spot)


def _base_field(ev: Evaluator, info: ClassInfo) -> str:
    """``CharField`` for a class made of it; empty for one that is made of no field."""
    outside = (outside_name(one).rpartition(".")[2] for one in ev.ancestors(info)[1])
    return next((name for name in outside if name.endswith("Field")), "")


def _is_reverse(row: Row, name: str) -> bool:
    relation = row.model.relations[name]
    return bool(relation.is_other_side or relation.kind in ("reverse", "one-to-one"))


def _show_field(ev: Evaluator, serializer: Object, field: FieldOf, row: Value, frame: Frame, depth: int) -> Value:
    """Show a field of a row; the row with what is there afterwards."""
    value, spot = field.value, field.spot
    if _said(value, "write_only") == Constant(True):
        return row
    kind = _base_field(ev, value.info) if isinstance(value, Object) else last_name(value)
    if kind == "SerializerMethodField":
        given = value.args[0] if isinstance(value, Made) and value.args else _said(value, "method_name")
        method = option(ev, serializer.info, (mapper.text_of(given) if given else None) or f"get_{field.name}")
        if isinstance(method, Function):
            _, read_of = call(ev, replace(method, bound=serializer), (row,), spot, frame)
            return with_read(row, read_of)
        return row
    given = _said(value, "source")
    source = (mapper.text_of(given) if given is not None else None) or field.name
    if isinstance(value, Object) and is_serializer(ev, value.info):
        return _show_nested(ev, value, source, row, spot, frame, depth)
    if value is None:
        return _show_named(ev, serializer, source, row, spot, frame)
    many = _said(value, "many") == Constant(True)
    if kind in _BY_KEY and not many and source != "*":
        before = source.rpartition(".")[0]
        return read(ev, row, before, spot, frame)[1] if before else row
    found, row = read(ev, row, source, spot, frame) if source != "*" else (row, row)
    own = option(ev, value.info, "to_representation") if isinstance(value, Object) and not many else None
    if isinstance(own, Function):
        row = with_read(row, call(ev, replace(own, bound=value), (found,), spot, frame)[1])
    elif kind in _RELATED:
        _show_related(ev, value, kind, found, many, spot, frame)
    return row


def _show_nested(ev: Evaluator, nested: Object, source: str, row: Value, spot: Spot, frame: Frame, depth: int) -> Value:
    found, row = read(ev, row, source, spot, frame) if source != "*" else (row, row)
    if dict(nested.attributes).get("many") == Constant(True):
        with going_through(ev, all_of(found, spot, frame), spot, _NESTED, frame) as one:
            show(ev, nested, one, frame, depth + 1)
    else:
        show(ev, nested, found, frame, depth + 1)
    return row


def _show_named(ev: Evaluator, serializer: Object, name: str, row: Value, spot: Spot, frame: Frame) -> Value:
    """A name in ``Meta.fields``: a relation shows its key, or with ``depth`` what it leads to."""
    if not isinstance(row, Row):
        return row
    relation = row.model.relations.get(name)
    if relation is None:
        return read(ev, row, name, spot, frame)[1]
    meta = meta_of(ev, serializer.info)
    depth = option(ev, meta, "depth") if meta is not None else None
    if relation.is_many:
        found, row = read(ev, row, name, spot, frame)
        ev.each(all_of(found, spot, frame), spot.reading(name), spot.frame(frame))
    elif relation.kind == "one-to-one" or (isinstance(depth, Constant) and depth.value):
        row = read(ev, row, name, spot, frame)[1]
    return row


def _show_related(ev: Evaluator, value: Value, kind: str, found: Value, many: bool, spot: Spot, frame: Frame) -> None:
    slug = _said(value, "slug_field")
    path = mapper.text_of(slug) if slug is not None else None
    if not many:
        _show_one(ev, kind, path, found, spot, frame)
        return
    with going_through(ev, all_of(found, spot, frame), spot, _NESTED, frame) as one:
        _show_one(ev, kind, path, one, spot, frame)


def _show_one(ev: Evaluator, kind: str, path: str | None, row: Value, spot: Spot, frame: Frame) -> None:
    if kind == "StringRelatedField":
        shown(ev, row, spot, frame)
    elif path is not None:
        read(ev, row, path.replace("__", "."), spot, frame)


def _said(value: Value | None, name: str) -> Value | None:
    """What a field was told by a keyword."""
    if isinstance(value, Made):
        return value.keyword(name)
    if isinstance(value, Object):
        told = dict(value.attributes) | {key: one for key, one in value.made[1] if key is not None}
        return told.get(name)
    return None


def serializer_of(ev: Evaluator, view: Object, frame: Frame) -> Object | None:
    """The serializer of a view: by ``get_serializer_class`` or ``serializer_class``; in doubt if it may be another."""
    own = option(ev, view.info, "get_serializer_class")
    value = ev.call_unseen(replace(own, bound=view), (), frame) if isinstance(own, Function) else None
    value = value or option(ev, view.info, "serializer_class")
    told = [one for one in alternatives(value) if one != Constant(None)] if value is not None else []
    for one in reversed(told):  # the last is what is taken where no branch is
        if isinstance(one, ClassOf) and is_serializer(ev, one.info):
            return Object(one.info, attributes=(_PERHAPS,) if len(told) > 1 else ())
    return None


def given(serializer: Object, arguments: Arguments) -> Object:
    """``self.get_serializer(orders, many=True)``: what `serializer_of` gives, made with arguments."""
    return _with_attributes(serializer, made(serializer.info, arguments).attributes)


def given_rows(serializer: Object, rows: Value, *, many: bool) -> Object:
    """A serializer that is given rows, or one row."""
    return _with_attributes(serializer, (("instance", rows), ("many", Constant(many))))


def _with_attributes(serializer: Object, attributes: tuple[tuple[str, Value], ...]) -> Object:
    kept = (_PERHAPS,) if _PERHAPS in serializer.attributes else ()
    return replace(serializer, attributes=(*kept, *attributes))
