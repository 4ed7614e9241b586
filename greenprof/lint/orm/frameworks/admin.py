"""Django's admin: what a list page reads of each row for the entries of ``list_display``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from greenprof.lint.orm import mapper
from greenprof.lint.orm.django import required_relations
from greenprof.lint.orm.frameworks.parts import (
    Entry,
    call,
    default_rows,
    entries,
    going_through,
    option,
    read,
    shown,
    spot_of,
    with_read,
)
from greenprof.lint.orm.program import Node, last_name
from greenprof.lint.orm.values import (
    ANYTHING,
    ClassOf,
    Constant,
    Function,
    Object,
    Row,
    Rows,
    Several,
    Value,
    alternatives,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from greenprof.lint.orm.evaluate import Evaluator
    from greenprof.lint.orm.frame import Frame
    from greenprof.lint.orm.models import Model
    from greenprof.lint.orm.project import ClassInfo

_BASES = ("ModelAdmin",)
_WORDS = "once for each row of this admin page"
_JOINS = 5  # how deep Django's select_related() without names follows keys


def is_admin(ev: Evaluator, info: ClassInfo) -> bool:
    """Whether a class is an admin page of a model."""
    return ev.is_subclass(info, *_BASES)


def look_at_class(ev: Evaluator, info: ClassInfo) -> None:
    """A list page of each model that is registered with an admin class."""
    if not is_admin(ev, info):
        return
    told = entries(ev, info, "list_display")
    for model in _models_of(ev, info) if told else ():
        frame = ev.start(info.module)
        rows = _rows(ev, info, model, told or [], frame)
        if rows is None:
            continue
        page = Object(info, attributes=(("model", ClassOf(model.info)),))
        spot = spot_of(info, "get_queryset" if "get_queryset" in info.members else "list_display")
        with going_through(ev, rows, spot, _WORDS, frame) as row:
            shown_so_far = row
            for entry in told or ():
                shown_so_far = _show(ev, page, entry, shown_so_far, frame)


def _models_of(ev: Evaluator, info: ClassInfo) -> list[Model]:
    found = [model for one, models in registered(ev) if one is info for model in models]
    return list(dict.fromkeys(found))


def registered(ev: Evaluator) -> list[tuple[ClassInfo, list[Model]]]:
    """The admin classes of a project with their models: by decorator or by ``site.register``."""
    if ev.admins is None:
        ev.admins = []
        for module in ev.project.modules.values():
            for node in module.program:
                if node[0] == "class":
                    _by_decorator(ev, module, node)
                elif node[0] == "expr" and node[2][0] == "call":
                    _by_call(ev, module, node[2])
    return ev.admins


def _by_decorator(ev: Evaluator, module: object, node: Node) -> None:
    binding = module.names.get(node[2])  # type: ignore[attr-defined]
    info = getattr(binding.value, "info", None) if binding is not None else None
    for decorator in node[6]:
        if info is not None and decorator and decorator[0] == "call" and _is_register(decorator[3]):
            frame = ev.start(info.module)
            values = [ev.value(one, frame) for one in decorator[4]]
            ev.admins.append((info, list(_models_in(ev, values))))  # type: ignore[union-attr]


def _by_call(ev: Evaluator, module: object, node: Node) -> None:
    if not _is_register(node[3]) or len(node[4]) < 2:
        return
    frame = ev.start(module)  # type: ignore[arg-type]
    models, page = (ev.value(one, frame) for one in node[4][:2])
    info = getattr(page, "info", None)
    if info is not None:
        ev.admins.append((info, list(_models_in(ev, [models]))))  # type: ignore[union-attr]


def _is_register(node: Node | None) -> bool:
    return last_name(node) == "register"


def _models_in(ev: Evaluator, values: list[Value]) -> Iterator[Model]:
    for value in values:
        for one in value.elements if isinstance(value, Several) else alternatives(value):
            model = mapper.model_of(ev, one)
            if model is not None:
                yield model


def base_queryset(ev: Evaluator, page: Object, frame: Frame) -> Value:
    """What ``super().get_queryset(request)`` gives."""
    told = next((one for key, one in page.attributes if key == "model"), None)
    models = [mapper.model_of(ev, told)] if told is not None else [*_models_of(ev, page.info)]
    if not models or models[0] is None:
        return ANYTHING
    rows = default_rows(ev, models[0], spot_of(page.info, "list_display"), frame)
    return replace(rows, state="query") if isinstance(rows, Rows) else rows


def _rows(ev: Evaluator, info: ClassInfo, model: Model, told: list[Entry], frame: Frame) -> Rows | None:
    """The rows of a list page, with what Django joins by itself."""
    page = Object(info, attributes=(("model", ClassOf(model.info)),))
    own = option(ev, info, "get_queryset")
    value = (
        ev.call_unseen(replace(own, bound=page), (ANYTHING,), frame)
        if isinstance(own, Function)
        else base_queryset(ev, page, frame)
    )
    rows = next((one for one in alternatives(value) if isinstance(one, Rows)), None)
    if rows is None:
        return None
    select = option(ev, info, "list_select_related")
    if option(ev, info, "get_list_select_related") is not None:
        return replace(rows, source=replace(rows.source, known=False))
    if isinstance(select, Several):
        texts = [mapper.text_of(one) for one in select.elements]
        return mapper.with_loaded(rows, [tuple(one.split("__")) for one in texts if one], known=None not in texts)
    names = [entry.name for entry in told]
    joins = any(name in names for name, one in model.relations.items() if one.kind == "forward")
    if select == Constant(True) or (joins and (select is None or select == Constant(False))):
        return mapper.with_loaded(rows, required_relations(model, _JOINS))
    return rows if select is None or isinstance(select, Constant) else None


def _show(ev: Evaluator, page: Object, entry: Entry, row: Value, frame: Frame) -> Value:
    """One entry of a row; the row with what is there afterwards."""
    column: Value | None = entry.value
    if entry.name is not None:
        column = option(ev, page.info, entry.name)
    if isinstance(column, Function):
        method = replace(column, bound=page) if entry.name is not None else column
        return with_read(row, call(ev, method, (row,), entry.spot, frame)[1])
    if (column is not None and entry.name is None) or entry.name in (None, "__str__", "__unicode__"):
        return with_read(row, shown(ev, row, entry.spot, frame)) if entry.name is not None else row
    if not isinstance(row, Row):
        return row
    relation = row.model.relations.get(entry.name)
    if relation is not None and relation.is_many:
        return row
    value, row = read(ev, row, entry.name.replace("__", "."), entry.spot, frame)
    if isinstance(value, Row):
        shown(ev, value, entry.spot, frame)
    return row
