"""SQLAlchemy's statements, sessions and loaders, and Flask-SQLAlchemy's queries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.kinds import words
from greenprof.lint.orm import mapper
from greenprof.lint.orm.effects import Effect
from greenprof.lint.orm.extent import few_of, is_a_few
from greenprof.lint.orm.models import Model
from greenprof.lint.orm.program import Node, last_name
from greenprof.lint.orm.values import (
    ANYTHING,
    Anything,
    ClassOf,
    Constant,
    Field,
    Made,
    Method,
    Row,
    Rows,
    Several,
    Value,
    born_of_all,
)

if TYPE_CHECKING:
    from greenprof.lint.orm.evaluate import Arguments, Evaluator
    from greenprof.lint.orm.frame import Frame

_FURTHER = words(
    """
    filter filter_by where join outerjoin limit offset group_by having order_by distinct with_for_update
    execution_options select_from join_from outerjoin_from slice enable_eagerloads populate_existing yield_per
    unique correlate union union_all with_entities_ add_columns_ params autoflush with_session prefix_with
    suffix_with reset_joinpoint
    """
)
_ONE = words(
    """
    first one one_or_none scalar_one scalar_one_or_none get get_or_404 first_or_404 one_or_404
    """
)
_ALL = frozenset(["all", "fetchall", "partitions", "scalars", "unique", "columns", "mappings"])
_VALUES = frozenset(["count", "scalar", "exists", "delete", "update"])
_LOADERS = words(
    """
    joinedload selectinload subqueryload contains_eager immediateload lazyload raiseload noload defer undefer
    load_only defaultload joinedload_all subqueryload_all selectin_polymorphic with_expression undefer_group
    """
)
_LOADING = words(
    """
    joinedload selectinload subqueryload contains_eager immediateload raiseload noload joinedload_all
    subqueryload_all
    """
)
_WRITES = re.compile(r"(?:^|\.)(?:insert|update|delete)\b")
_SESSION = re.compile(r"(?:^|_)(?:session|db|sess|s|db_session)$", re.IGNORECASE)


def call_external(ev: Evaluator, name: str, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    """``select(Order)`` and what else makes statements."""
    args, _ = arguments
    head, _, last = name.rpartition(".")
    if not head.lower().startswith(("sqlalchemy", "sqlmodel", "flask_sqlalchemy")):
        return None
    if last == "select":
        return statement(ev, args, "statement", node, frame)
    if last == "aliased" and args:
        return args[0]
    if last in ("joinedload", "selectinload", "subqueryload") and args:
        return Made(name, args)
    return None


def statement(ev: Evaluator, entities: tuple[Value, ...], state: str, node: Node, frame: Frame) -> Value:
    """Rows of the first model that is asked for whole; with further entities they come in tuples."""
    models = [mapper.model_of(ev, one) for one in entities]
    found = [one for one in models if one is not None]
    if not found:
        return Made("sqlalchemy.statement", entities)
    rows = Rows(mapper.source_at(found[0], node, frame), found[0], state, born=frame.rounds)
    if len(entities) > 1:
        return replace(rows, entities=tuple(models))
    return rows


def call_on_rows(ev: Evaluator, rows: Rows, name: str, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    """What a method of a statement, a query or a result gives."""
    args, keywords = arguments
    depends = born_of_all(args, keywords)
    if name == "options":
        return _options(_further(rows, node, frame, depends), args)
    if name in _FURTHER:
        if rows.state in ("list", "result"):
            return rows
        further = _further(rows, node, frame, depends)
        return few_of(further) if name == "limit" and is_a_few(args) else further
    if name in ("with_entities", "with_only_columns"):
        return Made("sqlalchemy.columns", args)
    if name in ("select", "scalar_subquery", "subquery", "cte", "alias", "as_scalar"):
        return Made("sqlalchemy.subquery", args)
    if name in _ONE or name in _ALL or name in _VALUES or name == "paginate":
        if rows.state in ("query", "manager"):
            effect_name = name
            mapper.sent(ev, replace(rows, depends=rows.depends | depends), node, frame, effect_name)
        if name in _VALUES:
            return Anything(rows.born | frame.rounds)
        born = rows.born | frame.rounds if rows.state == "query" else rows.born
        there = replace(rows, state="list" if rows.state != "result" or name == "scalars" else "result", born=born)
        if name == "scalars":
            there = replace(there, entities=())
        if name in _ONE:
            return (
                _element(there)
                if name.startswith("scalar") or rows.state != "result"
                else Several((mapper.element(there),))
            )
        if name == "paginate":
            return Made("flask_sqlalchemy.pagination", (there,))
        return there
    if name in ("add", "append", "remove", "extend", "all_"):
        return ANYTHING
    return None


def _element(rows: Rows) -> Value:
    if rows.entities:
        return Several(
            tuple(
                mapper.element(replace(rows, entities=(), model=one, source=replace(rows.source, model=one)))
                if one is not None
                else ANYTHING
                for one in rows.entities
            )
        )
    return mapper.element(rows)


def element(rows: Rows) -> Value:
    """One of the rows, or a tuple of what was asked for."""
    if rows.entities and isinstance(rows.entities[0], Model | type(None)):
        return _element(rows)
    if rows.state == "result":
        return Several((mapper.element(rows),))
    return mapper.element(rows)


def _further(rows: Rows, node: Node, frame: Frame, depends: frozenset[int]) -> Rows:
    if rows.path:
        return rows
    source = replace(rows.source, end=(frame.module.path, *node[6]))
    return replace(rows, source=source, depends=rows.depends | depends)


def _options(rows: Rows, args: tuple[Value, ...]) -> Rows:
    paths: list[tuple[str, ...]] = []
    known = True
    only: set[tuple[str, ...]] = set()
    deferred: set[tuple[str, ...]] = set()
    for one in args:
        chain = chain_of(one)
        if chain is None:
            known = False
            continue
        here: tuple[str, ...] = ()
        for name, values in chain:
            if name in ("load_only", "defer"):
                columns = {(*here, column) for value in values if (column := attribute_name(value)) is not None}
                (only if name == "load_only" else deferred).update(columns)
                continue
            if name in ("Load", "options"):
                continue
            if any(value == Constant("*") for value in values) and name in ("raiseload", "noload"):
                known = False
                continue
            for value in values[:1]:
                attribute = attribute_name(value)
                if attribute is None:
                    known = False
                    break
                here = (*here, *attribute.split("."))
            if name in (*_LOADING, "undefer") and here:
                paths.append(here)
    rows = mapper.with_loaded(rows, paths, known=known)
    source = rows.source
    if only:
        source = replace(source, only=frozenset(only) | (source.only or frozenset()))
    if deferred:
        source = replace(source, deferred=source.deferred | deferred)
    return replace(rows, source=source)


def attribute_name(value: Value) -> str | None:
    """The name of a relation or column that a loader is given."""
    if isinstance(value, Field):
        return value.name
    if isinstance(value, Method) and isinstance(value.of, ClassOf):
        return value.name
    if isinstance(value, Made) and value.name.endswith((".of_type", ".and_")) and value.args:
        return attribute_name(value.args[0])
    return mapper.text_of(value)


def chain_of(value: Value) -> list[tuple[str, tuple[Value, ...]]] | None:
    """``joinedload(A.b).joinedload(B.c)`` as its links; None for what is no loader."""
    if not isinstance(value, Made):
        return None
    last = value.name.rpartition(".")[2]
    if last == "Load":
        return [("Load", value.args)]
    if last not in _LOADERS and last != "options":
        return None
    if value.args and isinstance(value.args[0], Made) and (before := chain_of(value.args[0])) is not None:
        return [*before, (last, value.args[1:])]
    return [(last, value.args)]


_OF_SESSIONS = words(
    """
    execute scalars scalar exec stream stream_scalars query get get_one get_or_404 refresh merge commit flush add
    add_all delete
    """
)


def call_session(ev: Evaluator, of: Value, name: str, arguments: Arguments, node: Node, frame: Frame) -> Value | None:
    """What a method of a session gives; also of something that is only used as one."""
    if name not in _OF_SESSIONS:
        return None
    args, keywords = arguments
    depends = born_of_all(args, keywords)
    first = args[0] if args else None
    if name in ("execute", "scalars", "scalar", "exec", "stream", "stream_scalars") and isinstance(first, Rows | Made):
        if isinstance(first, Rows) and first.model.framework == "sqlalchemy":
            _ask(ev, first, name, node, frame, depends)
            rows = replace(first, state="result", born=first.born | frame.rounds, own=True)
            if name in ("scalars", "stream_scalars") or (name == "exec" and not first.entities):
                return replace(rows, state="list", entities=())
            return _element(replace(rows, entities=())) if name == "scalar" else rows
        if isinstance(first, Made) and "sqlalchemy" in first.name.lower():
            if _WRITES.search(first.name):
                mapper.written(ev, name, None, node, frame, depends)
                return Anything(depends | frame.rounds)
            ev.emit(_statement_effect(name, node, frame, depends), frame)
            return Anything(depends | frame.rounds)
        return None
    if name == "query" and args:
        models = [mapper.model_of(ev, one) for one in args]
        if models[0] is not None or any(isinstance(one, Field) for one in args):
            return statement(ev, args, "query", node, frame)
        return None
    if name in ("get", "get_one", "get_or_404") and first is not None:
        model = mapper.model_of(ev, first)
        if model is not None and model.framework == "sqlalchemy":
            rows = Rows(mapper.source_at(model, node, frame), model, "query", born=frame.rounds, depends=depends)
            rows = (
                _options(rows, value.elements) if isinstance(value := dict(keywords).get("options"), Several) else rows
            )
            mapper.sent(ev, rows, node, frame, name)
            return mapper.element(rows)
        return None
    if isinstance(first, Row) and first.model.framework == "sqlalchemy" and name in ("refresh", "merge"):
        ev.emit(_statement_effect(name, node, frame, depends, first.model), frame)
        names = args[1].elements if len(args) > 1 and isinstance(args[1], Several) else ()
        mapper.remember(first, [text for one in names if (text := attribute_name(one))], node[4][0], frame)
        return first
    if name in ("add", "add_all", "delete"):
        if is_session(of, node):
            ev.note_write(frame)
        return None
    if name in ("commit", "flush") and is_session(of, node):
        mapper.written(ev, name, None, node, frame, frame.rounds)
        return ANYTHING
    return None


def is_session(value: Value, node: Node) -> bool:
    """Whether a method is called of a session: it was made as one, is annotated as one, or is called one."""
    if isinstance(value, Made) and ("Session" in value.name or "session" in value.name):
        return True
    base = node[3][3] if node[3] and node[3][0] == "attr" else None
    return _SESSION.search(last_name(base)) is not None


def _ask(ev: Evaluator, rows: Rows, name: str, node: Node, frame: Frame, depends: frozenset[int]) -> None:
    effect = _statement_effect(name, node, frame, depends | rows.depends, rows.model)
    ev.emit(replace(effect, source=rows.source), frame)


def _statement_effect(
    name: str, node: Node, frame: Frame, depends: frozenset[int], model: Model | None = None
) -> Effect:
    return Effect("query", name, mapper.place_of(node, frame), None, model, depends=depends)
