"""Rows and their relations: what reading an attribute of a row, a query or a model means, and what it sends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from greenprof.lint.orm import conditions
from greenprof.lint.orm.effects import Effect, Place
from greenprof.lint.orm.models import Model, Relation
from greenprof.lint.orm.values import (
    ANYTHING,
    NEVER,
    Anything,
    Born,
    ClassOf,
    Constant,
    Field,
    Function,
    Many,
    Method,
    Object,
    OneOf,
    Row,
    Rows,
    Source,
    Value,
    one_of,
)
from greenprof.model import Step

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.program import Node

MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
NEVER_READ: frozenset[str] = frozenset()
_LOADED_ALREADY = ("eager", "never")


def source_at(model: Model, node: Node, frame: Frame, kind: str = "query") -> Source:
    """A query that is written here."""
    end = node[6] if node[0] == "call" else node[5] if node[0] == "attr" else None
    return Source(
        model=model,
        at=Step(path=frame.module.path, line=node[1], message=f"rows of {model.name} are asked for here"),
        end=(frame.module.path, end[0], end[1]) if end else None,
        kind=kind,
    )


def unknown_source(model: Model, path: str, line: int) -> Source:
    """Where a row comes from that nothing more is known of."""
    return Source(
        model, Step(path=path, line=line, message=f"a {model.name}, from who knows where"), known=False, kind="unknown"
    )


def new_row(ev: Evaluator, model: Model, keywords: Iterable[tuple[str | None, Value]], node: Node, frame: Frame) -> Row:
    """``Order(customer=…)``: what it is given is there."""
    source = source_at(model, node, frame, "new")
    seen = frozenset(name for name, _ in keywords if name is not None)
    return Row(source, model, born=frame.rounds, seen=seen)


# Models


def model_attribute(ev: Evaluator, model: Model, name: str, node: Node, frame: Frame) -> Value | None:
    """``Order.objects``, ``Order.query``, ``Order.items``; None for what is no matter of the mapper."""
    if model.framework == "sqlalchemy":
        if name in model.relations or name in model.columns or name in model.proxies:
            return Field(model, name)
        if name == "query" and ev.member(model.info, name) is None:
            return Rows(source_at(model, node, frame), model, "query", born=frame.rounds)
        return None
    if model.is_django:
        found = ev.member(model.info, name)
        custom = manager_class(ev, found[0]) if found is not None else None
        if custom is not None or name in MANAGERS:
            return managed(ev, model, custom, name, node, frame)
        if found is not None and isinstance(found[0], Object | Method) and name.endswith(("objects", "manager")):
            return managed(ev, model, None, name, node, frame)
        return None
    if name in model.relations or name in model.columns:
        return Field(model, name)
    if ev.member(model.info, name) is None:
        return Method(Rows(source_at(model, node, frame), model, "manager", born=frame.rounds), name)
    return None


def manager_class(ev: Evaluator, value: Value) -> Any:
    """The class of the project whose methods a manager has."""
    if isinstance(value, Object) and ev.is_subclass(
        value.info, "Manager", "QuerySet", "BaseManager", "as_manager", "from_queryset"
    ):
        return value.info
    if isinstance(value, Object) and any(name == "_queryset_class" for name, _ in value.attributes):
        return value.info
    return None


def managed(ev: Evaluator, model: Model, custom: Any, name: str, node: Node, frame: Frame) -> Value:
    """The rows of a manager: what its ``get_queryset`` loads is loaded."""
    rows = Rows(source_at(model, node, frame), model, "manager", born=frame.rounds, custom=custom)
    if custom is None:
        return rows
    found = ev.member(custom, "get_queryset")
    if found is None or not isinstance(found[0], Function):
        return rows
    result = ev.enter(replace(found[0], bound=replace(rows, state="query")), (), ())
    if result is None:
        return rows
    for one in result[0].values if isinstance(result[0], OneOf) else (result[0],):
        if isinstance(one, Rows):
            source = replace(
                rows.source,
                loaded=one.source.loaded,
                known=one.source.known,
                only=one.source.only,
                deferred=one.source.deferred,
            )
            return replace(rows, source=source)
    return rows


# Rows


def row_attribute(ev: Evaluator, row: Row, name: str, node: Node, frame: Frame) -> Value:
    """What an attribute of a row is; a relation that is not there is asked for."""
    model: Model = row.model
    if name == "awaitable_attrs" and model.framework == "sqlalchemy":
        return row
    relation = model.relations.get(name)
    if relation is not None:
        return read(ev, row, relation, node, frame)
    if name in model.proxies:
        through = model.relations.get(model.proxies[name])
        return Many(ANYTHING) if through is None else Many(Anything(read(ev, row, through, node, frame).born))
    if name in row.seen and name not in model.columns:  # code gave it to the row
        return Anything(row.born)
    if name in model.columns:
        read_column(ev, row, name, node, frame)
        return Anything(row.born)
    found = ev.member(model.info, name)
    if found is not None:
        is_column = isinstance(found[0], Object) and found[0].info.name.endswith("Field")
        return Anything(row.born) if is_column else ev.bind(found[0], row, node, frame)
    return Method(row, name)


def read(ev: Evaluator, row: Row, relation: Relation, node: Node, frame: Frame, kind: str = "relation") -> Value:
    """What a relation of a row leads to."""
    model: Model = row.model
    path = (*row.path, relation.name)
    target = relation.target
    if relation.strategy == "query" or (relation.is_many and model.framework != "sqlalchemy"):
        if target is None:
            return Method(row, relation.name)
        state = "manager"
        return Rows(row.source, target, state, path, born=row.born, own=row.own, via=(row, relation))
    if not is_there(row, relation):
        send(ev, _effect_of(kind, row, relation, node, frame), row.born, row.own, frame)
    if row.back is not None and row.back[0] == relation.name:
        return row.back[1]
    if target is None:
        return Anything(row.born)
    if relation.is_many:
        return Rows(row.source, target, "list", path, born=row.born, own=row.own, via=(row, relation))
    prefix = f"{relation.name}."
    seen = frozenset(one.removeprefix(prefix) for one in row.seen if one.startswith(prefix))
    return Row(row.source, target, path, born=row.born, own=row.own, seen=seen)


def for_its_key(ev: Evaluator, value: Value, node: Node, frame: Frame) -> Value:
    """The row that a relation leads to, of which only the key is read."""
    if isinstance(value, Row):
        relation = value.model.relations.get(node[4])
        if relation is not None and relation.kind == "forward" and relation.column is not None:
            return read(ev, value, relation, node, frame, "key")
    return ev.attribute(value, node[4], node, frame)


def remember(row: Row, names: Iterable[str], node: Node | None, frame: Frame) -> None:
    """What was loaded of a row that has a name is there from now on."""
    if node is not None and node[0] == "name" and isinstance(frame.names.table.get(node[3]), Row):
        frame.names.table[node[3]] = replace(row, seen=row.seen | set(names))


def is_there(row: Row, relation: Relation) -> bool:
    """Whether a relation of a row was loaded with it, or before."""
    if relation.name in row.seen or relation.strategy in _LOADED_ALREADY or row.source.kind == "new":
        return True
    return (*row.path, relation.name) in row.source.loaded


def _effect_of(kind: str, row: Row, relation: Relation, node: Node, frame: Frame) -> Effect:
    return Effect(
        kind=kind,
        name=relation.name,
        place=place_of(node, frame),
        born=row.born,
        model=row.model,
        relation=relation,
        row=row,
        source=row.source,
        depends=row.born,
        sure=2 if row.source.known else 0,
    )


def place_of(node: Node, frame: Frame) -> Place:
    """Where the name of an attribute, or the beginning of an expression, is."""
    if node[0] in ("attr", "dot") and node[5]:
        return Place(frame.module.path, node[5][0], node[5][1] - len(node[4].encode()))
    if node[0] == "call":
        return (
            place_of(node[3], frame) if node[3] and node[3][0] == "attr" else Place(frame.module.path, node[1], node[2])
        )
    return Place(frame.module.path, node[1], node[2])


def send(ev: Evaluator, effect: Effect, born: Born, own: bool, frame: Frame) -> None:
    """Note an effect on what differs in the rounds `born`; what was made in this call differs from call to call."""
    if own and not born & frame.rounds:
        if len(frame.effects) < 200:
            one = conditions.seen_from_outside(effect, frame)
            frame.effects.append(replace(one, born=None, never=effect.never | frame.rounds))
    else:
        ev.emit(replace(effect, born=born), frame)


def read_column(ev: Evaluator, row: Row, name: str, node: Node, frame: Frame) -> None:
    """A column that the query left out is fetched when it is read."""
    source, path = row.source, (*row.path, name)
    if name in row.seen:
        return
    left_out = path in source.deferred or (name in row.model.deferred and path not in source.loaded)
    if source.only is not None and not left_out:
        here = {
            one[len(row.path)] for one in source.only if one[: len(row.path)] == row.path and len(one) > len(row.path)
        }
        named = {name, name.removesuffix("_id")}  # the key of a relation comes with the relation's name
        left_out = bool(here) and not named & here and name not in ("id", "pk")
    if left_out:
        effect = Effect("column", name, place_of(node, frame), row.born, row.model, None, row, source, row.born)
        send(ev, effect, row.born, row.own, frame)


# Queries


def rows_attribute(ev: Evaluator, rows: Rows, name: str, node: Node, frame: Frame) -> Value:
    """A method of a query: of the project's own manager or query set, or the mapper's."""
    if rows.custom is not None:
        found = ev.member(rows.custom, name)
        if found is not None and isinstance(found[0], Function):
            return ev.bind(found[0], rows, node, frame)
    if rows.via and rows.custom is None and rows.model is not None:
        custom = default_manager(ev, rows.model)
        if custom is not None:
            found = ev.member(custom, name)
            if found is not None and isinstance(found[0], Function) and name != "get_queryset":
                return ev.bind(found[0], replace(rows, custom=custom), node, frame)
    return Method(rows, name)


def default_manager(ev: Evaluator, model: Model) -> Any:
    """The class of the project that the first manager of a model is of."""
    found = ev.member(model.info, "objects")
    return manager_class(ev, found[0]) if found is not None else None


def each(ev: Evaluator, rows: Rows, node: Node, frame: Frame) -> Value:
    """Going through rows: a query is sent unless they are there."""
    sent(ev, rows, node, frame)
    return _element(ev, rows)


def element(rows: Rows) -> Value:
    """One of the rows."""
    if rows.plain:
        return Anything(rows.born)
    name = rows.via[1].back if rows.via else None
    seen = rows.seen | {name} if name else rows.seen
    back = (name, replace(rows.via[0], seen=NEVER_READ, back=None)) if name else None
    return Row(rows.source, rows.model, rows.path, born=rows.born, own=rows.own, seen=seen, back=back)


def sent(ev: Evaluator, rows: Rows, node: Node, frame: Frame, name: str = "") -> None:
    """The query for some rows is sent, unless they are there."""
    if rows.state in ("list", "statement", "result"):
        return
    if rows.via:
        row, relation = rows.via[0], rows.via[1]
        if rows.path and is_there(row, relation):
            return
        effect = _effect_of("relation", row, relation, node, frame)
        discards = not rows.path and is_there(row, relation) and row.source.kind != "new"
        if row.source.kind == "new":
            return
        effect = replace(effect, discards=discards, method=name, depends=rows.depends | row.born)
        if not rows.path:  # a query of its own: whether the row's query is known does not matter
            effect = replace(effect, sure=2, method=name or ("" if discards else "filter"))
        send(ev, effect, rows.born, rows.own, frame)
        return
    effect = Effect(
        "query", name, place_of(node, frame), rows.born, rows.model, source=rows.source, depends=rows.depends
    )
    if rows.state == "query" and rows.model.framework == "sqlalchemy":
        ev.emit(replace(effect, born=None), frame)
    else:
        send(ev, effect, rows.born, rows.own, frame)


def derived(rows: Rows, node: Node, frame: Frame, depends: Born = NEVER) -> Rows:
    """A further query made of some rows: what was loaded for a relation does not help it."""
    end = (frame.module.path, *node[6]) if node[0] == "call" else rows.source.end
    source = replace(rows.source, end=end)
    if rows.path:
        at = Step(path=frame.module.path, line=node[1], message=f"rows of {rows.model.name} are asked for here")
        source = Source(rows.model, at, end=end, kind="relation")
    return replace(
        rows,
        source=source,
        path=(),
        state="query" if rows.state == "manager" else rows.state,
        born=rows.born | frame.rounds,
        own=True,
        depends=rows.depends | depends,
        seen=NEVER_READ,
    )


def written(
    ev: Evaluator,
    name: str,
    model: Model | None,
    node: Node,
    frame: Frame,
    depends: Born = NEVER,
    sure: int = 2,
    row: Row | None = None,
) -> None:
    """A statement that changes rows is sent."""
    ev.note_write(frame)
    effect = Effect("write", name, place_of(node, frame), None, model, depends=depends, sure=sure)
    ev.emit(effect, frame)
    from greenprof.lint.orm.frameworks import signals

    signals.written(ev, model, name, row, frame)


def with_loaded(rows: Rows, paths: Iterable[tuple[str, ...]], *, known: bool = True) -> Rows:
    """The same rows with more relations loaded; each path loads all that it goes through."""
    more = set(rows.source.loaded)
    for path in paths:
        full = (*rows.path, *path)
        more.update(full[:end] for end in range(1, len(full) + 1))
    return replace(rows, source=replace(rows.source, loaded=frozenset(more), known=rows.source.known and known))


def text_of(value: Value) -> str | None:
    """The text that a value is."""
    return value.value if isinstance(value, Constant) and isinstance(value.value, str) else None


def model_of(ev: Evaluator, value: Value) -> Model | None:
    """The model that a class is."""
    return ev.models.of(value.info) if isinstance(value, ClassOf) else None


__all__ = ["one_of"]


def _element(ev: Evaluator, rows: Rows) -> Value:
    from greenprof.lint.orm import sqlalchemy

    return sqlalchemy.element(rows) if rows.model.framework == "sqlalchemy" else element(rows)
