"""Django's managers, query sets and rows; Tortoise's and Peewee's differ in few words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.kinds import words
from greenprof.lint.orm import mapper
from greenprof.lint.orm.extent import few_of, is_a_few
from greenprof.lint.orm.models import Model
from greenprof.lint.orm.values import (
    ANYTHING,
    Anything,
    Born,
    Constant,
    Made,
    Many,
    Mapping,
    Row,
    Rows,
    Several,
    Value,
    born_of_all,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Arguments, Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.program import Node

_FURTHER = words(
    """
    filter exclude order_by annotate alias distinct using reverse select_for_update union intersection difference
    extra raw complex_filter where join switch limit offset group_by having order_by_extend paginate
    group_by_extend
    """
)
_ONE = words(
    """
    get first last latest earliest aget afirst alast alatest aearliest get_or_none get_by_id get_by_natural_key
    """
)
_VALUES = words(
    """
    scalar aggregate contains exists acount aexists aaggregate count explain
    """
)
_PLAIN = frozenset({"values", "values_list", "dates", "datetimes", "dicts", "tuples", "namedtuples"})
_WRITES = words(
    """
    create get_or_create update_or_create update delete bulk_create bulk_update acreate aget_or_create
    aupdate_or_create aupdate adelete abulk_create abulk_update add remove set clear aadd aremove aset aclear insert
    insert_many
    """
)
_ROW_WRITES = frozenset({"save", "delete", "asave", "adelete", "delete_instance", "full_clean"})
_SAME = words(
    """
    all get_queryset get_query_set _queryset_class iterator aiterator db_manager select execute
    """
)


def call_on_rows(ev: Evaluator, rows: Rows, name: str, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    """What a method of a manager or query set gives; None for one that is not known."""
    args, keywords = arguments
    depends = born_of_all(args, keywords)
    if name == "select" and rows.model.framework == "peewee":
        models = [model for one in args if (model := mapper.model_of(ev, one)) is not None]
        loaded = [(key,) for key, each in rows.model.relations.items() if each.target in models and not each.is_many]
        return mapper.with_loaded(mapper.derived(rows, node, frame), loaded)
    if name in _SAME:
        return _same(ev, rows, name, args, node, frame)
    if name == "none":
        return Several(())
    if name in _FURTHER:
        further = mapper.derived(rows, node, frame, depends)
        return few_of(further) if name == "limit" and is_a_few(args) else further
    if name == "select_related":
        return _select_related(mapper.derived(rows, node, frame), args)
    if name in ("prefetch_related", "prefetch"):
        return _prefetch_related(mapper.derived(rows, node, frame), args)
    if name in ("only", "defer"):
        return _columns(mapper.derived(rows, node, frame), name, args)
    if name in _PLAIN:
        return replace(mapper.derived(rows, node, frame, depends), plain=True)
    if name in _ONE:
        asked = mapper.derived(rows, node, frame, depends)
        if name == "get" and not args and not keywords and rows.model.framework == "peewee":
            asked = rows
        if _is_cached(rows) and name in ("first", "last", "afirst", "alast") and _is_ordered(ev, rows.model):
            return mapper.element(rows)
        mapper.sent(ev, asked, node, frame, name)
        return mapper.element(replace(asked, born=asked.born | frame.rounds))
    if name in _VALUES:
        if not (_is_cached(rows) and name in ("count", "exists", "acount", "aexists", "contains")):
            mapper.sent(ev, replace(mapper.derived(rows, node, frame, depends)), node, frame, name)
        return Anything(depends | rows.born | frame.rounds)
    if name in ("in_bulk", "ain_bulk"):
        asked = mapper.derived(rows, node, frame, depends)
        mapper.sent(ev, asked, node, frame, name)
        return Mapping(other=mapper.element(replace(asked, state="list")))
    if name in _WRITES:
        return _write(ev, rows, name, keywords, node, frame, depends | rows.depends | rows.born)
    return None


def _same(ev: Evaluator, rows: Rows, name: str, args: tuple[Value, ...], node: Node, frame: Frame) -> Value:
    if rows.path:
        row, relation = rows.via[0], rows.via[1]
        if mapper.is_there(row, relation):
            return replace(rows, state="list" if name not in ("iterator", "aiterator") else "query")
        return replace(rows, state="query", born=rows.born | frame.rounds, own=rows.own)
    new = mapper.derived(rows, node, frame) if rows.state == "manager" or name == "all" else rows
    if rows.model.framework == "peewee" and name == "select":
        return new
    return replace(new, custom=rows.custom)


def _is_cached(rows: Rows) -> bool:
    """Whether the rows of a relation were loaded with its row."""
    return bool(rows.path) and bool(rows.via) and mapper.is_there(rows.via[0], rows.via[1])


def _is_ordered(ev: Evaluator, model: Model) -> bool:
    for info in ev.ancestors(model.info)[0]:
        meta = info.members.get("Meta")
        inner = getattr(meta.value, "info", None) if meta is not None else None
        if inner is not None and "ordering" in inner.members:
            return True
    return False


def _select_related(rows: Rows, args: tuple[Value, ...]) -> Rows:
    if len(args) == 1 and args[0] == Constant(None):
        return rows
    if not args:
        return mapper.with_loaded(rows, required_relations(rows.model, 3))
    texts = [mapper.text_of(one) for one in args]
    paths = [tuple(one.split("__")) for one in texts if one is not None]
    return mapper.with_loaded(rows, paths, known=None not in texts)


def required_relations(model: Model | None, depth: int) -> list[tuple[str, ...]]:
    """The foreign keys that ``select_related()`` follows: those that are never null."""
    if model is None or depth == 0:
        return []
    found: list[tuple[str, ...]] = []
    for name, relation in model.relations.items():
        if relation.kind == "forward" and relation.required:
            found.append((name,))
            found += [(name, *rest) for rest in required_relations(relation.target, depth - 1)]
    return found


def _prefetch_related(rows: Rows, args: tuple[Value, ...]) -> Rows:
    paths: list[tuple[str, ...]] = []
    known = True
    for one in args:
        text = mapper.text_of(one)
        if text is not None:
            paths.append(tuple(text.split("__")))
        elif isinstance(one, Made) and one.name.rpartition(".")[2] == "Prefetch" and one.args:
            lookup = mapper.text_of(one.args[0])
            if lookup is None:
                known = False
                continue
            path = tuple(lookup.split("__"))
            paths.append(path)
            inner = one.args[1] if len(one.args) > 1 else one.keyword("queryset")
            if isinstance(inner, Rows):
                paths += [(*path, *each) for each in inner.source.loaded]
                known = known and inner.source.known
            elif inner is not None:
                known = False
        elif isinstance(one, Constant) and one.value is None:
            continue
        else:
            known = False
    return mapper.with_loaded(rows, paths, known=known)


def load_into(node: Node | None, value: Value, paths: tuple[Value, ...], frame: Frame) -> None:
    """``prefetch_related_objects(rows, …)``: what has a name, rows or a row, has the relations from now on."""
    if node is None or node[0] != "name" or node[3] not in frame.names.table:
        return
    if isinstance(value, Rows):
        frame.names.table[node[3]] = _prefetch_related(value, paths)
    elif isinstance(value, Many | Several):
        told = value.elements if isinstance(value, Several) else (value.element,)
        loaded = [_with_paths(one, paths) if isinstance(one, Row) else one for one in told]
        frame.names.table[node[3]] = Several(tuple(loaded)) if isinstance(value, Several) else Many(loaded[0])


def _with_paths(row: Row, paths: tuple[Value, ...]) -> Row:
    rows = _prefetch_related(Rows(row.source, row.model, "list", row.path), paths)
    return replace(row, source=rows.source)


def _columns(rows: Rows, name: str, args: tuple[Value, ...]) -> Rows:
    texts = [mapper.text_of(one) for one in args]
    paths = frozenset((*rows.path, *one.split("__")) for one in texts if one is not None)
    if None in texts:
        return replace(rows, source=replace(rows.source, only=None, deferred=frozenset()))
    if name == "defer":
        return replace(rows, source=replace(rows.source, deferred=rows.source.deferred | paths))
    return replace(rows, source=replace(rows.source, only=paths))


def _write(
    ev: Evaluator,
    rows: Rows,
    name: str,
    keywords: tuple[tuple[str | None, Value], ...],
    node: Node,
    frame: Frame,
    depends: Born,
) -> Value:
    mapper.written(ev, name, rows.model, node, frame, depends)
    if name in ("create", "acreate", "insert") and rows.model is not None:
        return mapper.new_row(ev, rows.model, keywords, node, frame)
    if "or_create" in name and rows.model is not None:
        asked = mapper.derived(rows, node, frame, depends)
        return Several((mapper.element(replace(asked, born=asked.born | frame.rounds)), ANYTHING))
    return Anything(depends | frame.rounds)


def call_on_row(ev: Evaluator, row: Row, name: str, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    """``row.save()`` and the like."""
    if name in ("save", "delete", "asave", "adelete", "delete_instance"):
        mapper.written(ev, name, row.model, node, frame, row.born, row=row)
        return ANYTHING
    if name in ("refresh_from_db", "arefresh_from_db", "reload"):
        mapper.sent(ev, Rows(row.source, row.model, "manager", born=row.born | frame.rounds), node, frame, name)
        return ANYTHING
    if name == "fetch_related":
        loaded = [(mapper.text_of(one) or "").split("__")[0] for one in arguments[0]]
        mapper.remember(row, loaded, node[3][3] if node[3] else None, frame)
        for one in arguments[0]:
            text = mapper.text_of(one)
            relation = row.model.relations.get((text or "").split("__")[0])
            if relation is not None and not mapper.is_there(row, relation):
                mapper.send(ev, mapper._effect_of("relation", row, relation, node, frame), row.born, row.own, frame)
        return ANYTHING
    return None
