"""Rows and their relations: what reading an attribute of a row, a query or a model means, and what it sends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from greenprof.lint.orm import conditions
from greenprof.lint.orm.effects import Effect, Place
from greenprof.lint.orm.frame import Frame, Names
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
    Made,
    Many,
    Method,
    Object,
    Row,
    Rows,
    Source,
    Value,
    alternatives,
    one_of,
)
from greenprof.model import Step

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Arguments, Evaluator
    from greenprof.lint.orm.program import Node
    from greenprof.lint.orm.project import ClassInfo

MANAGERS = frozenset({"objects", "_default_manager", "_base_manager"})
_GET_QUERYSET = ("get_queryset", "get_query_set")  # the second until Django 1.5
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
        if found is None and name == "_default_manager":
            custom = default_manager(ev, model)[1]
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
    """The rows of a manager: what its ``get_queryset`` loads is loaded, and its query set's methods are there, too."""
    rows = Rows(source_at(model, node, frame), model, "manager", born=frame.rounds, custom=custom)
    own = _rows_of_class(ev, model, custom) if custom is not None else None
    return rows if own is None else replace(rows, source=own.source.at_place_of(rows.source), custom=own.custom)


def query_set(ev: Evaluator, custom: Any, arguments: Arguments, node: Node, frame: Frame) -> Rows | None:
    """``OrderQuerySet(self.model, using=self._db)``; None where it is not known of which model."""
    given = arguments[0][0] if arguments[0] else dict(arguments[1]).get("model")
    model = model_of(ev, given) if given is not None else None
    if model is None or not model.is_django:
        return None
    return Rows(source_at(model, node, frame), model, "query", born=frame.rounds, custom=custom)


def _rows_of_class(ev: Evaluator, model: Model, custom: ClassInfo) -> Rows | None:
    """The rows that ``get_queryset`` of a manager's class gives, gone through once for a model; None without one."""
    if custom in model.managers:
        return model.managers[custom]
    found = next((one for name in _GET_QUERYSET if (one := ev.member(custom, name))), None)
    frame = Frame(custom.module, Names({}, None))
    rows = Rows(source_at(model, ["class", custom.line, 0], frame), model, "query", custom=custom)
    own = None
    if found is not None and isinstance(found[0], Function):
        result = ev.enter(replace(found[0], bound=rows), (), ())
        if result is None:  # called too deep to say
            return None
        told = [one for one in alternatives(result[0]) if isinstance(one, Rows) and one.model is model]
        own = _together(ev, rows, told) if told else replace(rows, source=replace(rows.source, in_doubt=True))
    model.managers[custom] = own
    return own


def _together(ev: Evaluator, rows: Rows, told: list[Rows]) -> Rows:
    """What a manager gives in one way or another: each way knows which relations its readers need."""
    loaded: frozenset[tuple[str, ...]] = frozenset().union(*(one.source.loaded for one in told))
    known = all(one.source.known for one in told)
    custom, more = rows.custom, told[0].custom
    if more is not None and more is not custom:
        custom = ev.joined_class((ClassOf(custom), ClassOf(more)), custom.module)
    return replace(rows, source=replace(told[0].source, loaded=loaded, known=known), custom=custom)


def read_default_managers(ev: Evaluator) -> None:
    """What the managers load that Django takes by default, also for the rows of a relation."""
    for model in ev.models.by_class.values():
        custom = default_manager(ev, model)[1] if model.is_django else None
        if custom is not None:
            ev.start(model.info.module)
            model.by_default = _rows_of_class(ev, model, custom)


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
        source = _with_defaults(row.source, path, target)
        return Rows(source, target, "manager", path, born=row.born, own=row.own, via=(row, relation))
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


def _with_defaults(source: Source, path: tuple[str, ...], target: Model) -> Source:
    """A query behind a relation at a path: the default manager of what that leads to loads more with its rows."""
    own = target.by_default.source if target.by_default is not None else None
    if own is None or not (own.loaded or own.in_doubt or not own.known):
        return source
    loaded = source.loaded | {(*path, *one) for one in own.loaded}
    return replace(source, loaded=loaded, known=source.known and own.known, in_doubt=source.in_doubt or own.in_doubt)


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
    if name == "model" and rows.model.is_django:
        return ClassOf(rows.model.info)
    if rows.custom is not None:
        found = ev.member(rows.custom, name)
        if found is not None and isinstance(found[0], Function):
            return ev.bind(found[0], rows, node, frame)
    if rows.via and rows.custom is None and rows.model is not None:
        custom = default_manager(ev, rows.model)[1] if rows.model.is_django else None
        if custom is not None:
            found = ev.member(custom, name)
            if found is not None and isinstance(found[0], Function) and name != "get_queryset":
                return ev.bind(found[0], replace(rows, custom=custom), node, frame)
    return Method(rows, name)


def default_manager(ev: Evaluator, model: Model) -> tuple[str, Any]:
    """The name of the manager that Django takes by default, and the class of the project that it is of, if any."""
    if model.default_manager is None:
        model.default_manager = _first_manager(ev, model)
    return model.default_manager


def _first_manager(ev: Evaluator, model: Model) -> tuple[str, Any]:
    for name in _manager_names(ev, model):
        found = ev.member(model.info, name)
        custom = manager_class(ev, found[0]) if found is not None else None
        if custom is not None or (found is not None and _is_plain_manager(found[0])):
            return name, custom
    return "objects", None


def _manager_names(ev: Evaluator, model: Model) -> list[str]:
    """The attributes of a model of which the first manager is the default: one that ``Meta`` names, or all in order."""
    for info in ev.ancestors(model.info)[0]:
        meta = info.members.get("Meta")
        inner = getattr(meta.value, "info", None) if meta is not None else None
        chosen = ev.member(inner, "default_manager_name") if inner is not None else None
        if chosen is not None and (name := text_of(chosen[0])):
            return [name]
    return [key for one in ev.ancestors(model.info)[0] for key in one.members]


def _is_plain_manager(value: Value) -> bool:
    return isinstance(value, Made) and value.name.rpartition(".")[2] in ("Manager", "as_manager")


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
        if rows.model.by_default is not None:
            source = rows.model.by_default.source.at_place_of(source)
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
